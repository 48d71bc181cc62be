// "Mijn bestellingen" of Nogeen: shows the orders, and opens the widget where the customer asks for help.
//
// A shop does for the widget only what `addHelp` does. The demo's own tools are in demo-tools.js. This page knows no rule of
// damage reports: the widget and the backend say whether something can still be reported.

import { fetchShop, fetchToken } from "./demo-backend.js";
import { all, byId, fromTemplate, part } from "./demo-dom.js";
import { startTools, showTools } from "./demo-tools.js";
import { LANGUAGES, WORDS, day, languageOfAddress, price, say, weekday } from "./demo-words.js";

/** @import { DamageReportElement } from "../js/types.d.ts" */
/** @import { Line, Order, Shop } from "./types.d.ts" */

/** The answer of the backend; none until it first comes. @type {Shop | null} */
let shop = null;
let lang = languageOfAddress();
/** The number of the order that has this page to itself, if the address names one. */
const ownOrder = new URLSearchParams(location.search).get("order");
/** The order lines whose help is open, so that it stays open when the page is shown again. @type {Set<string>} */
const opened = new Set();
/** The order lines of which an earlier visit has left a report that is not sent. @type {Set<string>} */
const begun = new Set();

/**
 * Writes the data: the policy of this page lets only a named function write a script, even one of data. It is made when it is needed,
 * because a stricter policy refuses it.
 *
 * @type {ReturnType<NonNullable<typeof globalThis.trustedTypes>["createPolicy"]> | undefined}
 */
let scriptWriter;

const links = () => /** @type {NodeListOf<HTMLAnchorElement>} */ (all("a[data-lang]"));
/** @param {ParentNode} root */
const widgetIn = (root) => /** @type {DamageReportElement | null} */ (root.querySelector("damage-report"));

/** The shop's time zone. */
const zone = () => shop?.zone ?? "UTC";

start();

function start() {
  startTools({ refresh: load });
  byId("order-list").addEventListener("damage-report-submitted", onReported);
  for (const link of links()) link.addEventListener("click", onLanguage);
  addEventListener("popstate", () => {
    if (lang === languageOfAddress()) return;
    lang = languageOfAddress();
    showInItsLanguage();
  });
  show();
  load();
  findBegun().catch(console.error);
}

/** A report that was begun in this browser is not to be overlooked: the button of its order says that it can go on. */
async function findBegun() {
  const element = /** @type {{ findDrafts(): Promise<string[]> }} */ (
    /** @type {unknown} */ (await customElements.whenDefined("damage-report"))
  );
  for (const line of await element.findDrafts()) begun.add(line);
  if (begun.size) showInItsLanguage();
}

/** Fetches the orders and shows them. After a failure the earlier orders stay, with the trouble above them. */
async function load() {
  try {
    shop = await fetchShop();
    byId("trouble").replaceChildren();
  } catch (error) {
    console.error(error);
    showTrouble();
  }
  byId("waiting").hidden = true;
  show();
}

/**
 * Shows everything; `helps` has what is in the panels already, by order line, where it is to stay.
 *
 * @param {Map<string | undefined, Element | null>} helps
 */
