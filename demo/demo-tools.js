// The tools of the demo: they move the shop's clock and play the seller, so that a claim's whole life can be seen.
//
// The backend decides which event may follow which; the table below only says which buttons are worth showing.

import { Refused, fetchClaim, moveClock, sendEvent } from "./demo-backend.js";
import { all, byId, elementFrom, fromTemplate, part } from "./demo-dom.js";
import { returnLabel } from "./demo-label.js";
import { WORDS, moment, price, shortMoment, weekday, plainDay } from "./demo-words.js";

/** @import { Claim, ClaimEvent, ClockMove, Line, Shop, Standing, Track } from "./types.d.ts" */

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** How often the clock on the page is looked at. It shows minutes. */
const TICK_MS = 5_000;

/**
 * For each track of a claim, in each of its states, the events that a seller would think of next.
 *
 * @type {Record<Track, Record<string, string[]>>}
 */
const NEXT_EVENTS = {
  investigation: {
    not_started: ["investigation_opened"],
    open: ["investigation_concluded"],
    concluded: [],
  },
  return_shipment: {
    label_pending: ["return_label_issued"],
    label_issued: ["return_handed_over", "return_received"],
    handed_over: ["return_received"],
    received: [],
  },
  resolution: {
    pending: ["replacement_sent", "refunded", "partially_refunded", "declined"],
    replaced: [],
    refunded: [],
    partially_refunded: [],
    declined: ["replacement_sent", "refunded", "partially_refunded"],
  },
  evidence_request: {
    none: ["evidence_requested"],
    made: [],
    not_needed: [],
  },
};

/** How many days the customer has to send more photos. */
const EVIDENCE_DAYS = 5;

/** The part of the price that the demo refunds while the customer keeps the device. */
const PARTIAL_REFUND = 0.2;

/** A made-up parcel of the postal union's S10 form, with a check digit that is right. */
const REPLACEMENT_TRACKING_NUMBER = "RR473124829NL";

/** @type {Shop | null} */
let shop = null;
let lang = "";
/** Fetches and shows everything again. @type {() => Promise<void>} */
let refresh = async () => {};
/** When the shop's time was last heard, by the page's own stopwatch: a device clock that is wrong changes nothing. */
let heardAt = 0;
/**
 * The claims on the page by reference. They stay, so that focus and announcements do too.
 *
 * @type {Map<string, HTMLElement>}
 */
const claims = new Map();

/** @param {Line} line */
const referenceOf = (line) => line.claim_reference ?? "";
/** The shop's time zone. */
const zone = () => shop?.zone ?? "UTC";
/** The key with which the demo plays the seller. */
const sellerKey = () => shop?.seller_key ?? "";

/**
 * Binds the tools, once. `page.refresh` fetches and shows everything again.
 *
 * @param {{ refresh: () => Promise<void> }} page
 */
export function startTools(page) {
  refresh = page.refresh;
  for (const key of all("[data-clock-move]")) {
    key.addEventListener("click", () => onClock(key.dataset.clockMove));
  }
  setInterval(showClock, TICK_MS);
}

/**
 * Shows the tools for `newShop`, in `newLang`.
 *
 * @param {Shop} newShop
 * @param {string} newLang
 */
export function showTools(newShop, newLang) {
  if (newShop !== shop) heardAt = performance.now();
  if (newLang !== lang) {
    claims.clear();
    byId("clock-outcome").textContent = "";
  }
  shop = newShop;
  lang = newLang;
  byId("demo-tools").hidden = false;
  showClock();
  const lines = shop.orders.flatMap((order) => order.lines);
  byId("scenes").replaceChildren(
    ...lines
      .filter(({ scenario }) => WORDS[lang].scenes[scenario])
      .map((line) => sceneItem(addressOf(line), sceneName(line), line.device)),
    ...ownPageItems(shop),
  );
  const reported = lines.filter((line) => line.claim_reference);
  byId("no-claims").hidden = reported.length > 0;
  // Appended only when it is new: moving an element takes its focus away.
  for (const line of reported) {
    if (!claims.has(referenceOf(line))) claims.set(referenceOf(line), claimArticle(line));
  }
  const articles = reported.map((line) => claims.get(referenceOf(line))).filter((article) => article !== undefined);
  for (const shown of [...byId("claims").children]) if (!articles.some((article) => article === shown)) shown.remove();
  for (const article of articles) if (!article.isConnected) byId("claims").append(article);
  for (const line of reported) loadClaim(line);
}

