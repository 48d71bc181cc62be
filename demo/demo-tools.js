// The tools of the demo: they move the shop's clock and play the seller, so that a claim's whole life can be seen.
//
// The backend decides which event may follow which; the table below only says which buttons are worth showing.

import { Refused, fetchClaim, moveClock, sendEvent } from "./demo-backend.js";
import { returnLabel } from "./demo-label.js";
import { WORDS, moment, price, shortMoment, weekday, plainDay } from "./demo-words.js";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** How often the clock on the page is looked at. It shows minutes. */
const TICK_MS = 5_000;

/** For each track of a claim, in each of its states, the events that a seller would think of next. */
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
    pending: ["replacement_sent", "refunded"],
    replaced: [],
    refunded: [],
  },
};

/** A made-up parcel of the postal union's S10 form, with a check digit that is right. */
const REPLACEMENT_TRACKING_NUMBER = "RR473124829NL";

let shop = null;
let lang = null;
let refresh = null;
/** When the shop's time was last heard, by the page's own stopwatch: a device clock that is wrong changes nothing. */
let heardAt = 0;
/** The claims on the page by reference. They stay, so that focus and announcements do too. */
const claims = new Map();

const byId = (id) => document.getElementById(id);
const part = (root, name) => root.querySelector(`[data-part="${name}"]`);
const fromTemplate = (id) => document.importNode(byId(id).content, true);

/** Binds the tools, once. `page.refresh` fetches and shows everything again. */
export function startTools(page) {
  refresh = page.refresh;
  for (const key of document.querySelectorAll("[data-clock-move]")) {
    key.addEventListener("click", () => onClock(key.dataset.clockMove));
  }
  setInterval(showClock, TICK_MS);
}

/** Shows the tools for `newShop`, in `newLang`. */
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
  byId("scenes").replaceChildren(...lines.filter(({ scenario }) => WORDS[lang].scenes[scenario]).map(sceneItem));
  const reported = lines.filter((line) => line.claim_reference);
  byId("no-claims").hidden = reported.length > 0;
  // Appended only when it is new: moving an element takes its focus away.
  for (const line of reported) {
    if (!claims.has(line.claim_reference)) claims.set(line.claim_reference, claimArticle(line));
  }
  const articles = reported.map((line) => claims.get(line.claim_reference));
  for (const shown of [...byId("claims").children]) if (!articles.includes(shown)) shown.remove();
  for (const article of articles) if (!article.isConnected) byId("claims").append(article);
  for (const line of reported) loadClaim(line);
}

function shopTime() {
  return Date.parse(shop.now) + (performance.now() - heardAt);
}

function showClock() {
  if (!shop) return;
  for (const clock of document.querySelectorAll("[data-clock]")) {
    const write = clock.dataset.clock === "long" ? moment : shortMoment;
    clock.dateTime = new Date(shopTime()).toISOString();
    clock.textContent = write(shopTime(), lang, shop.zone);
  }
}

async function onClock(kind) {
  if (!shop) return;
  const moves = {
    hour: () => ({ advance_minutes: 60 }),
    day: () => ({ advance_minutes: DAY_MINUTES }),
    lastMinute: () => ({ now: nextLastMinute(shopTime(), shop.zone).toISOString() }),
    reset: () => ({ reset: true }),
  };
  const outcome = byId("clock-outcome");
  try {
    const now = await moveClock(moves[kind]());
    await refresh();
    outcome.classList.add("unseen");
    outcome.textContent = WORDS[lang].clockMoved(moment(now, lang, shop.zone));
  } catch (error) {
    console.error(error);
    outcome.classList.remove("unseen");
    outcome.textContent = WORDS[lang].clockFailed;
  }
}

// The next 23:59 in the zone. On a day that the clocks change, the first guess is an hour off: it is put right once.
function nextLastMinute(from, zone) {
  const last = DAY_MINUTES - 1;
  const whole = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const ahead = last - minuteOfDay(whole, zone) || DAY_MINUTES;
  const guess = whole + ahead * MINUTE_MS;
  const off = ((last - minuteOfDay(guess, zone) + DAY_MINUTES / 2) % DAY_MINUTES) - DAY_MINUTES / 2;
  return new Date(guess + off * MINUTE_MS);
}

