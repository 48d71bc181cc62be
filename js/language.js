/** The language of a report: its tag, and its messages. */

/** @import { Messages } from "./types.d.ts" */

/**
 * The region of dates and plurals where the page names none that browsers know, and browsers take another one for the language
 * alone.
 *
 * @type {Record<string, string>}
 */
const REGIONS = { en: "en-GB", pt: "pt-PT" };

/**
 * A BCP 47 tag that browsers know, and never a language alone that they take for another region.
 *
 * @param {string[]} parts A language of the widget first; then script and region, if the page has them.
 * @returns {string}
 */
export function tagOf(parts) {
  const [written] = /** @type {RegExpMatchArray} */ (
    parts.join("-").match(/^\w\w(-[a-z]{4})?(-[a-z]{2}|-\d{3})?(?=-|$)/)
  );
  const [tag] = Intl.getCanonicalLocales(written);
  return REGIONS[new Intl.NumberFormat(tag).resolvedOptions().locale] ?? tag;
}

/**
 * The widget's messages with the page's own. A text replaces a text, plural forms replace plural forms; any other value is
 * ignored.
 *
 * @param {Messages} messages
 * @param {Messages} [own]
 * @returns {Messages}
 */
export function withOwn(messages, own = {}) {
  const fitting = Object.entries(own).filter(([key, text]) => text && typeof text === typeof messages[key]);
  return { ...messages, ...Object.fromEntries(fitting) };
}
