/**
 * `<damage-report>`: the customer of a web shop reports a delivery that arrived damaged.
 *
 * This file is all that an order page loads. It holds what the page deals with, the element, and shows a button that
 * opens the report; what is behind the button is fetched when the customer comes near (`runtime.js`, and WebAssembly).
 */

/** Runs `get` once for all elements of a page. After a failure the next call tries again. */
const once = (get) => {
  const had = {};
  return (name) =>
    (had[name] ??= get(name).catch((error) => {
      delete had[name];
      throw error;
    }));
};

const fetched = async (url) => {
  const answer = await fetch(url);
  if (answer.ok) return answer;
  throw Error(url);
};

// Each address is written out, so that bundlers find the file. The build replaces `build/` by a folder named for its content:
// files of two builds never meet. It also puts in the names in capitals, and LANGUAGES of `locales/`: for each language the
// address of its words, and the words on the button.

/** A module, the widget's own first, that is what it was when this file was built, in browsers that check. */
const checked = (href = new URL("./build/widget.js", import.meta.url), integrity = WIDGET_INTEGRITY) => {
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href, integrity }));
  return import(href);
};

/** The tokens of the elements that are to open, asked for while everything is on its way. */
const tokens = new Map();

const load = once(async () => {
  const [{ start }, wasm, style] = await Promise.all([
    checked(),
    fetched(new URL("./build/widget.wasm", import.meta.url)),
    fetched(new URL("./build/widget.css", import.meta.url)),
  ]);
  // A worker from within a script is refused by most policies, and Vite puts what is small there unless told otherwise.
  const worker = new URL("./build/photo-worker.js?no-inline", import.meta.url);
  // The runtime looks for later files in the worker's folder, except where a bundler puts them elsewhere.
  if (FOR_BUNDLERS) {
    worker.reader = new URL("./build/photo-reader.js?no-inline", import.meta.url);
    worker.hostPage = new URL("./build/host-page.js?no-inline", import.meta.url);
  }
  return start(wasm, style, checked, worker, new URL("./build/report.wasm", import.meta.url), tokens);
});

const words = once(async (name) => (await fetched(LANGUAGES[name][0])).json());

/** How the button looks until the widget's own style sheet is there. */
const look = new CSSStyleSheet();
look.replaceSync(OPENING_STYLE);

