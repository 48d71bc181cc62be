/**
 * Takes over from `damage-report.js` once everything is fetched.
 *
 * Built into one file with the glue to the WebAssembly module, the report and the draft store.
 */

import { load, locate } from "./code.js";
import { beginAhead } from "./prefetch.js";
import { forgetDrafts as forgetSaved } from "./draft-store.js";
import { Report, reports } from "./report.js";

export { findDrafts } from "./draft-store.js";

/** @import { DamageReportElement, ElementHost } from "./types.d.ts" */

/**
 * Loads the code of the report. Meanwhile asks for the order lines of the elements that are to open.
 *
 * @param {Response} wasm The first module.
 * @param {Response} style
 * @param {import("./code.js").ImportChecked} importChecked
 * @param {Parameters<typeof locate>[1]} codec The address of `photo-worker.js`.
 * @param {URL} report The address of the second module.
 * @param {Map<DamageReportElement, Promise<unknown>>} promised The tokens of the elements that are to open.
 * @returns {Promise<(...host: ElementHost) => Report>} Makes the report of an element that is on the page.
 */
export async function start(wasm, style, importChecked, codec, report, promised) {
  locate(importChecked, codec);
  beginAhead(promised);
  await load(wasm, style, report);
  return (...host) => new Report(...host);
}

/** Throws away every draft in this browser, and those of the open reports on this page. */
export async function forgetDrafts() {
  await Promise.all(Array.from(reports, (report) => report.forget()));
  await forgetSaved();
}
