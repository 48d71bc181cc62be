/**
 * Takes over from `damage-report.js` once everything is fetched: opens and closes the report, mounts the widget into the
 * element's shadow root, and connects the two.
 *
 * Built into one file with the glue to the WebAssembly module and the store for drafts.
 */

import bind, { mount } from "glue";
import { draftStore, findDrafts, forgetDrafts as forgetSaved, nameOf } from "./draft-store.js";
import { isFlush } from "./flush.js";
import { check, join, once } from "./modules.js";
import {
  addressOf,
  askAhead,
  beginAhead,
  endpointOf,
  forgetAhead,
  orderLineOf,
  takeAhead,
  tokenOf,
} from "./prefetch.js";

export { findDrafts };

/** How a field is read whose value is not a text. */
const READ = { violations: JSON.parse, claim: JSON.parse };

/** The region that dates and plurals follow where the page names none that browsers know, and the language alone would mean another. */
const REGIONS = { en: "en-GB", pt: "pt-PT" };

const sheet = new CSSStyleSheet();
/** Promises the photo codec. */
let getCodec;
/** Promises the address of what reads the photos that the codec alone cannot, once that is fetched: few need it. */
let getReader;
/** Promises what keeps the report and the page out of each other's way from the first press on. */
let getHostPage;
/** Promises the codec when the code of the report is there as well. */
let getLoadedCodec;
/** Whether a module of another build runs here, which nothing but loading the page again can change. */
let isSpoilt = false;

/**
 * Gets ready what has come, the module and the style sheet; then begins to fetch what the first page does not need, the
 * codec and the module `report`. Meanwhile asks for the order lines of the elements for which a token is `promised`. Gives what
 * takes over an element that is on the page.
 */
export async function start(wasm, style, importChecked, codec, report, promised) {
  if (isSpoilt) throw new Error("another build runs here");
  getCodec = once(() => importChecked(codec, WORKER_INTEGRITY));
  beginAhead(promised, () =>
    getCodec()
      .then(({ warm }) => warm())
      .catch(() => {}),
  );
  const { href } = codec.reader ?? new URL("photo-reader.js", codec);
  getReader = once(async () => (await importChecked(href, READER_INTEGRITY)) && href);
  getHostPage = once(() => importChecked((codec.hostPage ?? new URL("host-page.js", codec)).href, HOST_PAGE_INTEGRITY));
  // Checked while it compiles: with a digest in the request, no browser compiles a module before all of it has arrived.
  const copy = wasm.clone();
  const bound = bind({ module_or_path: wasm });
  const isOurs = check(copy, WASM_DIGEST);
  isOurs.catch(() =>
    bound.then(
      () => (isSpoilt = true),
      () => {},
    ),
  );
  const [rules, module] = await Promise.all([style.text(), bound, isOurs]);
  sheet.replaceSync(rules);
  // On paper the boxes around the report are the page's, where its own style sheet does not reach.
  const paper = new CSSStyleSheet();
  paper.replaceSync(PAPER_STYLE);
  // Asked of the class: on the document itself, a form of that name would stand in front.
  Reflect.get(Document.prototype, "adoptedStyleSheets", document).push(paper);
  // Never joined twice: it would find its memory in use, and fill it anew.
  const getModule = once(() => join(report, module));
  getLoadedCodec = async () => (await Promise.all([getCodec(), getHostPage(), getModule()]))[0];
  getLoadedCodec().catch(() => {});
  return (...host) => new Report(...host);
}

/** The reports of the elements on the page. */
const reports = new Set();

/** Throws away every draft in this browser, and on this page those that are open. */
export async function forgetDrafts() {
  await Promise.all(Array.from(reports, (report) => report.forget()));
  await forgetSaved();
}

/** The tag of the language whose parts these are: as far as browsers know it, and never a language alone that means another region. */
function tagOf(parts) {
  const [written] = parts.join("-").match(/^\w\w(-[a-z]{4})?(-[a-z]{2}|-\d{3})?(?=-|$)/);
  const [tag] = Intl.getCanonicalLocales(written);
  return REGIONS[new Intl.NumberFormat(tag).resolvedOptions().locale] ?? tag;
}

