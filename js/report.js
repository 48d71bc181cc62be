/**
 * The report of one element: opens and closes it, mounts the widget into the element's shadow root, and passes events, messages
 * and tokens between the widget and the page.
 */

import { mount } from "glue";
import { aboutOf, addressOf, endpointOf, isDraftOff, orderLineOf } from "./attributes.js";
import { draftStore, findDrafts, nameOf } from "./draft-store.js";
import { ask, askAhead, forgetAhead, giveToken, takeAhead, tokenOf } from "./prefetch.js";
import { getHostPage, getLaterMessages, getLoadedCodec, getReader, sheets } from "./code.js";
import { tagOf, withOwn } from "./language.js";
import { isFlush } from "./flush.js";

/** @import { DamageReportElement, DraftStore, ElementHost, GivenOrderLine, Messages, MountedWidget, PhotoProcessor, ReportState } from "./types.d.ts" */

/**
 * An open report.
 *
 * @typedef {object} Visit
 * @property {HTMLElement} container
 * @property {ReturnType<typeof draftStore>} draftStore
 * @property {MountedWidget} mounted
 * @property {Messages} messages The words that it shows.
 * @property {boolean} [isWhole] Whether these are the words of all pages.
 * @property {string} about The order line's address and the `draft` attribute. When either changes, another visit begins.
 * @property {ReportState} state
 * @property {string} [page]
 * @property {PhotoProcessor} [processor]
 */

/** The parsers of the event fields that are not plain text. @type {Record<string, (text: string) => unknown>} */
const READ = { violations: JSON.parse, claim: JSON.parse };

/** The reports of the elements on the page. @type {Set<Report>} */
export const reports = new Set();

/** The report of one element, open or closed, until the element leaves the page. */
export class Report {
  #element;
  #root;
  #button;
  #setState;
  #languageOf;
  #messagesOf;
  #wasSetOpen;
  /** @type {Messages | undefined} */
  #messages;
  /** @type {Visit | undefined} */
  #visit;
  /** @type {ReturnType<typeof import("./page-history.js").pageHistory> | undefined} */
  #history;
  /** Whether this browser has a draft to resume. */
  #hasDraft = false;
  /**
   * The order line that the next press shows at once. Only while the code of the report is there.
   *
   * @type {GivenOrderLine | undefined}
   */
  #given;
  /** The state of `open` in the last `toggle` event. */
  #isOpen = false;
  /** Whether the element has left the page, or the widget had to stop. */
  #isOver = false;
  #pageLanguage = new MutationObserver(() => this.#speak());
  #end = new AbortController();
  /** Tells `guardPresses` that another page is shown. Does nothing until that module is loaded. */
  #onPageShown = () => {};

