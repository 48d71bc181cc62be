/**
 * What takes over from `damage-report.js` once everything is fetched: opens and closes the report, mounts the widget into
 * the element's shadow root, and passes on between the two.
 *
 * Built into one file with the glue to the WebAssembly module and the drawer for drafts.
 */

import bind, { mount } from "glue";
import { draftDrawer, findDrafts, forgetDrafts, nameOf } from "./draft-drawer.js";
import { pageHistory } from "./page-history.js";

export { findDrafts, forgetDrafts };

/** What each event tells, in the order in which the widget says it. */
const DETAILS = {
  step: ["step"],
  change: ["violations"],
  photo: ["subject", "state"],
  draft: ["state"],
  deadline: ["day", "standing"],
  "before-submit": ["claim"],
  submitted: ["reference"],
  error: ["reason"],
};

/** How what is told is read, where it is not a text. */
const READ = { violations: JSON.parse, claim: JSON.parse };

/** The region that dates and plurals follow where the page names none, and the language alone would mean another. */
const REGIONS = { en: "en-GB", pt: "pt-PT" };

/** In ms: what was asked ahead longer ago is asked again. */
const FRESH = 5000;

/** In ms: what has not come by then is asked for again, or said not to come. */
const ANSWER_WAIT = 60_000;

const sheet = new CSSStyleSheet();
/** Promises the photo codec. */
let getCodec;
/** Promises it when the code of the report is there as well. */
let getReport;
/** Tokens that were asked for when their elements were to open, until they are used. */
let tokens;
/** Whether a module of another build runs here, which nothing but loading the page again can change. */
let isSpoilt = false;

/**
 * Gets ready what is on its way, the module and the style sheet; then begins to fetch what the first page does not need, the
 * codec and the module `report`. Meanwhile asks for the order lines of the elements for which a token is `promised`. Gives what
 * takes over an element that is on the page.
 */
export async function start(wasm, style, importChecked, codec, report, promised) {
  if (isSpoilt) throw new Error("another build runs here");
  tokens = promised;
  getCodec = once(() => importChecked(codec, WORKER_INTEGRITY));
  tokens.forEach((_, element) => askAhead(element));
  // Looked at beside the compiling: with its digest in the request, no module is compiled before all of it is there.
  const copy = wasm.then((answer) => answer.clone());
  const bound = bind({ module_or_path: wasm });
  const isOurs = copy.then((answer) => check(answer, WASM_DIGEST));
  isOurs.catch(() => bound.then(() => (isSpoilt = true), () => {}));
  const [rules, module] = await Promise.all([style.then((answer) => answer.text()), bound, isOurs]);
  sheet.replaceSync(rules);
  // Never joined twice: it would find its memory in use, and fill it anew.
  const getModule = once(() => join(report, module));
  getReport = async () => (await Promise.all([getCodec(), getModule()]))[0];
  getReport().catch(() => {});
  return (...host) => new Report(...host);
}

/** What `get` promises, got once. After a failure the next to ask tries again. */
const once = (get) => {
  let had;
  return () =>
    (had ??= get().catch((error) => {
      had = undefined;
      // What is wrong with the network the browser says itself.
      if (!(error instanceof TypeError)) console.error(error);
      throw error;
    }));
};

/** Fetches the module at `url` and joins it to the one that runs, whose memory and functions it uses. */
async function join(url, module) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WAIT) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await WebAssembly.instantiate(await check(answer, REPORT_DIGEST), { a: module });
}

/**
 * What is in `answer`, unless that is not the module that this file was built with; a package for bundlers does not say which
 * that is.
 */
async function check(answer, expected) {
  const module = await answer.arrayBuffer();
  if (!expected || !isSecureContext) return module;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", module));
  if (btoa(String.fromCharCode(...digest)) !== expected) throw new Error(`${answer.url} is of another build`);
  return module;
}

/** The report of one element, open or closed, until the element leaves the page. */
class Report {
  #element;
  #root;
  #button;
  #become;
  #languageOf;
  #wordsOf;
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

