/**
 * `<damage-report>`: the customer of a web shop reports a delivery that arrived damaged.
 *
 * This file is all that an order page loads. It holds what the page deals with, the element, and shows a button that
 * opens the report; what is behind the button is fetched when the customer comes near (`runtime.js`, and WebAssembly).
 */

/** The languages there are: where the words lie, and what the button says. */
const LANGUAGES = {
  nl: [new URL("./build/nl.json", import.meta.url), OPENING.nl],
  en: [new URL("./build/en.json", import.meta.url), OPENING.en],
  de: [new URL("./build/de.json", import.meta.url), OPENING.de],
  fr: [new URL("./build/fr.json", import.meta.url), OPENING.fr],
  es: [new URL("./build/es.json", import.meta.url), OPENING.es],
  it: [new URL("./build/it.json", import.meta.url), OPENING.it],
  pl: [new URL("./build/pl.json", import.meta.url), OPENING.pl],
  pt: [new URL("./build/pt.json", import.meta.url), OPENING.pt],
};

/** What is fetched once for all elements of a page. After a failure the next to ask tries again. */
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

// Each address is written out, so that bundlers find the file. `build/` becomes a folder named for what is in it: files of
// two builds never meet. The names in capitals are put in by the build.

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
  // What comes later is looked for in the worker's folder, except where a bundler puts it elsewhere.
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
 * @attr {string} lang - The language: nl, en, de, fr, es, it, pl or pt, with a region if you like. Where that is another: the next around it that is one of these; else the one that it was, at first nl.
 * @attr {"off"} draft - Keeps nothing in this browser, for computers that are shared.
 * @attr {boolean} open - Whether the report is open. Set by the button as well; what the button opened, HTML that your page is given anew does not close.
 *
 * @prop {() => string | Promise<string>} getToken - Gives a token for this order line; asked again when one expires.
 * @prop {Record<string, string | Record<string, string>>} messages - Words to say in place of the widget's own, by their keys in the language's file.
 * @prop {"closed" | "loading" | "open" | "sent" | "failed"} state - What is to be seen. Read-only.
 *
 * @fires {CustomEvent<{}>} damage-report-ready - The first page can be seen.
 * @fires {CustomEvent<{ open: boolean }>} damage-report-toggle - The report was opened or closed, by whomever.
 * @fires {CustomEvent<{ step: "start" | "damage" | "packaging" | "label" | "device" | "check" | "sent" | "closed" | "undelivered" }>} damage-report-step - Another page is shown.
 * @fires {CustomEvent<{ violations: { code: string, subject?: string, have?: number, need?: number, max?: number }[] }>} damage-report-change - The draft changed; what it still breaks, as in the contract.
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
 * @slot privacy - In place of what the widget says about privacy.
 * @slot contact - In place of the link to the shop's people.
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
 * @cssproperty --damage-report-scroll-margin - How much of the top stays free above what it scrolls to. What can be seen there is kept clear of by itself.
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
  /** What takes over from here, once everything is fetched. */
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
    // Set anew where it is set: whoever presses once more after a failure wants another try.
    (this.#isKept = isOpen) ? this.setAttribute("open", "") : this.removeAttribute("open");
  }

  /**
   * Closes the report. What was filled in stays, and photos go on being sent.
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
   * Throws away what was filled in for this order line and is not sent.
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
    // What follows may be lacking: the button does without.
    this.#near = {};
    this.#root.adoptedStyleSheets = [look];
    this.#near = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        this.#start();
        // What cannot be had now is asked for again when the report is opened.
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
    // Who gives none, or not yet, is asked again, and told what comes of that.
    tokens.set(
      this,
      (async () => this.getToken?.())().catch(() => {}),
    );
    try {
      // Nobody looks at nothing for longer. What comes later is shown all the same.
      await Promise.race([this.#fetch(), new Promise((_, late) => setTimeout(late, 9000, "slow"))]);
    } catch (error) {
      console.error(error);
      this.#become("failed");
      this.dispatchEvent(
        new CustomEvent("damage-report-error", { bubbles: true, composed: true, detail: { reason: "files" } }),
      );
      // What was not to be had without a connection may be with one.
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
