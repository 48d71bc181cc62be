// The languages of the demo page, and dates, times and prices as each language writes them. The words are in words/.
//
// The widget brings its own words. Nothing here counts days; a deadline is for the widget to say.

import en from "./words/en.js";
import nl from "./words/nl.js";

/** @import { Words } from "./types.d.ts" */

/**
 * The words by language; the first language is the one without `?lang=`.
 *
 * @type {Record<string, Words>}
 */
export const WORDS = { nl, en };

/** The languages of the page. */
export const LANGUAGES = Object.keys(WORDS);

/** The language that the address names, or the first one. */
export function languageOfAddress() {
  const named = new URLSearchParams(location.search).get("lang");
  return named && LANGUAGES.includes(named) ? named : LANGUAGES[0];
}

/**
 * Puts the words of `lang` into every element below `root` that names some with `data-say` or `data-say-label`.
 *
 * @param {ParentNode} root
 * @param {string} lang
 */
export function say(root, lang) {
  /** @param {string | undefined} key */
  const words = (key) => String(WORDS[lang][key ?? ""]);
  /** @param {string} selector */
  const all = (selector) => /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(selector));
  for (const element of all("[data-say]")) element.textContent = words(element.dataset.say);
  for (const element of all("[data-say-label]")) element.setAttribute("aria-label", words(element.dataset.sayLabel));
}

/**
 * `moment` as `lang` writes it.
 *
 * @param {string | number} moment In ISO 8601, or in milliseconds since 1970.
 * @param {string} lang
 * @param {Intl.DateTimeFormatOptions} options
 */
const written = (moment, lang, options) =>
  new Intl.DateTimeFormat(WORDS[lang].locale, options).format(new Date(moment));

/**
 * `vrijdag 20 november om 14:05`, in `zone`.
 *
 * @param {string | number} at
 * @param {string} lang
 * @param {string} zone
 */
export function moment(at, lang, zone) {
  return written(at, lang, {
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  });
}

/**
 * `zo 22 nov 10:40`, in `zone`: for narrow places.
 *
 * @param {string | number} at
 * @param {string} lang
 * @param {string} zone
 */
export function shortMoment(at, lang, zone) {
  const day = written(at, lang, { weekday: "short", day: "numeric", month: "short", timeZone: zone });
  const time = written(at, lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  return `${day} ${time}`;
}

/**
 * `vrijdag 20 november`, in `zone`.
 *
 * @param {string} at
 * @param {string} lang
 * @param {string} zone
 */
export function weekday(at, lang, zone) {
  return written(at, lang, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
}

/**
 * `18 november 2026`. A date without a time is that date everywhere; an instant is a date in `zone`.
 *
 * @param {string} at
 * @param {string} lang
 * @param {string} zone
 */
export function day(at, lang, zone) {
  const timeZone = at.includes("T") ? zone : "UTC";
  return written(at, lang, { day: "numeric", month: "long", year: "numeric", timeZone });
}

/**
 * `€ 349,00`.
 *
 * @param {number} cents
 * @param {string} lang
 */
export function price(cents, lang) {
  return new Intl.NumberFormat(WORDS[lang].locale, { style: "currency", currency: "EUR" }).format(cents / 100);
}

/**
 * A plain date, "23 november", which has no zone.
 *
 * @param {string} date
 * @param {string} lang
 */
export const plainDay = (date, lang) => written(date, lang, { day: "numeric", month: "long", timeZone: "UTC" });