function shopTime() {
  return Date.parse(shop?.now ?? "") + (performance.now() - heardAt);
}

function showClock() {
  if (!shop) return;
  for (const clock of /** @type {NodeListOf<HTMLTimeElement>} */ (all("[data-clock]"))) {
    const write = clock.dataset.clock === "long" ? moment : shortMoment;
    clock.dateTime = new Date(shopTime()).toISOString();
    clock.textContent = write(shopTime(), lang, zone());
  }
}

/** @param {string | undefined} kind */
async function onClock(kind) {
  if (!shop) return;
  /** @type {Record<string, () => ClockMove>} */
  const moves = {
    hour: () => ({ advance_minutes: 60 }),
    day: () => ({ advance_minutes: DAY_MINUTES }),
    lastMinute: () => ({ now: nextLastMinute(shopTime(), zone()).toISOString() }),
    reset: () => ({ reset: true }),
  };
  const outcome = byId("clock-outcome");
  try {
    const now = await moveClock(moves[kind ?? ""]());
    await refresh();
    outcome.classList.add("unseen");
    outcome.textContent = WORDS[lang].clockMoved(moment(now, lang, zone()));
  } catch (error) {
    console.error(error);
    outcome.classList.remove("unseen");
    outcome.textContent = WORDS[lang].clockFailed;
  }
}

// The next 23:59 in the zone. On a day that the clocks change, the first guess is an hour off: it is put right once.
/**
 * @param {number} from In milliseconds since 1970.
 * @param {string} zone
 */
function nextLastMinute(from, zone) {
  const last = DAY_MINUTES - 1;
  const whole = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const ahead = last - minuteOfDay(whole, zone) || DAY_MINUTES;
  const guess = whole + ahead * MINUTE_MS;
  const off = ((last - minuteOfDay(guess, zone) + DAY_MINUTES / 2) % DAY_MINUTES) - DAY_MINUTES / 2;
  return new Date(guess + off * MINUTE_MS);
}

/**
 * @param {number} at In milliseconds since 1970.
 * @param {string} zone
 */
function minuteOfDay(at, zone) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const [hour, minute] = new Intl.DateTimeFormat("en-GB", options).format(at).split(":").map(Number);
  return hour * 60 + minute;
}

/**
 * Where the order line is shown: on the list, if this page does not have it.
 *
 * @param {Line} line
 */
const addressOf = ({ id }) => `${document.getElementById(`line-${id}`) ? "" : `?lang=${lang}`}#line-${id}`;

/**
 * @param {string} href
 * @param {string} scene
 * @param {string} device
 */
function sceneItem(href, scene, device) {
  const item = fromTemplate("scene");
  part(item, "link").setAttribute("href", href);
  part(item, "scene").textContent = scene;
  part(item, "device").textContent = device;
  return item;
}

/**
 * A link to the page of the order whose data the backend gives.
 *
 * @param {Shop} shop
 */
function ownPageItems({ orders, page_data }) {
  return orders.flatMap(({ number, lines }) =>
    lines
      .filter(({ id }) => id === page_data.order_line.id)
      .map(({ device }) => sceneItem(`?${new URLSearchParams({ lang, order: number })}`, WORDS[lang].ownPage, device)),
  );
}

// Where the calendar has no holiday near enough, the demo makes one up, and owns up to it.
/** @param {Line} line */
function sceneName({ scenario }) {
  const name = WORDS[lang].scenes[scenario];
  const holiday = shop?.made_up_holiday;
  if (scenario !== "long_weekend" || !holiday) return name;
  return `${name} ${WORDS[lang].madeUpHoliday(plainDay(holiday, lang))}`;
}

/** @param {Line} line */
function claimArticle(line) {
  const article = elementFrom("claim");
  article.dataset.reference = referenceOf(line);
  part(article, "reference").textContent = referenceOf(line);
  part(article, "device").textContent = line.device;
  return article;
}

/** @param {Line} line */
async function loadClaim(line) {
  const article = claims.get(referenceOf(line));
  if (!article) return;
  try {
    const claim = await fetchClaim(referenceOf(line), sellerKey());
    showTracks(article, line, claim);
  } catch (error) {
    console.error(error);
    part(article, "outcome").textContent = WORDS[lang].claimFailed;
  }
}

/**
 * @param {HTMLElement} article
 * @param {Line} line
 * @param {Claim} claim
 */
