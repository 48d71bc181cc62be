/**
 * `<damage-report endpoint order-line lang>`: the customer of a web shop reports a delivery that arrived damaged.
 *
 * This file is all that a page loads until the element comes near the screen. It holds the element's life and nothing
 * else; what the customer sees is made in WebAssembly.
 *
 * Attributes
 *   endpoint    where the shop's backend answers, for example `https://shop.example/damage`
 *   order-line  the order line that the report is about
 *   lang        the language; else that of the page around it; else Dutch
 *   draft       `off` keeps nothing in this browser, for computers that are shared; what is not sent is gone with the page
 * Properties
 *   getToken    a function that gives a token for this order line, or a promise of one; asked again when one expires
 * Methods of the class, `customElements.get("damage-report")`
 *   forgetDrafts()  throws away every draft in this browser: when the customer logs out
 * Events (they bubble)
 *   damage-report-ready      the first page can be seen
 *   damage-report-submitted  a claim was accepted: `detail.reference`
 *   damage-report-error      the widget cannot start, or had to stop; the fallback is shown
 * Content
 *   what stands inside the element is shown until the widget is ready, and when it cannot start
 */

/** The languages there are, each with the tag that dates and plurals follow where the page names no region. */
const LANGUAGES = { nl: "nl", en: "en-GB", de: "de", fr: "fr", es: "es", it: "it", pl: "pl", pt: "pt-PT" };
const near = (file) => new URL(file, import.meta.url);

/** What all elements of a page share, fetched once, in parallel. */
let parts;
const load = () =>
  (parts ??= Promise.all([
    import(near("widget.js")).then(async (widget) => {
      await widget.default({ module_or_path: near("widget_bg.wasm") });
      return widget;
    }),
    import(near("photo-worker.js")),
    import(near("draft-drawer.js")),
    fetched("widget.css").then(async (answer) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(await answer.text());
      return sheet;
    }),
  ]).catch((error) => {
    // The next element to be opened tries again.
    parts = undefined;
    throw error;
  }));

const languages = {};
const speak = (lang) =>
  (languages[lang] ??= fetched(`locales/${lang}.json`)
    .then((answer) => answer.json())
    .catch((error) => {
      delete languages[lang];
      throw error;
    }));

async function fetched(file) {
  const answer = await fetch(near(file));
  if (!answer.ok) throw new Error(`damage-report: ${file} answered ${answer.status}`);
  return answer;
}

class DamageReport extends HTMLElement {
  static forgetDrafts = async () => (await import(near("draft-drawer.js"))).forgetDrafts();
  static observedAttributes = ["endpoint", "order-line", "lang", "draft"];

  #root = this.attachShadow({ mode: "open" });
  #fallback = document.createElement("slot");
  #mounted;
  #watch;
  #pageLanguage;

  connectedCallback() {
    // Moved, not removed: everything goes on as it was.
    if (this.#mounted || this.#watch) return;
    this.#root.replaceChildren(this.#fallback);
    this.#watch = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && this.#start(),
      { rootMargin: "200px" },
    );
    this.#watch.observe(this);
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#stop());
  }

  attributeChangedCallback(name, before, after) {
    if (before === after || !this.#mounted) return;
    if (name === "lang") return this.#changeLanguage();
    this.#stop();
    this.connectedCallback();
  }

  /** The language's file, and the tag that its dates and plurals follow. */
  get #language() {
    const wanted = this.lang || this.closest("[lang]")?.lang || "";
    const [name] = wanted.toLowerCase().split("-");
    return Object.hasOwn(LANGUAGES, name) ? { name, tag: wanted.includes("-") ? wanted : LANGUAGES[name] } : { name: "nl", tag: "nl" };
  }

  async #start() {
    this.#watch.disconnect();
    const watch = this.#watch;
    try {
      if (!isSecureContext) throw new Error("damage-report: photos can only be sent from a page on https");
      const { name, tag } = this.#language;
      const [[widget, { photoDesk }, { draftDrawer }, sheet], messages] = await Promise.all([load(), speak(name)]);
      if (this.#watch !== watch) return; // taken off the page meanwhile
      const container = document.createElement("div");
      container.lang = tag;
      this.#root.adoptedStyleSheets = [sheet];
      this.#root.append(container);
      const endpoint = this.getAttribute("endpoint") || location.origin;
      const orderLine = this.getAttribute("order-line") ?? "";
      const desk = photoDesk();
      const drawer = draftDrawer(`damage-report ${endpoint} ${orderLine}`);
      const mounted = widget.mount(container, {
        endpoint,
        orderLine,
        lang: tag,
        messages,
        desk,
        drawer,
        isDraftOff: this.getAttribute("draft") === "off",
        getToken: () => this.getToken?.(),
        announce: (name, reference) => this.#announce(name, reference),
      });
      this.#mounted = { mounted, container, desk, drawer };
      addEventListener("error", this.#failed);
      this.#pageLanguage = new MutationObserver(() => this.#changeLanguage());
      this.#pageLanguage.observe(document.documentElement, { attributeFilter: ["lang"] });
    } catch (error) {
      this.#announce("error");
      console.error(error);
      // The fallback stands meanwhile. What was not to be had without a connection may be with one.
      addEventListener("online", () => this.#watch === watch && this.#start(), { once: true });
    }
  }

  #stop() {
    this.#watch?.disconnect();
    this.#pageLanguage?.disconnect();
    removeEventListener("error", this.#failed);
    const { mounted, container, desk, drawer } = this.#mounted ?? {};
    this.#mounted = this.#watch = this.#pageLanguage = undefined;
    mounted?.unmount();
    desk?.close();
    drawer?.close();
    container?.remove();
  }

  async #changeLanguage() {
    const { name, tag } = this.#language;
    const messages = await speak(name);
    if (!this.#mounted || tag !== this.#language.tag || tag === this.#mounted.container.lang) return;
    this.#mounted.container.lang = tag;
    this.#mounted.mounted.speak(tag, messages);
  }

  /** After a panic nothing of the widget works any more: the shop's own words come back. */
  #failed = ({ error, message }) => {
    if (!String(error?.message ?? message).startsWith("damage-report:")) return;
    this.#mounted?.container.remove();
    this.#root.replaceChildren(this.#fallback);
    this.#announce("error");
  };

  #announce(name, reference) {
    if (name === "ready") this.#fallback.remove();
    const detail = reference ? { reference } : {};
    this.dispatchEvent(new CustomEvent(`damage-report-${name}`, { bubbles: true, composed: true, detail }));
  }
}

if (!customElements.get("damage-report")) customElements.define("damage-report", DamageReport);