function show(helps = new Map()) {
  document.documentElement.lang = lang;
  document.title = WORDS[lang].title;
  say(document, lang);
  for (const link of links()) {
    if (link.dataset.lang === lang) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (!shop) return;
  const orders = shop.orders.filter(({ number }) => !ownOrder || number === ownOrder);
  byId("order-list").replaceChildren(...orders.map((order) => orderItem(order, helps)));
  if (orders.length === 0) {
    byId("waiting").textContent = WORDS[lang].noOrders;
    byId("waiting").hidden = false;
  }
  showTools(shop, lang);
}

function showTrouble() {
  const words = fromTemplate("trouble-words");
  say(words, lang);
  const what = part(words, "what");
  what.dataset.say = "unreachable";
  what.textContent = WORDS[lang].unreachable;
  part(words, "again").addEventListener("click", async () => {
    await load();
    // The button that was pressed is gone: focus goes to the one that took its place, or to where the orders begin.
    (part(byId("trouble"), "again") ?? byId("orders")).focus();
  });
  byId("trouble").replaceChildren(words);
}

/**
 * @param {Order} order
 * @param {Map<string | undefined, Element | null>} helps
 */
function orderItem(order, helps) {
  const item = fromTemplate("order");
  part(item, "number").textContent = WORDS[lang].order(order.number);
  part(item, "placed").textContent = WORDS[lang].placed(day(order.placed_on, lang, zone()));
  part(item, "lines").replaceChildren(...order.lines.map((line) => lineItem(line, helps.get(line.id))));
  return item;
}

/**
 * @param {Line} line
 * @param {Element | null} [help]
 */
function lineItem(line, help) {
  const words = WORDS[lang];
  const item = fromTemplate("line");
  say(item, lang);
  const card = /** @type {HTMLElement} */ (item.firstElementChild);
  card.id = `line-${line.id}`;
  card.tabIndex = -1;
  card.dataset.line = line.id;
  card.dataset.scenario = line.scenario;
  part(card, "picture").setAttribute("href", `#${pictureOf(line.device)}`);
  part(card, "device").textContent = line.device;
  part(card, "device").id = `device-${line.id}`;
  part(card, "grade").textContent = words.grade(words.grades[line.grade] ?? line.grade);
  part(card, "price").textContent = price(line.price_cents, lang);
  const delivered = line.state === "delivered" ? line.delivered_at : undefined;
  part(card, "state-icon").setAttribute("href", delivered ? "#check" : "#parcel");
  part(card, "state").textContent = delivered ? words.delivered(weekday(delivered, lang, zone())) : words.onItsWay;
  part(card, "parcel").textContent = words.parcel(line.carrier, line.tracking_number);

  const button = part(card, "help");
  const panel = part(card, "panel");
  panel.id = `help-${line.id}`;
  button.setAttribute("aria-controls", panel.id);
  button.setAttribute("aria-describedby", `device-${line.id}`);
  button.addEventListener("click", () => {
    if (opened.has(line.id)) opened.delete(line.id);
    else opened.add(line.id);
    showHelp(card, line);
    if (opened.has(line.id)) bringIntoSight(panel);
  });
  showReported(card, line);
  if (help) putHelp(panel, line, help);
  if (ownOrder) {
    // The widget stands on the page from the start, with its own button.
    button.hidden = true;
    panel.hidden = false;
    if (!help) addHelp(panel, line);
  } else showHelp(card, line);
  return item;
}

/**
 * Opens or closes the help of one order line, and the widget with it. It stays where it is, with all that was filled in.
 *
 * @param {HTMLElement} card
 * @param {Line} line
 */
function showHelp(card, line) {
  const open = opened.has(line.id);
  const panel = part(card, "panel");
  part(card, "help").setAttribute("aria-expanded", String(open));
  panel.hidden = !open;
  if (open && !panel.hasChildNodes()) addHelp(panel, line);
  const widget = widgetIn(panel);
  if (widget && widget.hasAttribute("open") !== open) widget.open = open;
}

/**
 * On a phone the panel opens below the screen, where nobody would see it. The style sheet says whether the page moves there.
 *
 * @param {HTMLElement} panel
 */
function bringIntoSight(panel) {
  if (panel.getBoundingClientRect().top > innerHeight / 2) panel.scrollIntoView();
}

/**
 * Puts the widget into `panel`: what any shop does.
 *
 * @param {HTMLElement} panel
 * @param {Line} line
 */
function addHelp(panel, line) {
  const help = document.createElement("div");
  help.append(fromTemplate("help"));
  const widget = /** @type {DamageReportElement} */ (widgetIn(help));
  widget.setAttribute("endpoint", location.origin);
  widget.setAttribute("order-line", line.id);
  // The list has a button of its own; without this the widget shows one.
  if (!ownOrder) widget.setAttribute("open", "");
  else if (shop?.page_data.order_line.id === line.id) widget.prepend(dataScript(shop.page_data));
  // A token lives for minutes and a report may take longer: every call fetches a new one.
  widget.getToken = () => fetchToken(line.id);
  putHelp(panel, line, help);
}

/**
 * The data that lets the widget open without a request. A shop's server writes it into its HTML (`docs/tokens.md`). No server writes
 * this page, so a script does, and needs not escape it.
 *
 * @param {object} data
 */
function dataScript(data) {
  const [script, text] = [document.createElement("script"), JSON.stringify(data)];
  script.type = "application/json";
  scriptWriter ??= globalThis.trustedTypes?.createPolicy("page-data", { createScript: String });
  script.text = /** @type {string} */ (scriptWriter?.createScript(text) ?? text);
  return script;
}

/**
 * Puts the help of one order line into `panel`, in the language that is spoken. A widget that is moved goes on as it was.
 *
 * @param {HTMLElement} panel
 * @param {Line} line
 * @param {Element} help
 */
function putHelp(panel, line, help) {
  say(help, lang);
  widgetIn(help)?.setAttribute("lang", lang);
  panel.setAttribute("role", "group");
  panel.setAttribute("aria-label", WORDS[lang].panel(line.device));
  panel.replaceChildren(help);
}

/**
 * @param {HTMLElement} card
 * @param {Line} line
 */
function showReported(card, line) {
  const reported = Boolean(line.claim_reference);
  part(card, "badge").hidden = !reported;
  part(card, "reference").textContent = line.claim_reference ?? "";
  const { help, helpReported, helpResume } = WORDS[lang];
  part(card, "help-label").textContent = reported ? helpReported : begun.has(line.id) ? helpResume : help;
}

// The card is changed in place: showing it anew would take away the page on which the widget says what happens next.
/** @param {Event} event */
function onReported(event) {
  const target = /** @type {Element} */ (event.target);
  const card = /** @type {HTMLElement | null} */ (target.closest("[data-line]"));
  const line = shop?.orders.flatMap((order) => order.lines).find(({ id }) => id === card?.dataset.line);
  if (!shop || !card || !line) return;
  line.claim_reference = /** @type {CustomEvent<{ reference: string }>} */ (event).detail.reference;
  showReported(card, line);
  showTools(shop, lang);
}

/** @param {MouseEvent} event */
function onLanguage(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (event.currentTarget);
  const chosen = link.dataset.lang ?? "";
  if (chosen === lang || !LANGUAGES.includes(chosen)) return;
  lang = chosen;
  const search = new URLSearchParams(location.search);
  search.set("lang", chosen);
  history.pushState(null, "", `?${search}`);
  showInItsLanguage();
}

/** Only the words change: a report that is being filled in stays as it is. */
function showInItsLanguage() {
  const cards = [...all("[data-line]")];
  show(new Map(cards.map((card) => [card.dataset.line, part(card, "panel").firstElementChild])));
}

// The backend names devices; a shop with a catalogue would have pictures of them.
/** @param {string} device */
function pictureOf(device) {
  if (/ipad/i.test(device)) return "tablet";
  if (/book/i.test(device)) return "laptop";
  return "phone";
}
