/**
 * `<damage-report>`: the customer of a web shop reports a delivery that arrived damaged.
 *
 * This file is all that an order page loads. It holds what the page deals with, the element, and shows a button that
 * opens the report; what is behind the button is fetched when the customer comes near (`runtime.js`, and WebAssembly).
 */

/** @import { DamageReportElement, ElementHost, Messages, ReportState } from "./types.d.ts" */

/**
 * The result of `get`, which is called once for all elements of the page. After a failure the next call tries again.
 *
 * @template T
 * @param {(name: string) => Promise<T>} get
 * @returns {(name?: string) => Promise<T>}
 */
const once = (get) => {
  /** @type {Record<string, Promise<T>>} */
  const had = {};
  return (name = "") =>
    (had[name] ??= get(name).catch((error) => {
      delete had[name];
      throw error;
    }));
};

/**
 * The file at `url`. Rejects where it cannot be had.
 *
 * @param {URL} url
 */
const fetched = async (url) => {
  const answer = await fetch(url);
  if (answer.ok) return answer;
  throw Error(String(url));
};

// Each address is written out, so that bundlers find the file. The build replaces `build/` by a folder named for its content:
// files of two builds never meet. It also puts in the names in capitals, and LANGUAGES of `locales/`: for each language the
// address of the words on the first page, and the words on the button.

/**
 * Imports a script, by default the widget's own. In browsers that check its integrity, it is of the same build as this file.
 *
 * @template [T=typeof import("./runtime.js")]
 * @param {string | URL} href
 * @param {string} integrity
 * @returns {Promise<T>}
 */
const checked = (href = new URL("./build/widget.js", import.meta.url), integrity = WIDGET_INTEGRITY) => {
  document.head.append(Object.assign(document.createElement("link"), { rel: "modulepreload", href, integrity }));
  return import(/** @type {string} */ (/** @type {unknown} */ (href)));
};

/**
 * The tokens of the elements that are to open, asked for while the files are loading.
 *
 * @type {Map<DamageReportElement, Promise<unknown>>}
 */
const tokens = new Map();

const load = once(async () => {
  const [{ start }, wasm, style] = await Promise.all([
    checked(),
    fetched(new URL("./build/widget.wasm", import.meta.url)),
    fetched(new URL("./build/widget.css", import.meta.url)),
  ]);
  // Most policies refuse a worker from a data URL, and Vite makes one of a small file unless told otherwise.
  /** @type {Parameters<typeof start>[3]} */
  const worker = new URL("./build/photo-worker.js?no-inline", import.meta.url);
  // The runtime looks for these in the worker's folder, but a bundler may put them elsewhere.
  if (FOR_BUNDLERS) {
    worker.reader = new URL("./build/photo-reader.js?no-inline", import.meta.url);
    worker.hostPage = new URL("./build/host-page.js?no-inline", import.meta.url);
    worker.words = REPORT_WORDS;
  }
  return start(wasm, style, checked, worker, new URL("./build/report.wasm", import.meta.url), tokens);
});

/** The messages of the first page in a language. @type {(name?: string) => Promise<Messages>} */
const words = once(async (name) => (await fetched(LANGUAGES[name][0])).json());