/** The report of one element, open or closed, until the element leaves the page. */
class Report {
  #element;
  #root;
  #button;
  #become;
  #languageOf;
  #wordsOf;
  #isKept;
  #messages;
  #visit;
  #history;
  /** Whether there is something in this browser to go on with. */
  #hasDraft = false;
  /** `open` or not, as it was last said. */
  #isOpen = false;
  /** Whether nothing can be shown any more: the element has left the page, or the widget had to stop. */
  #isOver = false;
  #pageLanguage = new MutationObserver(() => this.#speak());
  #end = new AbortController();
  /** To be told that another page is shown, once there can be another. */
  #showsPage = () => {};

  /** @param become, languageOf, wordsOf, isKept what only the element can do and knows */
  constructor(element, become, languageOf, wordsOf, isKept) {
    this.#element = element;
    this.#root = element.shadowRoot;
    this.#button = this.#root.querySelector("button");
    this.#become = become;
    this.#languageOf = languageOf;
    this.#wordsOf = wordsOf;
    this.#isKept = isKept;
    this.#messages = element.messages;
    Object.defineProperty(element, "messages", {
      configurable: true,
      get: () => this.#messages,
      set: (messages) => {
        this.#messages = messages;
        this.#speak();
      },
    });
    if (Object.hasOwn(element, "open")) {
      // Set before the class was there, it stands before the class's own.
      const { open } = element;
      delete element.open;
      element.open = open;
    }
    // Taken away while the files were on their way.
    if (isKept() && !element.hasAttribute("open")) element.open = true;
    this.#root.adoptedStyleSheets = [sheet];
    reports.add(this);
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ["lang"] });
    // A report that is merely closed knows its order line.
    this.#button.onpointerenter = this.#button.onfocus = () => this.#visit || askAhead(element);
    getHostPage()
      .then(({ guardPresses }) => {
        if (!this.#isOver) this.#showsPage = guardPresses(this.#root, this.#end.signal);
      })
      .catch(() => {});
    this.#settle();
    this.#speak();
    this.#follow();
  }

  /** An attribute of the element has changed. */
  changed(name) {
    if (name === "lang") return this.#speak();
    if (name === "open" && this.#isLostByChance()) {
      // Later, because a script that removes attributes until none is left would never end.
      return void setTimeout(() => {
        if (!this.#isOver && this.#isKept() !== false) this.#element.open = true;
      });
    }
    // Another order line is another report; the same again is not.
    if (name !== "open") {
      if (this.#visit?.about === aboutOf(this.#element)) return;
      forgetAhead(this.#element);
      this.#leave();
      this.#settle();
    }
    this.#follow();
  }

  /** Takes in what an earlier visit has left of this order line: its entries in the history, its draft. */
  #settle() {
    const address = addressOf(this.#element);
    const pressBack = () => {
      const back = this.#root.querySelector(".back");
      if (!back?.getClientRects().length) return false;
      back.click();
      return true;
    };
    getHostPage()
      .then(({ pageHistory }) => {
        if (this.#isOver || address !== addressOf(this.#element)) return;
        this.#history?.end();
        this.#history = pageHistory(address, pressBack);
        if (this.#isOpen) this.#history.show(this.#visit?.page);
      })
      .catch(() => {});
    this.#findDraft().catch(() => {});
  }

  async #findDraft() {
    this.#hasDraft = false;
    const line = orderLineOf(this.#element);
    if (isDraftOff(this.#element)) return;
    const lines = await findDrafts(endpointOf(this.#element));
    if (this.#visit || !lines.includes(line)) return;
    this.#hasDraft = true;
    this.#speak();
    this.#say("draft", { state: "found" });
  }

  /**
   * Whether `open` was taken away by a page that is made anew from HTML which does not know of it, and not to close the report: it
   * was a script or the button that set it, or the customer is at work in there, and no press or key on the page led to this.
   */
  #isLostByChance() {
    const isKept = this.#isKept();
    if (this.#element.hasAttribute("open") || isKept === false || window.event instanceof UIEvent) return false;
    return isKept || this.#element.matches(":focus-within");
  }

  /** Forgets what was filled in and is not sent, here and in what is saved of it. */
  async forget() {
    this.#hasDraft = false;
    this.#speak();
    if (!this.#visit) return;
    this.#visit.mounted.discardDraft();
    // Behind what that has set off.
    await new Promise((resolve) => setTimeout(resolve));
    await this.#visit?.draftStore.discard().catch(() => {});
  }

  /** Throws away what was filled in and is not sent. */
  async discardDraft() {
    if (this.#visit) return this.#visit.mounted.discardDraft();
    const draftStore = draftStoreOf(this.#element);
    try {
      await draftStore.open(0);
      await draftStore.discard();
    } finally {
      draftStore.close();
    }
    this.#say("draft", { state: "discarded" });
  }

  end() {
    this.#isOver = true;
    this.#end.abort();
    reports.delete(this);
    forgetAhead(this.#element);
    this.#pageLanguage.disconnect();
    this.#leave();
    Object.defineProperty(this.#element, "messages", { configurable: true, writable: true, value: this.#messages });
  }

  /** Opens or closes, as the attribute says. */
  async #follow() {
    const isOpen = () => this.#element.hasAttribute("open");
    if (isOpen() !== this.#isOpen) {
      this.#isOpen = isOpen();
      this.#say("toggle", { open: this.#isOpen });
    }
    if (this.#isOver) return;
    if (!isOpen()) {
      const isInside = this.#visit?.container.contains(this.#root.activeElement);
      this.#visit?.container.remove();
      this.#history?.show();
      this.#speak();
      this.#button.hidden = false;
      this.#become("closed");
      if (isInside) this.#button.focus();
      return;
    }
    if (this.#visit) {
      const { container, page } = this.#visit;
      // Put in place anew, it would lose the focus.
      if (!container.isConnected) this.#root.prepend(container);
      this.#history?.show(page);
      return this.#show(this.#visit.state);
    }
    this.#become("loading");
    if (!isSecureContext) {
      console.error("damage-report: photos can only be sent from a page on https");
      this.#become("failed");
      return this.#say("error", { reason: "insecure" });
    }
    try {
      const { tag, messages } = await this.#words();
      if (isOpen() && !this.#visit && !this.#isOver) this.#visit = this.#open(tag, messages);
    } catch (error) {
      console.error(error);
      this.#become("failed");
      this.#say("error", { reason: "files" });
    }
  }

  /** Mounts the widget. It shows itself when it has something to show. */
  #open(tag, messages) {
    const container = document.createElement("div");
    Object.assign(container, { className: "report", lang: tag });
    this.#root.prepend(container);
    getHostPage()
      .then(({ keepInside }) => keepInside(container))
      .catch(() => {});
    const draftStore = draftStoreOf(this.#element);
    const visit = { container, draftStore, about: aboutOf(this.#element), state: "loading" };
    if (!isDraftOff(this.#element)) draftStore.warm();
    visit.mounted = mount(container, {
      endpoint: endpointOf(this.#element),
      address: addressOf(this.#element),
      ahead: takeAhead(this.#element),
      lang: tag,
      messages,
      draftStore,
      isDraftOff: isDraftOff(this.#element),
      getPhotoProcessor: async () => (visit.processor ??= (await getLoadedCodec()).photoProcessor(getReader)),
      getToken: () => this.#token(),
      announce: (event, ...values) => this.#announce(event, values),
    });
    addEventListener("error", this.#stopped);
    return visit;
  }

  #leave() {
    removeEventListener("error", this.#stopped);
    const { container, processor, draftStore, mounted } = this.#visit ?? {};
    this.#visit = undefined;
    this.#history?.end();
    this.#history = undefined;
    mounted?.unmount();
    processor?.close();
    draftStore?.close();
    container?.remove();
  }

  async #words() {
    const parts = this.#languageOf();
    const [tag, wanted] = [tagOf(parts), parts.join()];
    const words = await this.#wordsOf(parts[0]);
    // A text replaces a text, and plural forms replace plural forms; the widget ignores any other value.
    const isOfItsKind = ([key, said]) => said && typeof said === typeof words[key];
    return {
      wanted,
      tag,
      messages: { ...words, ...Object.fromEntries(Object.entries(this.#messages ?? {}).filter(isOfItsKind)) },
    };
  }

  async #speak() {
    // Where the words of another language are not to be had, these stay.
    const { wanted, tag, messages } = await this.#words().catch(() => ({}));
    if (wanted !== this.#languageOf().join()) return;
    Object.assign(this.#button, { lang: tag, textContent: messages[this.#hasDraft ? "opening_resume" : "opening"] });
    if (!this.#visit) return;
    this.#visit.container.lang = tag;
    this.#visit.mounted.speak(tag, messages);
  }

  async #token() {
    try {
      const token = await tokenOf(this.#element);
      if (!token) this.#say("auth-required");
      return token;
    } catch (error) {
      // What `fetch` says where there is no connection: who is signed in is not asked to sign in again.
      if (!(error instanceof TypeError)) this.#say("auth-required");
      throw error;
    }
  }

  /** Passes on an event of the widget (`src/host_events.rs`). Returns whether the page allows its default action. */
  #announce(event, values) {
    const [name, ...fields] = event.split(" ");
    const detail = Object.fromEntries(fields.map((field, n) => [field, READ[field]?.(values[n]) ?? values[n]]));
    if (name === "before-submit") return this.#say(name, detail, true);
    if (name === "draft") this.#hasDraft = detail.state === "saved" || detail.state === "resumed";
    if (name === "submitted") this.#hasDraft = false;
    if (name === "step" && this.#visit) {
      this.#visit.page = detail.step;
      if (this.#visit.container.isConnected) this.#history?.show(detail.step);
    }
    // Later, because a listener may do anything with the element, and the widget must be done with what it announced.
    Promise.resolve().then(() => {
      if (name === "step") {
        this.#showsPage();
        this.#show(detail.step === "sent" ? "sent" : "open");
      }
      if (name === "ready" && this.#visit?.state !== "sent") this.#show("open");
      if (name === "error") this.#show("failed");
      this.#say(name, detail);
    });
    return true;
  }

  /** Shows what belongs to `state`, unless the report is closed. */
  #show(state) {
    if (!this.#visit) return;
    this.#visit.state = state;
    const { container } = this.#visit;
    if (!container.isConnected || state === "loading") return;
    const step = container.querySelector(".step");
    if (step) container.classList.toggle("flush", isFlush(this.#element, step));
    const isPressed = this.#root.activeElement === this.#button;
    this.#button.hidden = true;
    this.#become(state);
    // The focus follows a customer who pressed the button into the report, unless they have moved it meanwhile.
    if (isPressed) this.#element.focus();
  }

  /** After a panic nothing of the widget works any more: the shop's own words come back. */
  #stopped = ({ error, message }) => {
    if (!String(error?.message ?? message).startsWith("damage-report:")) return;
    this.#show("failed");
    this.#isOver = true;
    this.#visit?.container.remove();
    this.#say("error", { reason: "stopped" });
  };

  #say(name, detail = {}, cancelable = false) {
    return this.#element.dispatchEvent(
      new CustomEvent(`damage-report-${name}`, { bubbles: true, composed: true, cancelable, detail }),
    );
  }
}

const draftStoreOf = (element) => draftStore(nameOf(endpointOf(element), orderLineOf(element)));
const isDraftOff = (element) => element.getAttribute("draft") === "off";
const aboutOf = (element) => [addressOf(element), element.getAttribute("draft")].join();