function minuteOfDay(at, zone) {
  const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
  const [hour, minute] = new Intl.DateTimeFormat("en-GB", options).format(at).split(":").map(Number);
  return hour * 60 + minute;
}

function sceneItem(line) {
  const item = fromTemplate("scene");
  part(item, "link").href = `#line-${line.id}`;
  part(item, "scene").textContent = sceneName(line);
  part(item, "device").textContent = line.device;
  return item;
}

// Where the calendar has no holiday near enough, the demo makes one up, and owns up to it.
function sceneName({ scenario }) {
  const name = WORDS[lang].scenes[scenario];
  if (scenario !== "long_weekend" || !shop.made_up_holiday) return name;
  return `${name} ${WORDS[lang].madeUpHoliday(plainDay(shop.made_up_holiday, lang))}`;
}

function claimArticle(line) {
  const article = fromTemplate("claim").firstElementChild;
  article.dataset.reference = line.claim_reference;
  part(article, "reference").textContent = line.claim_reference;
  part(article, "device").textContent = line.device;
  return article;
}

async function loadClaim(line) {
  const article = claims.get(line.claim_reference);
  try {
    const claim = await fetchClaim(line.claim_reference, shop.seller_key);
    showTracks(article, line, claim);
  } catch (error) {
    console.error(error);
    part(article, "outcome").textContent = WORDS[lang].claimFailed;
  }
}

function showTracks(article, line, claim) {
  const focused = article.contains(document.activeElement) ? document.activeElement.dataset.event : undefined;
  const tracks = Object.entries(NEXT_EVENTS).map(([track, next]) => {
    const block = fromTemplate("track");
    const standing = claim.progress[track];
    part(block, "name").textContent = WORDS[lang].tracks[track];
    part(block, "standing").textContent = standingWords(track, standing, claim.resolution_due);
    part(block, "events").replaceChildren(...(next[standing.state] ?? []).map((type) => eventKey(article, line, type)));
    return block;
  });
  part(article, "tracks").replaceChildren(...tracks);
  if (!focused) return;
  // The button that was pressed may be gone: then the claim's next one takes the focus, or its heading.
  const keys = [...article.querySelectorAll("[data-event]")];
  (keys.find((key) => key.dataset.event === focused) ?? keys[0] ?? article.querySelector("h4")).focus();
}

function standingWords(track, standing, due) {
  const words = WORDS[lang].standings[standing.state];
  if (track === "resolution" && standing.state === "pending" && due) return WORDS[lang].resolutionDue(civilDay(due));
  const on = standing.on ?? standing.since;
  return words ? words(on && civilDay(on), standing.amount && price(standing.amount.cents, lang)) : standing.state;
}

// A date without a time is that date everywhere.
function civilDay(date) {
  return weekday(date, lang, "UTC");
}

function eventKey(article, line, type) {
  const key = fromTemplate("event").firstElementChild;
  key.textContent = WORDS[lang].events[type].play;
  key.dataset.event = type;
  key.addEventListener("click", () => onPlay(article, line, type));
  return key;
}

async function onPlay(article, line, type) {
  const outcome = part(article, "outcome");
  outcome.textContent = "";
  try {
    const claim = await sendEvent(line.claim_reference, eventOf(type, line), shop.seller_key);
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

function eventOf(type, line) {
  switch (type) {
    case "return_label_issued":
      return { type, pdf: returnLabel("Retourlabel", [line.claim_reference, line.device, "Nogeen, retouren"]) };
    case "replacement_sent":
      return { type, tracking_number: REPLACEMENT_TRACKING_NUMBER };
    case "refunded":
      return { type, amount: { cents: line.price_cents, currency: "EUR" } };
    default:
      return { type };
  }
}

function inEnglish(words) {
  const span = document.createElement("span");
  span.lang = "en";
  span.textContent = words;
  return span;
}