/** The style of the button until the widget's own style sheet is there. */
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
 * @attr {boolean} prefetch - Asks for the order line when the element comes near the screen, not where the browser saves data.
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
  /** @type {ElementInternals | undefined} */
  #internals;
  #button = document.createElement("button");
  #fallback = document.createElement("slot");
  /** Whether the customer has come near. @type {Partial<IntersectionObserver> | undefined} */
  #near;
  /** What `open` was last set to by a script or the button. Undefined while it is only an attribute of the page's HTML. @type {boolean | undefined} */
  #wasSetOpen;
  /** The language, with the script and the region of `lang`. */
  #language = ["nl"];
  /** Takes over once everything is fetched. @type {import("./report.js").Report | undefined} */
  #report;

  /**
   * Opens the report. Set, it is the attribute: frameworks set what they find, `open = true`.
   *
   * @returns {() => void}
   */
  get open() {
    return () => (this.open = true);
  }

  /** @param {boolean} isOpen */
  set open(isOpen) {
    // Set again where it is set: pressing the button after a failure means another try.
    (this.#wasSetOpen = isOpen) ? this.setAttribute("open", "") : this.removeAttribute("open");
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
    /** @type {HTMLElement | null} */
    const heading = this.#root.querySelector("[tabindex]");
    (heading ?? this.#button).focus(options);
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
    // Moved, not removed: the report goes on.
    if (this.#near) return;
    this.#root.replaceChildren(this.#button, this.#fallback);
    this.#button.part = "opening";
    // When the button fails, screen readers announce the fallback.
    this.#fallback.role = "status";
    this.#button.onclick = this.open;
    this.#setState("closed");
    this.#label();
    // Old browsers lack the rest: the button works without it.
    this.#near = {};
    this.#root.adoptedStyleSheets = [look];
    this.#near = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        this.#start();
        // After a failure, opening the report fetches again.
        navigator.connection?.saveData || this.#fetch().catch(() => {});
      },
      { rootMargin: "200px" },
    );
    /** @type {IntersectionObserver} */ (this.#near).observe(this);
  }

  async disconnectedCallback() {
    await 0;
    if (this.isConnected) return;
    this.#near?.disconnect?.();
    this.#report?.end();
    this.#near = this.#report = undefined;
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (this.#report) this.#report.changed(name);
    else if (this.#near) {
      this.#label();
      this.#start();
    }
  }

  #label() {
    const [lang] = this.#languageOf();
    Object.assign(this.#button, {
      lang,
      textContent: /** @type {DamageReportElement} */ (this).messages?.opening ?? LANGUAGES[lang][1],
    });
  }

  /** The nearest language that the widget has, from here outwards and out of shadow roots; else the last one. */
  #languageOf = () => {
    /** @type {{ lang?: string, host?: Node } & Node | null | undefined} */
    let at = this;
    for (; at; at = at.parentNode ?? at.host) {
      // Shop systems write `de_DE` and `pt-br` as well. The `lang` of a form may be a field of that name.
      const lang = at.lang?.toLowerCase?.().split(/[^a-z\d]/) ?? [""];
      if (LANGUAGES[lang[0]]?.[1]) return (this.#language = lang);
    }
    return this.#language;
  };

  /** Fetches everything, and returns the report that takes over, unless the element has left the page. */
  async #fetch() {
    const [report] = await Promise.all([load(), words(this.#languageOf()[0])]);
    if (!this.isConnected) return;
    return (this.#report ??= report(
      /** @type {DamageReportElement} */ (this),
      this.#setState,
      this.#languageOf,
      words,
      () => this.#wasSetOpen,
    ));
  }

  async #start() {
    if (this.#report || !this.hasAttribute("open")) return;
    this.#setState("loading");
    // Without a token here, the report asks again, and tells the page.
    tokens.set(
      /** @type {DamageReportElement} */ (this),
      (async () => /** @type {DamageReportElement} */ (this).getToken?.())().catch(() => {}),
    );
    try {
      // An empty page is too long after that time. The report is shown all the same when it comes.
      await Promise.race([this.#fetch(), new Promise((_, late) => setTimeout(late, 9000, "slow"))]);
    } catch (error) {
      console.error(error);
      this.#setState("failed");
      this.dispatchEvent(
        new CustomEvent("damage-report-error", { bubbles: true, composed: true, detail: { reason: "files" } }),
      );
      // With a connection the files may come.
      addEventListener("online", () => this.#start(), { once: true });
    }
  }

  /** @param {ReportState} state */
  #setState = (state) => {
    this.state = state;
    this.#button.ariaBusy = /** @type {string} */ (/** @type {unknown} */ (state === "loading"));
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

// Frameworks look for a property before they set it.
Object.assign(DamageReport.prototype, { getToken: undefined, messages: undefined });
if (!customElements.get("damage-report")) customElements.define("damage-report", DamageReport);
