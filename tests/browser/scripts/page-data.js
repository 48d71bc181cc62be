/** The data that a page gives an element, as `js/page-data.js` reads it. */

import { dataFor } from "../../../js/page-data.js";
import { put } from "./stubs.js";

/**
 * An element of a page that a server has written.
 *
 * @param {string} markup
 */
export function writtenElement(markup) {
  return /** @type {Element} */ (new DOMParser().parseFromString(markup, "text/html").body.firstElementChild);
}

/**
 * Reads the data of `element` for the order line `id`: as JSON, or the word "none"; and then, in lines, the requests that were made
 * and the warnings in the console.
 *
 * @param {Element} element
 * @param {string} id
 * @param {number} status Of the backend's answer.
 * @param {boolean} savesData
 */
export async function readPageData(element, id, status, savesData) {
  /** @type {string[]} */
  const lines = [];
  const restore = [
    put(navigator, "connection", { saveData: savesData }),
    put(console, "warn", (/** @type {string} */ words) => lines.push(words)),
  ];
  const ask = async () => {
    lines.push("asked");
    return { token: "asked-for", answer: new Response(`{"id":"${id}"}`, { status }) };
  };
  try {
    const data = await dataFor(element, id, ask);
    const read = data && JSON.stringify({ token: data.token, order_line: data.given.orderLine });
    return [read ?? "none", ...lines].join("\n");
  } finally {
    for (const undo of restore) undo();
  }
}