function showTracks(article, line, claim) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const focused = article.contains(active) ? active?.dataset.event : undefined;
  const tracks = /** @type {Track[]} */ (Object.keys(NEXT_EVENTS)).map((track) => {
    const next = NEXT_EVENTS[track];
    const block = fromTemplate("track");
    const standing = standingOf(track, claim);
    part(block, "name").textContent = WORDS[lang].tracks[track];
    part(block, "standing").textContent = standingWords(track, standing, claim.resolution_due);
    part(block, "events").replaceChildren(...(next[standing.state] ?? []).map((type) => eventKey(article, line, type)));
    return block;
  });
  part(article, "tracks").replaceChildren(...tracks);
  if (!focused) return;
  // The button that was pressed may be gone: then the claim's next one takes the focus, or its heading.
  const keys = [.../** @type {NodeListOf<HTMLElement>} */ (article.querySelectorAll("[data-event]"))];
  (keys.find((key) => key.dataset.event === focused) ?? keys[0] ?? article.querySelector("h4"))?.focus();
}

/**
 * The state of `track`. A request for evidence has none of its own: it is there or not, and nobody needs one about a claim that no
 * decision can follow.
 *
 * @param {Track} track
 * @param {Claim} claim
 * @returns {Standing}
 */
function standingOf(track, { progress }) {
  if (track !== "evidence_request") return progress[track];
  const isSettled = (NEXT_EVENTS.resolution[progress.resolution.state] ?? []).length === 0;
  if (isSettled) return { state: "not_needed" };
  const request = progress.evidence_request;
  return request ? { state: "made", on: request.until } : { state: "none" };
}

/**
 * @param {Track} track
 * @param {Standing} standing
 * @param {string} [due]
 */
function standingWords(track, standing, due) {
  const words = WORDS[lang].standings[standing.state];
  if (track === "resolution" && standing.state === "pending" && due) return WORDS[lang].resolutionDue(civilDay(due));
  const on = standing.on ?? standing.since;
  return words?.(on ? civilDay(on) : "", standing.amount ? price(standing.amount.cents, lang) : "") ?? standing.state;
}

// A date without a time is that date everywhere.
/** @param {string} date */
function civilDay(date) {
  return weekday(date, lang, "UTC");
}

/**
 * @param {HTMLElement} article
 * @param {Line} line
 * @param {string} type
 */
function eventKey(article, line, type) {
  const key = elementFrom("event");
  key.textContent = WORDS[lang].events[type].play;
  key.dataset.event = type;
  key.addEventListener("click", () => onPlay(article, line, type));
  return key;
}

/**
 * @param {HTMLElement} article
 * @param {Line} line
 * @param {string} type
 */
async function onPlay(article, line, type) {
  const outcome = part(article, "outcome");
  outcome.textContent = "";
  try {
    const claim = await sendEvent(referenceOf(line), eventOf(type, line), sellerKey());
    showTracks(article, line, claim);
    await refresh();
    outcome.textContent = WORDS[lang].eventDone(WORDS[lang].events[type].happened);
  } catch (error) {
    if (error instanceof Refused) {
      outcome.replaceChildren(`${WORDS[lang].eventRefused} `, inEnglish(error.message));
      return;
    }
    console.error(error);
    outcome.textContent = WORDS[lang].eventFailed;
  }
}

/**
 * @param {string} type
 * @param {Line} line
 * @returns {ClaimEvent}
 */
function eventOf(type, line) {
  switch (type) {
    case "return_label_issued":
      return { type, pdf: returnLabel("Retourlabel", [referenceOf(line), line.device, "Nogeen, retouren"]) };
    case "replacement_sent":
      return { type, tracking_number: REPLACEMENT_TRACKING_NUMBER };
    case "refunded":
      return { type, amount: { cents: line.price_cents, currency: "EUR" } };
    case "partially_refunded":
      return { type, amount: { cents: Math.round(line.price_cents * PARTIAL_REFUND), currency: "EUR" } };
    case "declined":
      return { type, reason: WORDS[lang].declineReason };
    case "evidence_requested":
      return { type, subjects: ["label", "device"], note: WORDS[lang].evidenceNote, until: dayAhead(EVIDENCE_DAYS) };
    default:
      return { type };
  }
}

/**
 * The date `days` from now where the shop is.
 *
 * @param {number} days
 */
function dayAhead(days) {
  const at = shopTime() + days * DAY_MINUTES * MINUTE_MS;
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone: zone() }).format(at);
}

/** @param {string} words */
function inEnglish(words) {
  const span = document.createElement("span");
  span.lang = "en";
  span.textContent = words;
  return span;
}
