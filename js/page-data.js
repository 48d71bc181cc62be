/**
 * The token and the order line that are there before a press: those that the page's server has written into the element, as data in a
 * script that no browser runs, or those that were asked for when the element came near. The answer to the press replaces them.
 */

/** @import { AskedAhead, PageData } from "./types.d.ts" */

/** In UTF-16 units. An order line has a few kilobytes. */
const LENGTH_MAX = 1 << 16;

/** Scripts that were read: each serves one opening, because a report that is opened again must show the present state. */
const seen = new WeakSet();

/** @param {unknown} part */
const warn = (part) => console.warn(`damage-report: the data in the page is not used, because of ${part}`);

/**
 * The data for `element` and its order line `id`, if there is any: that in the page; or, where the page wants that and the browser
 * saves no data, what `ask` brings.
 *
 * @param {Element} element
 * @param {string} id
 * @param {() => Promise<AskedAhead>} ask
 * @returns {Promise<PageData | undefined>} Rejects where nothing was answered.
 */
export async function dataFor(element, id, ask) {
  const data = inPage(element, id);
  if (data) return data;
  if (!element.hasAttribute("prefetch") || element.hasAttribute("open") || navigator.connection?.saveData) return;
  const { token, answer } = await ask();
  // Nobody wrote this answer into the page. If it is no order line, the press asks again and tells.
  return answer.ok ? { token, given: { orderLine: await answer.json(), refuse() {} } } : undefined;
}

/**
 * The data in `element`. Nothing where a part of it cannot be used, and then the console says which.
 *
 * @param {Element} element
 * @param {string} id
 * @returns {PageData | undefined}
 */
function inPage(element, id) {
  const script = element.querySelector(':scope > script[type="application/json"]');
  if (!script || seen.has(script)) return;
  seen.add(script);
  try {
    return read(/** @type {string} */ (script.textContent), id);
  } catch (error) {
    warn(error instanceof SyntaxError ? "its JSON" : error);
  }
}

/**
 * @param {string} text
 * @param {string} id
 * @returns {PageData} Throws the name of the part that is not as it must be.
 */
function read(text, id) {
  if (text.length > LENGTH_MAX) throw "its length";
  const data = JSON.parse(text);
  if (typeof data?.order_line !== "object") throw "order_line";
  for (const field in data) if (!["token", "order_line"].includes(field)) throw field;
  const { token, order_line: orderLine } = data;
  if ("token" in data && !(typeof token === "string" && /^[!-~]+$/.test(token))) throw "token";
  if (orderLine?.id !== id) throw "order_line.id";
  return { token, given: { orderLine, refuse: () => warn("order_line") } };
}
