/**
 * The browser's history while a report is open: an entry for each page that the customer goes on to, so that Back, Android's
 * too, leads to the page before and not out of the shop's page.
 *
 * The entries have the page's own address and state, and a mark: a router that hears of a move between them finds itself
 * where it was. Browsers that call listeners in the order of the standard keep such moves from it altogether; Chromium
 * does not. When the report closes, the browser is back at the entry at which it was opened.
 */

/** The pages with an entry of their own, in the customer's order. Every other page shares the entry of the opened report. */
const PAGES = ["start", "damage", "packaging", "label", "device", "check"];
const START = PAGES[0];
const MARK = "damage-report";
/** In ms: a move takes no longer, unless the page has kept the browser where it was. */
const MOVE_WAIT = 1000;
/** The reports whose entries the browser is leaving: a report that is opened again meanwhile still finds its marks. */
const leaving = new Set();

/** @typedef {{ report: string, place: number, restoration?: ScrollRestoration }} Mark */

/**
 * @param {string} report Tells the entries of one report from those of others.
 * @param {() => boolean} pressBack Presses the report's own Back; gives false where none is visible.
 */
export function pageHistory(report, pressBack) {
  /** The pages of the entries, from the one at which the report was opened. */
  let pages = [START];
  let page = START;
  /** Whether a move that was asked for is still under way: until then history answers for the entry before it. */
  let isMoving = false;
  let isOver = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;

  /** @param {{ [MARK]?: Mark } | null} state */
  const placeOf = (state) => {
    const mark = state?.[MARK];
    return mark?.report === report ? mark.place : undefined;
  };
  // Set where the page was loaded again, or killed, in the middle of a report.
  let place = leaving.has(report) ? 0 : (placeOf(history.state) ?? 0);

  const arrive = () => {
    isMoving = false;
    clearTimeout(late);
    leaving.delete(report);
  };

  /** @param {number} by How many entries forward; back, if negative. */
  const move = (by) => {
    if (!by) return;
    if (placeOf(history.state) === place) {
      try {
        history.go(by);
        isMoving = true;
        place += by;
        if (!place) leaving.add(report);
        late = setTimeout(() => {
          arrive();
          place = placeOf(history.state) ?? 0;
          if (isOver) removeEventListener("popstate", onPopState, true);
        }, MOVE_WAIT);
      } catch {
        // Back then leads through what was left, page by page.
      }
      return;
    }
    // The shop has put an entry on top, or written over ours: they are not ours to leave any more.
    place = 0;
    pages = [START];
  };

  /** @param {string} next The page of the new entry. */
  const push = (next) => {
    const { state } = history;
    // Another kind of state stays as the shop made it; Back then leaves the page, as on any other.
    if (state && state.constructor !== Object) return;
    /** @type {(place: number, restoration?: ScrollRestoration) => object} */
    const markedAt = (place, restoration) => ({ ...state, [MARK]: { report, place, restoration } });
    try {
      if (!place) {
        // The shop's own way is kept with the entry: the page may be loaded again before that is left.
        history.replaceState(markedAt(0, history.scrollRestoration), "");
        // After sending, the customer reads on at the receipt, not where they began.
        history.scrollRestoration = "manual";
      }
      history.pushState(markedAt(place + 1), "");
      // The heading comes into view by itself.
      history.scrollRestoration = "manual";
      pages = [...pages.slice(0, ++place), next];
    } catch {
      // Browsers bear a hundred entries in half a minute, and frames without an origin none.
    }
  };

  /** Leaves the entry at which the report was opened as the shop made it. */
  const clear = () => {
    if (placeOf(history.state) === undefined) return;
    const {
      [MARK]: { restoration },
      ...state
    } = history.state;
    history.replaceState(Object.keys(state).length ? state : null, "");
    if (restoration) history.scrollRestoration = restoration;
  };

  /** Brings the history to the page that is shown. */
  const follow = () => {
    if (isMoving) return;
    if (page === START) {
      move(-place);
      if (isMoving) return;
      clear();
      if (isOver) removeEventListener("popstate", onPopState, true);
    } else if (pages[place - 1] === page) move(-1);
    else if (pages[place] !== page) {
      const [from, to] = [pages[place], page].map((name) => PAGES.indexOf(name));
      // An earlier page, opened for a change, lies on top; on the way to a later one, all in between have theirs.
      (from < to ? PAGES.slice(from + 1, to + 1) : [page]).forEach(push);
    }
  };

  /** @param {string} [next] */
  const show = (next) => {
    page = next && PAGES.includes(next) ? next : START;
    follow();
  };

  /** @param {PopStateEvent} event */
  const onPopState = (event) => {
    const [at, wasMoving] = [placeOf(event.state), isMoving];
    if (wasMoving) arrive();
    if (at !== undefined) event.stopImmediatePropagation();
    const isBack = /** @type {number} */ (at) < place;
    place = at ?? place;
    if (!isBack || wasMoving) follow();
    // Where the report is out of view, one press leaves all of it.
    else if (!pressBack()) show();
  };
  addEventListener("popstate", onPopState, true);
  move(-place);

  return {
    /** Follows the report to another page; without a name, out of the report. */
    show,
    /** Leaves the history as the shop made it. */
    end() {
      isOver = true;
      show();
    },
  };
}