  /**
   * @param {ElementHost[0]} element
   * @param {ElementHost[1]} setState
   * @param {ElementHost[2]} languageOf
   * @param {ElementHost[3]} messagesOf
   * @param {ElementHost[4]} wasSetOpen
   */
  constructor(element, setState, languageOf, messagesOf, wasSetOpen) {
    this.#element = element;
    this.#root = /** @type {ShadowRoot} */ (element.shadowRoot);
    this.#button = /** @type {HTMLButtonElement} */ (this.#root.querySelector("button"));
    this.#setState = setState;
    this.#languageOf = languageOf;
    this.#messagesOf = messagesOf;
    this.#wasSetOpen = wasSetOpen;
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
      // The page set `open` before the class was defined. That property hides the class's accessor.
      const { open } = /** @type {{ open: boolean }} */ (/** @type {object} */ (element));
      delete (/** @type {Partial<DamageReportElement>} */ (element).open);
      element.open = open;
    }
    // The page removed the attribute while the files were loading.
    if (wasSetOpen() && !element.hasAttribute("open")) element.open = true;
    this.#root.adoptedStyleSheets = sheets;
    reports.add(this);
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ["lang"] });
    // Without a visit the widget does not have its order line yet, so it is asked for ahead of the press.
    this.#button.onpointerenter = this.#button.onfocus = () => this.#visit || askAhead(element);
    getHostPage()
      .then(({ guardPresses }) => {
        if (!this.#isOver) this.#onPageShown = guardPresses(this.#root, this.#end.signal);
      })
      .catch(() => {});
    this.#resume();
    this.#speak();
    this.#update();
  }

  /**
   * An attribute of the element has changed.
   *
   * @param {string} name
   */
  changed(name) {
    if (name === "lang") return this.#speak();
    if (name === "open" && this.#isLostByChance()) {
      // Not at once: a script that removes attributes until none is left would never end.
      return void setTimeout(() => {
        if (!this.#isOver && this.#wasSetOpen() !== false) this.#element.open = true;
      });
    }
    // Another order line opens another report. Setting the same one again changes nothing.
    if (name !== "open") {
      if (this.#visit?.about === aboutOf(this.#element)) return;
      forgetAhead(this.#element);
      this.#leave();
      this.#resume();
    }
    this.#update();
  }

  /** Looks for the history entries and the draft that an earlier visit left for this order line. */
  #resume() {
    const address = addressOf(this.#element);
    const pressBack = () => {
      const back = /** @type {HTMLElement | null} */ (this.#root.querySelector(".back"));
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
    this.#prepare().catch(() => {});
  }

  /** Readies a press with the data in the page or, where the page wants that, with what the backend answers now. */
  async #prepare() {
    this.#given = undefined;
    const [element, address] = [this.#element, addressOf(this.#element)];
    const isOver = () => this.#isOver || this.#visit || address !== addressOf(element);
    const { dataFor } = await getHostPage();
    const data = await dataFor(element, orderLineOf(element), () => ask(element, address));
    if (!data || isOver()) return;
    giveToken(element, data.token);
    (await getLoadedCodec()).warm();
    if (!isOver()) this.#given = data.given;
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
   * Whether the page removed `open` only because it rendered its HTML again, and not to close the report. We assume so if a script
   * or the button had set it, or if the focus is inside the report, and the removal happens in no handler of a press or key.
   */
  #isLostByChance() {
    const wasSetOpen = this.#wasSetOpen();
    if (this.#element.hasAttribute("open") || wasSetOpen === false || window.event instanceof UIEvent) return false;
    return wasSetOpen || this.#element.matches(":focus-within");
  }

  /** For `forgetDrafts`, which deletes the drafts of closed reports itself: discards an open report's draft, and waits until it is deleted. */
  async forget() {
    this.#hasDraft = false;
    this.#speak();
    if (!this.#visit) return;
    this.#visit.mounted.discardDraft();
    // Waits until the widget has queued the writes that this causes, so that the deletion comes after them.
    await new Promise((resolve) => setTimeout(resolve));
    await this.#visit?.draftStore.discard().catch(() => {});
  }

  /** For the element's method: discards the unsent draft, whether the report is open or not. Rejects if the browser has no storage. */
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

  /** Opens or closes the report, as the attribute says. */
  async #update() {
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
      this.#setState("closed");
      if (isInside) this.#button.focus();
      return;
    }
    if (this.#visit) {
      const { container, page } = this.#visit;
      // A container that is moved loses the focus.
      if (!container.isConnected) this.#root.prepend(container);
      this.#history?.show(page);
      return this.#show(this.#visit.state);
    }
    this.#setState("loading");
    if (!isSecureContext) {
      console.error("damage-report: photos can only be sent from a page on https");
      this.#setState("failed");
      return this.#say("error", { reason: "insecure" });
    }
    try {
      const { tag, messages } = await this.#loadMessages();
      if (isOpen() && !this.#visit && !this.#isOver) this.#visit = this.#open(tag, messages);
    } catch (error) {
      console.error(error);
      this.#setState("failed");
      this.#say("error", { reason: "files" });
    }
  }

  /**
   * Mounts the widget. It shows itself when its first page is ready.
   *
   * @param {string} tag
   * @param {Messages} messages
   * @returns {Visit}
   */
  #open(tag, messages) {
    const container = document.createElement("div");
    Object.assign(container, { className: "report", lang: tag });
    this.#root.prepend(container);
    getHostPage()
      .then(({ keepInside }) => keepInside(container))
      .catch(() => {});
    const draftStore = draftStoreOf(this.#element);
    const visit = /** @type {Visit} */ (
      /** @type {Partial<Visit>} */ ({
        container,
        draftStore,
        messages,
        about: aboutOf(this.#element),
        state: "loading",
      })
    );
    if (!isDraftOff(this.#element)) draftStore.warm();
    // A saved draft waits for the backend.
    const given = this.#hasDraft ? undefined : this.#given;
    this.#given = undefined;
    visit.mounted = mount(container, {
      endpoint: endpointOf(this.#element),
      address: addressOf(this.#element),
      ahead: takeAhead(this.#element),
      given,
      lang: tag,
      messages,
      // Whole before the widget saves: that is code of the report.
      draftStore: /** @type {DraftStore} */ (/** @type {Partial<DraftStore>} */ (draftStore)),
      isDraftOff: isDraftOff(this.#element),
      getPhotoProcessor: async () => {
        const [codec, { draftWrites }] = await Promise.all([
          getLoadedCodec(),
          getHostPage(),
          this.#addLaterMessages(visit),
        ]);
        draftStore.addWrites(draftWrites);
        return (visit.processor ??= codec.photoProcessor(getReader));
      },
      getToken: () => this.#token(),
      announce: (event, ...values) => this.#announce(event, values),
    });
    addEventListener("error", this.#stopped);
    return visit;
  }

  #leave() {
    removeEventListener("error", this.#stopped);
    const { container, processor, draftStore, mounted } = /** @type {Partial<Visit>} */ (this.#visit ?? {});
    this.#visit = undefined;
    this.#history?.end();
    this.#history = undefined;
    mounted?.unmount();
    processor?.close();
    draftStore?.close();
    container?.remove();
  }

  /** Loads the messages of the first page in the element's language. */
  async #loadMessages() {
    const parts = this.#languageOf();
    const tag = tagOf(parts);
    const messages = withOwn(await this.#messagesOf(parts[0]), this.#messages);
    return { wanted: parts.join(), tag, messages };
  }

  /**
   * Loads the messages of the pages after the first.
   *
   * @param {string} tag
   */
  async #loadLaterMessages(tag) {
    return withOwn(await getLaterMessages(tag.split("-")[0]), this.#messages);
  }

  /**
   * Completes the messages of a report that is to show other pages than the first.
   *
   * @param {Visit} visit
   * @returns {Promise<void>}
   */
  async #addLaterMessages(visit) {
    const { messages } = visit;
    // The widget reads its words from this very object.
    Object.assign(messages, await this.#loadLaterMessages(visit.container.lang));
    // The language has changed meanwhile.
    if (visit.messages !== messages) return this.#addLaterMessages(visit);
    visit.isWhole = true;
  }

  async #speak() {
    const loaded = await this.#loadMessages().catch(() => {});
    // If the messages did not load, or the language has changed again meanwhile, the old ones stay.
    const isWanted = () => loaded?.wanted === this.#languageOf().join();
    if (!loaded || !isWanted()) return;
    const { tag, messages } = loaded;
    Object.assign(this.#button, { lang: tag, textContent: messages[this.#hasDraft ? "opening_resume" : "opening"] });
    // Fetched now for a report that is opened without a connection.
    const later = this.#loadLaterMessages(tag).catch(() => {});
    const visit = this.#visit;
    const rest = visit?.isWhole ? await later : {};
    if (!rest || !visit || visit !== this.#visit || !isWanted()) return;
    Object.assign(messages, rest);
    visit.messages = messages;
    visit.container.lang = tag;
    visit.mounted.speak(tag, messages);
  }

  async #token() {
    try {
      const token = await tokenOf(this.#element);
      if (!token) this.#say("auth-required");
      return token;
    } catch (error) {
      // `fetch` throws a TypeError without a connection: then a customer need not sign in again.
      if (!(error instanceof TypeError)) this.#say("auth-required");
      throw error;
    }
  }

  /**
   * Passes on an event of the widget (`src/host_events.rs`). Returns whether the page allows its default action.
   *
   * @param {string} event Its name, and the names of its fields.
   * @param {string[]} values
   */
  #announce(event, values) {
    const [name, ...fields] = event.split(" ");
    const detail = /** @type {{ state?: string, step?: string }} */ (
      Object.fromEntries(fields.map((field, n) => [field, READ[field]?.(values[n]) ?? values[n]]))
    );
    if (name === "before-submit") return this.#say(name, detail, true);
    if (name === "draft") this.#hasDraft = detail.state === "saved" || detail.state === "resumed";
    if (name === "submitted") this.#hasDraft = false;
    if (name === "step" && this.#visit) {
      this.#visit.page = detail.step;
      if (this.#visit.container.isConnected) this.#history?.show(detail.step);
    }
    // Not at once: a listener may do anything with the element, so the widget must first have finished what it was doing.
    Promise.resolve().then(() => {
      if (name === "step") {
        this.#onPageShown();
        this.#show(detail.step === "sent" ? "sent" : "open");
      }
      if (name === "ready" && this.#visit?.state !== "sent") this.#show("open");
      if (name === "error") this.#show("failed");
      this.#say(name, detail);
    });
    return true;
  }

  /**
   * Shows the report in `state`, unless it is closed.
   *
   * @param {ReportState} state
   */
  #show(state) {
    if (!this.#visit) return;
    this.#visit.state = state;
    const { container } = this.#visit;
    if (!container.isConnected || state === "loading") return;
    const isPressed = this.#root.activeElement === this.#button;
    this.#button.hidden = true;
    this.#setState(state);
    // Last: it makes the browser lay out the page.
    const step = container.querySelector(".step");
    if (step) container.classList.toggle("flush", isFlush(this.#element, step));
    // The focus moves on from the pressed button, unless the customer has moved it meanwhile.
    if (isPressed) this.#element.focus();
  }

  /**
   * After a panic the widget does not work any more: the fallback is shown.
   *
   * @param {ErrorEvent} event
   */
  #stopped = ({ error, message }) => {
    if (!String(error?.message ?? message).startsWith("damage-report:")) return;
    this.#show("failed");
    this.#isOver = true;
    this.#visit?.container.remove();
    this.#say("error", { reason: "stopped" });
  };

  /**
   * Dispatches an event. Returns false if a listener cancelled it.
   *
   * @param {string} name
   * @param {object} detail
   * @param {boolean} cancelable
   */
  #say(name, detail = {}, cancelable = false) {
    return this.#element.dispatchEvent(
      new CustomEvent(`damage-report-${name}`, { bubbles: true, composed: true, cancelable, detail }),
    );
  }
}

/** @param {Element} element */
const draftStoreOf = (element) => draftStore(nameOf(endpointOf(element), orderLineOf(element)));
