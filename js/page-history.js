/**
 * The browser's history while a report is open: each page that the customer opens gets an entry, so that Back (Android's button
 * too) leads to the previous page of the report, and does not leave the shop's page.
 *
 * Each entry keeps the page's URL and state, and adds a mark. So if the shop's router receives our `popstate`, it sees no change.
 * Our listener stops the event before the router gets it, except in Chromium, which calls listeners in another order than the
 * standard. When the report closes, the browser is back at the entry at which it was opened.
 */

/** The pages with their own entry, in the order of the report. Every other page shares the entry at which the report was opened. */
const PAGES = ["start", "damage", "packaging", "label", "device", "check"];
const START = PAGES[0];
const MARK = "damage-report";
/** In ms: `history.go` fires `popstate` within this time, unless the page prevented the move. */
const MOVE_WAIT = 1000;
/** The reports whose entries the browser is still leaving. If one is opened again meanwhile, it must ignore its old marks. */
const leaving = new Set();

/** @typedef {{ report: string, place: number, restoration?: ScrollRestoration }} Mark */

/**
 * @param {string} report Identifies the entries of this report.
 * @param {() => boolean} pressBack Presses the report's own Back button. Returns false if none is visible.
 */
export function pageHistory(report, pressBack) {
  /** The page of each entry, starting at the entry at which the report was opened. */
  let pages = [START];
  let page = START;
  /** Whether a move by `history.go` is still under way. Until it ends, `history.state` is that of the old entry. */
  let isMoving = false;
  let isOver = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let late;

  /** @param {{ [MARK]?: Mark } | null} [state] */
  const placeOf = (state = history.state) => {
    const mark = state?.[MARK];
    return mark?.report === report ? mark.place : undefined;
  };
  // More than 0 if the page was reloaded, or its tab was killed, in the middle of a report.
  let place = leaving.has(report) ? 0 : (placeOf() ?? 0);

  const arrive = () => {
    isMoving = false;
    clearTimeout(late);
    leaving.delete(report);
  };

  /** @param {number} by How many entries forward; back, if negative. */
  const move = (by) => {
    if (!by) return;
    if (placeOf() === place) {
      try {
        history.go(by);
        isMoving = true;
        place += by;
        if (!place) leaving.add(report);
        late = setTimeout(() => {
          arrive();
          place = placeOf() ?? 0;
          if (isOver) removeEventListener("popstate", onPopState, true);
        }, MOVE_WAIT);
      } catch {
        // The entries stay, and Back leads through them one by one.
      }
      return;
    }
    // The shop has pushed an entry of its own, or replaced ours. Moving now could leave its page, so we give up our entries.
    place = 0;
    pages = [START];
  };

  /** @param {string} next The page of the new entry. */
  const push = (next) => {
    const { state } = history;
    // The mark fits only into a plain object. We leave any other state alone, and then Back leaves the page as usual.
    if (state && state.constructor !== Object) return;
    /** @type {(place: number, restoration?: ScrollRestoration) => object} */
    const markedAt = (place, restoration) => ({ ...state, [MARK]: { report, place, restoration } });
    try {
      if (!place) {
        // The entry stores the shop's scroll restoration, because a reload may lose this script's variables before it is restored.
        history.replaceState(markedAt(0, state?.[MARK]?.restoration ?? history.scrollRestoration), "");
        // After sending, the browser must not scroll from the receipt to where the report began.
        history.scrollRestoration = "manual";
      }
      history.pushState(markedAt(place + 1), "");
      // Focusing the heading scrolls to it.
      history.scrollRestoration = "manual";
      pages = [...pages.slice(0, ++place), next];
    } catch {
      // Browsers throw above about a hundred entries in half a minute, and in frames without an origin.
    }
  };

  /** Restores the state and scroll restoration of the entry at which the report was opened. */
  const clear = () =>
    // WebKit reads the scroll restoration only after all listeners of `popstate`, so it must still be ours then.
    setTimeout(() => {
      if (page !== START || placeOf() !== place) return;
      const {
        [MARK]: { restoration },
        ...state
      } = history.state;
      history.replaceState(Object.keys(state).length ? state : null, "");
      if (restoration) history.scrollRestoration = restoration;
    });

  /** Makes the history match the page that is shown. */
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
      // An earlier page, opened for a change, gets an entry on top. A later page gets entries for all pages in between.
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
    // If no Back button is visible, the report is out of view: leave all of its entries.
    else if (!pressBack()) show();
  };
  addEventListener("popstate", onPopState, true);
  move(-place);

  return {
    /** Records that the report shows another page. Without a name, it shows none. */
    show,
    /** Removes all marks, and returns to the entry at which the report was opened. */
    end() {
      isOver = true;
      show();
    },
  };
}