/**
 * The element and its contract. `docs/embedding.md` tells the same at length.
 *
 * @tagname damage-report
 *
 * @attr {string} endpoint - Where the shop's backend answers. Default: the page's own origin.
 * @attr {string} order-line - The order line that the report is about.
 * @attr {string} lang - The language, with a region if you like. Where the widget does not have it, it takes the language of the nearest element around it that it has; else it keeps the one that it had, at first nl.
 * @attr {"off"} draft - Keeps nothing in this browser, for computers that are shared.
 * @attr {boolean} open - Whether the report is open. Set by the button as well; what the button opened, HTML that your page is given anew does not close.
 *
 * @prop {() => string | Promise<string>} getToken - Gives a token for this order line; asked again when one expires.
 * @prop {Record<string, string | Record<string, string>>} messages - Words that replace the widget's own, by their keys in the language's file.
 * @prop {"closed" | "loading" | "open" | "sent" | "failed"} state - What is to be seen. Read-only.
 *
 * @fires {CustomEvent<{}>} damage-report-ready - The first page can be seen.
 * @fires {CustomEvent<{ open: boolean }>} damage-report-toggle - The report was opened or closed, by the customer or by the page.
 * @fires {CustomEvent<{ step: "start" | "damage" | "packaging" | "label" | "device" | "check" | "sent" | "closed" | "undelivered" }>} damage-report-step - Another page is shown.
 * @fires {CustomEvent<{ violations: { code: string, subject?: "packaging" | "label" | "device", have?: number, need?: number, max?: number }[] }>} damage-report-change - The draft changed; what it still breaks, as in the contract.
 * @fires {CustomEvent<{ subject: "packaging" | "label" | "device", state: "reading" | "sending" | "kept" | "refused" | "failed" | "removed" }>} damage-report-photo - What became of a photo.
 * @fires {CustomEvent<{ state: "found" | "saved" | "unsaved" | "resumed" | "discarded" }>} damage-report-draft - What became of the draft.
 * @fires {CustomEvent<{ day: string, standing: "open" | "today" | "closed" | "unknown" }>} damage-report-deadline - The last day of the reporting window (YYYY-MM-DD where the parcel was delivered; empty where it was not), and how it stands.
 * @fires {CustomEvent<{ claim: object }>} damage-report-before-submit - The claim is about to be sent, as it is sent. Cancelled, it is not.
 * @fires {CustomEvent<{ reference: string }>} damage-report-submitted - A claim was accepted.
 * @fires {CustomEvent<{}>} damage-report-auth-required - `getToken` gave no token, or refused to.
 * @fires {CustomEvent<{ reason: "insecure" | "files" | "stopped" | "unreachable" | "signed_out" | "busy" | "refused" }>} damage-report-error - The widget cannot start, or had to stop; the fallback is shown.
 *
 * @slot - The fallback: shown while there is no script, and when the widget cannot start or had to stop.
 * @slot intro - Above what the customer will need, on the first page.
 * @slot privacy - Replaces the widget's words about privacy.
 * @slot contact - Replaces the link to the shop's contact page.
 * @slot after-confirmation - Below the confirmation.
 *
 * @csspart opening - The button that opens the report.
 * @csspart banner - What is said above the page about connection and storage.
 * @csspart step - A page.
 * @csspart heading - Its heading.
 * @csspart tape - How far it is.
 * @csspart deadline - By when the damage must be reported.
 * @csspart summary - What is still missing.
 * @csspart primary - The button that goes on.
 * @csspart choice - Something to tick.
 * @csspart field - A question to write an answer to.
 * @csspart picker - Where photos are picked.
 * @csspart photo - A photo.
 * @csspart receipt - The reference of the claim.
 * @csspart tracks - How the claim stands.
 *
 * @cssproperty --damage-report-accent - Main button, links, focus ring, what is chosen.
 * @cssproperty --damage-report-on-accent - Text and ticks on the accent.
 * @cssproperty --damage-report-ink - Text.
 * @cssproperty --damage-report-quiet - Hints, secondary text.
 * @cssproperty --damage-report-paper - Background of pages, fields and buttons.
 * @cssproperty --damage-report-wash - Background of what stands apart.
 * @cssproperty --damage-report-line - Lines between things, edges of choices and photos.
 * @cssproperty --damage-report-edge - Edges of fields and buttons.
 * @cssproperty --damage-report-tape - Progress, uploads, an urgent deadline.
 * @cssproperty --damage-report-wrong - What is wrong.
 * @cssproperty --damage-report-radius - Rounding of corners.
 * @cssproperty --damage-report-font - Font family.
 * @cssproperty --damage-report-scroll-margin - Space that stays free above anything that the widget scrolls to. The widget keeps clear of a visible header by itself.
 *
 * @cssState closed - Only the button is to be seen.
 * @cssState loading - The report is on its way.
 * @cssState open - The report is to be seen.
 * @cssState sent - A claim is to be seen.
 * @cssState failed - The fallback is to be seen.
 */
class DamageReport extends HTMLElement {
  static observedAttributes = ["open", "endpoint", "order-line", "lang", "draft"];

  /**
   * Throws away every draft in this browser: when the customer logs out.
   *
   * @returns {Promise<void>}
   */
  static forgetDrafts = async () => (await checked()).forgetDrafts();

  /**
   * The order lines with a draft in this browser; of the page's own origin, if no other endpoint is given.
   *
   * @param {string} [endpoint]
   * @returns {Promise<string[]>}
   */
  static findDrafts = async (endpoint) => (await checked()).findDrafts(endpoint);

  #root = this.attachShadow({ mode: "open" });
  #internals;
  #button = document.createElement("button");
  #fallback = document.createElement("slot");
  #near;
  /** What `open` was set to last by a script or the button. Nothing while it is only an attribute of the page's own. */
  #isKept;
  /** Its language, and what `lang` says besides: script, region. */
  #language = ["nl"];
  /** The runtime's part of this element, once everything is fetched. */
  #report;

  /**
   * Opens the report. Set, it is the attribute: frameworks set what they find, `open = true`.
   *
   * @returns {void}
   */
  get open() {
    return () => (this.open = true);
  }

