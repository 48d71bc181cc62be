// The languages of the demo page, and dates, times and prices as each language writes them. The words are in words/.
//
// The widget brings its own words. Nothing here counts days; a deadline is for the widget to say.

import en from "./words/en.js";
import nl from "./words/nl.js";

/** The words by language; the first language is the one without `?lang=`. */
export const WORDS = { nl, en };

/** The languages of the page. */
export const LANGUAGES = Object.keys(WORDS);

/** The language that the address names, or the first one. */
export function languageOfAddress() {
  const named = new URLSearchParams(location.search).get("lang");
  return LANGUAGES.includes(named) ? named : LANGUAGES[0];
}

/** Puts the words of `lang` into every element below `root` that names some with `data-say` or `data-say-label`. */
export function say(root, lang) {
  for (const element of root.querySelectorAll("[data-say]")) element.textContent = WORDS[lang][element.dataset.say];
  for (const element of root.querySelectorAll("[data-say-label]")) {
    element.setAttribute("aria-label", WORDS[lang][element.dataset.sayLabel]);
  }
}

/** `vrijdag 20 november om 14:05`, in `zone`. */
export function moment(at, lang, zone) {
  const day = { weekday: "long", day: "numeric", month: "long" };
  const options = { ...day, hour: "2-digit", minute: "2-digit", timeZone: zone };
  return new Intl.DateTimeFormat(WORDS[lang].locale, options).format(new Date(at));
}

/** `zo 22 nov 10:40`, in `zone`: for where there is little room. */
export function shortMoment(at, lang, zone) {
  const day = { weekday: "short", day: "numeric", month: "short", timeZone: zone };
  const time = { hour: "2-digit", minute: "2-digit", timeZone: zone };
  const written = (options) => new Intl.DateTimeFormat(WORDS[lang].locale, options).format(new Date(at));
  return `${written(day)} ${written(time)}`;
}

/** `vrijdag 20 november`, in `zone`. */
export function weekday(at, lang, zone) {
  const options = { weekday: "long", day: "numeric", month: "long", timeZone: zone };
  return new Intl.DateTimeFormat(WORDS[lang].locale, options).format(new Date(at));
}

/** `18 november 2026`. A date without a time is that date everywhere; an instant is a date in `zone`. */
export function day(at, lang, zone) {
  const timeZone = at.includes("T") ? zone : "UTC";
  const options = { day: "numeric", month: "long", year: "numeric", timeZone };
  return new Intl.DateTimeFormat(WORDS[lang].locale, options).format(new Date(at));
}

/** `€ 349,00`. */
export function price(cents, lang) {
  return new Intl.NumberFormat(WORDS[lang].locale, { style: "currency", currency: "EUR" }).format(cents / 100);
}

/** A plain date, "23 november", which has no zone to be shown in. */
export const plainDay = (date, lang) =>
  new Intl.DateTimeFormat(WORDS[lang].locale, { day: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(date),
  );