  /** @param become, languageOf, wordsOf what only the element can do */
  constructor(element, button, become, languageOf, wordsOf) {
    this.#element = element;
    this.#root = element.shadowRoot;
    this.#button = button;
    this.#become = become;
    this.#languageOf = languageOf;
    this.#wordsOf = wordsOf;
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
    this.#root.adoptedStyleSheets = [sheet];
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ["lang"] });
    this.#button.onpointerenter = this.#button.onfocus = () => askAhead(element);
    this.#settle();
    this.#speak();
    this.#follow();
  }

  /** An attribute of the element has changed. */
  changed(name) {
    if (name === "lang") return this.#speak();
    // Another order line is another report.
    if (name !== "open") {
      tokens.delete(this.#element);
      this.#leave();
      this.#settle();
    }
    this.#follow();
  }

  /** Takes in what an earlier visit has left of this order line: its entries in the history, its draft. */
  #settle() {
    this.#history = pageHistory(addressOf(this.#element), () => {
      const back = this.#root.querySelector(".back");
      if (!back?.getClientRects().length) return false;
      back.click();
      return true;
    });
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

  /** Throws away what was filled in and is not sent. */
  async discardDraft() {
    if (this.#visit) return this.#visit.mounted.discardDraft();
    const drawer = drawerOf(this.#element);
    await drawer.open(0);
    await drawer.discard();
    drawer.close();
    this.#say("draft", { state: "discarded" });
  }

  end() {
    this.#isOver = true;
    tokens.delete(this.#element);
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
      this.#history.show();
      this.#speak();
      this.#button.hidden = false;
      this.#become("closed");
      if (isInside) this.#button.focus();
      return;
    }
    if (this.#visit) {
      this.#root.prepend(this.#visit.container);
      this.#history.show(this.#visit.page);
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
    const drawer = drawerOf(this.#element);
    const visit = { container, drawer, state: "loading" };
    if (!isDraftOff(this.#element)) drawer.warm();
    visit.mounted = mount(container, {
      endpoint: endpointOf(this.#element),
      address: addressOf(this.#element),
      ahead: takeAhead(this.#element),
      lang: tag,
      messages,
      drawer,
      isDraftOff: isDraftOff(this.#element),
      getReport: async () => (visit.desk ??= (await getReport()).photoDesk()),
      getToken: () => this.#token(),
      announce: (name, ...told) => this.#announce(name, told),
    });
    addEventListener("error", this.#stopped);
    return visit;
  }

  #leave() {
    removeEventListener("error", this.#stopped);
    const { container, desk, drawer, mounted } = this.#visit ?? {};
    this.#visit = undefined;
    this.#history.end();
    mounted?.unmount();
    desk?.close();
    drawer?.close();
    container?.remove();
  }

  async #words() {
    const [name, wanted] = this.#languageOf(this.#element);
    const tag = REGIONS[wanted] ?? wanted;
    const words = await this.#wordsOf(name);
    // A text for a text, forms for forms: in place of what is neither stands what the widget has.
    const isOfItsKind = ([key, said]) => said && typeof said === typeof words[key];
    return { wanted, tag, messages: { ...words, ...Object.fromEntries(Object.entries(this.#messages ?? {}).filter(isOfItsKind)) } };
  }

  async #speak() {
    // Where the words of another language are not to be had, these stay.
    const { wanted, tag, messages } = await this.#words().catch(() => ({}));
    if (wanted !== this.#languageOf(this.#element)[1]) return;
    Object.assign(this.#button, { lang: tag, textContent: messages[this.#hasDraft ? "opening_resume" : "opening"] });
    if (!this.#visit) return;
    this.#visit.container.lang = tag;
    this.#visit.mounted.speak(tag, messages);
  }

  async #token() {
    try {
      const token = await this.#element.getToken?.();
      if (!token) this.#say("auth-required");
      return token;
    } catch (error) {
      // What `fetch` says where there is no connection: who is signed in is not asked to sign in again.
      if (!(error instanceof TypeError)) this.#say("auth-required");
      throw error;
    }
  }

  #announce(name, told) {
    const keys = DETAILS[name] ?? [];
    const detail = Object.fromEntries(keys.map((key, n) => [key, READ[key]?.(told[n]) ?? told[n]]));
    if (name === "before-submit") return this.#say(name, detail, true);
    if (name === "draft") this.#hasDraft = detail.state === "saved" || detail.state === "resumed";
    if (name === "submitted") this.#hasDraft = false;
    if (name === "step" && this.#visit) {
      this.#visit.page = detail.step;
      if (this.#visit.container.isConnected) this.#history.show(detail.step);
    }
    // Whoever hears it may do as they please with the element: by then the widget is done with what it announced.
    Promise.resolve().then(() => {
      if (name === "step") this.#show(detail.step === "sent" ? "sent" : "open");
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
    if (!this.#visit.container.isConnected || state === "loading") return;
    const isPressed = this.#root.activeElement === this.#button;
    this.#button.hidden = true;
    this.#become(state);
    // Who pressed the button goes on in the report, unless they have gone elsewhere meanwhile.
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

const endpointOf = (element) => element.getAttribute("endpoint") || location.origin;
const orderLineOf = (element) => element.getAttribute("order-line") ?? "";
const drawerOf = (element) => draftDrawer(nameOf(endpointOf(element), orderLineOf(element)));
const isDraftOff = (element) => element.getAttribute("draft") === "off";
const addressOf = (element) =>
  `${endpointOf(element).replace(/\/+$/, "")}/order-lines/${encodeURIComponent(orderLineOf(element))}`;

/** What was asked ahead, by address, and when. */
const asked = {};

/**
 * Asks what the widget will ask first, a token where none is at hand and the order line, while it is still on its way or not wanted
 * yet. Nobody hears of a failure: the widget then asks itself. What it will need to write dates is made ready meanwhile.
 */
function askAhead(element) {
  const [address, token] = [addressOf(element), tokens.get(element)];
  tokens.delete(element);
  if (Date.now() - asked[address]?.at < FRESH) return;
  const answer = ask(element, address, token);
  answer.catch(() => {});
  asked[address] = { at: Date.now(), answer };
  getCodec().then(({ warm }) => warm()).catch(() => {});
}

/** What comes of that, once: whoever opens the report again wants to know how it stands now. */
function takeAhead(element) {
  askAhead(element);
  const address = addressOf(element);
  const { answer } = asked[address];
  delete asked[address];
  return answer;
}

async function ask(element, address, ahead) {
  const token = (await ahead) || (await element.getToken());
  if (!token) throw token;
  const answer = await fetch(address, {
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  });
  return { token: `${token}`, answer };
}