  set open(isOpen) {
    // Set again where it is set already: a second press after a failure is another try.
    (this.#isKept = isOpen) ? this.setAttribute("open", "") : this.removeAttribute("open");
  }

  /**
   * Closes the report. The draft stays, and photo uploads continue.
   *
   * @returns {void}
   */
  close() {
    this.open = false;
  }

  /**
   * Puts the focus on the heading of the page that is shown, or on the button.
   *
   * @param {FocusOptions} [options]
   * @returns {void}
   */
  focus(options) {
    (this.#root.querySelector("[tabindex]") ?? this.#button).focus(options);
  }

  /**
   * Deletes the draft of this order line.
   *
   * @returns {Promise<void>}
   */
  async discardDraft() {
    await (await this.#fetch())?.discardDraft();
  }

  connectedCallback() {
    // Moved, not removed: everything goes on as it was.
    if (this.#near) return;
    this.#root.replaceChildren(this.#button, this.#fallback);
    this.#button.part = "opening";
    // Pressed in vain, the button is followed by the shop's own words, which are read out then.
    this.#fallback.role = "status";
    this.#button.onclick = this.open;
    this.#become("closed");
    this.#label();
    // Old browsers lack the rest: the button works without it.
    this.#near = {};
    this.#root.adoptedStyleSheets = [look];
    this.#near = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        this.#start();
        // Opening the report fetches again the files that fail now.
        navigator.connection?.saveData || this.#fetch().catch(() => {});
      },
      { rootMargin: "200px" },
    );
    this.#near.observe(this);
  }

  async disconnectedCallback() {
    await 0;
    if (this.isConnected) return;
    this.#near?.disconnect?.();
    this.#report?.end();
    this.#near = this.#report = undefined;
  }

  attributeChangedCallback(name) {
    if (this.#report) this.#report.changed(name);
    else if (this.#near) {
      this.#label();
      this.#start();
    }
  }

  #label() {
    const [lang] = this.#languageOf();
    Object.assign(this.#button, { lang, textContent: this.messages?.opening ?? LANGUAGES[lang][1] });
  }

  /** The nearest language that there is, from here outwards and out of shadow roots; else the one that it was. */
  #languageOf = () => {
    for (let at = this; at; at = at.parentNode ?? at.host) {
      // Shop systems write `de_DE` and `pt-br` as well. To a form, `lang` may be a field of that name.
      const lang = at.lang?.toLowerCase?.().split(/[^a-z\d]/);
      if (LANGUAGES[lang?.[0]]?.[1]) return (this.#language = lang);
    }
    return this.#language;
  };

  /** Fetches everything, and gives what takes over. */
  async #fetch() {
    const [report] = await Promise.all([load(), words(this.#languageOf()[0])]);
    if (!this.isConnected) return;
    return (this.#report ??= report(this, this.#become, this.#languageOf, words, () => this.#isKept));
  }

  async #start() {
    if (this.#report || !this.hasAttribute("open")) return;
    this.#become("loading");
    // A page that gives no token yet is asked again by the runtime, which announces a failure.
    tokens.set(
      this,
      (async () => this.getToken?.())().catch(() => {}),
    );
    try {
      // A customer waits no longer than this. Files that arrive later are shown all the same.
      await Promise.race([this.#fetch(), new Promise((_, late) => setTimeout(late, 9000, "slow"))]);
    } catch (error) {
      console.error(error);
      this.#become("failed");
      this.dispatchEvent(
        new CustomEvent("damage-report-error", { bubbles: true, composed: true, detail: { reason: "files" } }),
      );
      // A file that failed without a connection may load with one.
      addEventListener("online", () => this.#start(), { once: true });
    }
  }

  #become = (state) => {
    this.state = state;
    this.#button.ariaBusy = state === "loading";
    this.#fallback.hidden = state !== "failed";
    try {
      const { states } = (this.#internals ??= this.attachInternals());
      states.clear();
      states.add(state);
    } catch {
      // Browsers before 2024 have no states, or none of such names.
    }
  };
}

// Frameworks ask whether a property is there before they set it.
DamageReport.prototype.getToken = DamageReport.prototype.messages = undefined;
if (!customElements.get("damage-report")) customElements.define("damage-report", DamageReport);
