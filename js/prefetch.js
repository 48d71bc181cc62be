/**
 * Asks for the order line ahead of the widget, with a token of the page, while the widget is loading or the pointer is near. Also
 * checks tokens.
 */

import { addressOf } from "./attributes.js";
import { getCodec } from "./code.js";

/** @import { AskedAhead, DamageReportElement } from "./types.d.ts" */

/** In ms: an older answer is asked for again. */
const FRESH = 5000;

/**
 * Answers that were asked for ahead, by address.
 *
 * @type {Record<string, { at: number, answer: Promise<AskedAhead> }>}
 */
const asked = {};
/**
 * The tokens that were requested when their elements were about to open. Each is used once.
 *
 * @type {Map<Element, Promise<unknown>>}
 */
let tokens;

/**
 * Asks for the order lines of the elements for which a token is promised.
 *
 * @param {Map<DamageReportElement, Promise<unknown>>} promised
 */
export function beginAhead(promised) {
  tokens = promised;
  promised.forEach((_, element) => askAhead(element));
}

/**
 * Forgets the token that was requested for `element`, which does not need it any more.
 *
 * @param {Element} element
 */
export const forgetAhead = (element) => tokens.delete(element);

/**
 * Asks for the order line before the widget does, and for a token if none was requested yet. If this fails, the widget asks itself.
 * Meanwhile starts the photo worker, which makes the first date formatter.
 *
 * @param {DamageReportElement} element
 */
export function askAhead(element) {
  const [address, token] = [addressOf(element), tokens.get(element)];
  tokens.delete(element);
  if (Date.now() - asked[address]?.at < FRESH) return;
  const answer = ask(element, address, token);
  answer.catch(() => {});
  asked[address] = { at: Date.now(), answer };
  getCodec()
    .then(({ warm }) => warm())
    .catch(() => {});
}

/**
 * Keeps a token for the next request ahead. Without one here, that asks for it.
 *
 * @param {Element} element
 * @param {string | undefined} token
 */
export const giveToken = (element, token) => tokens.set(element, Promise.resolve(token));

/**
 * The answer that was asked for ahead. It is used once, because a report that is opened again must show the present state.
 *
 * @param {DamageReportElement} element
 * @returns {Promise<AskedAhead>}
 */
export function takeAhead(element) {
  askAhead(element);
  const address = addressOf(element);
  const { answer } = asked[address];
  delete asked[address];
  return answer;
}

/**
 * Asks for the order line at `address`.
 *
 * @param {DamageReportElement} element
 * @param {string} address
 * @param {Promise<unknown>} [ahead] A token that was requested before.
 * @returns {Promise<AskedAhead>}
 */
export async function ask(element, address, ahead) {
  const token = sendable(await ahead) ?? sendable(await element.getToken?.());
  if (!token) throw token;
  const answer = await fetch(address, {
    headers: { Authorization: `Bearer ${token}` },
    credentials: "omit",
    redirect: "error",
    referrerPolicy: "no-referrer",
    cache: "no-store",
  });
  return { token, answer };
}

/**
 * The trimmed `token`, if it is a string that may follow `Bearer` in a header.
 *
 * @param {unknown} token
 */
const sendable = (token) => (typeof token === "string" && /^[!-~]+$/.test(token.trim()) ? token.trim() : undefined);

/** The messages in the console: each is written once. */
const told = new Set();

/**
 * @param {string} what
 * @param {unknown} [error]
 * @returns {undefined}
 */
function tell(what, error = "") {
  if (!told.has(what)) console.error(`damage-report: getToken ${what}`, error);
  told.add(what);
}

/**
 * The page's token. Gives nothing where the page has none, and then the console says why.
 *
 * @param {DamageReportElement} element
 * @returns {Promise<string | undefined>} Rejects with what `getToken` throws.
 */
export async function tokenOf(element) {
  if (typeof element.getToken !== "function") return tell("is not set");
  try {
    const given = await element.getToken();
    // Enough to recognise a text, and too little of a token to use it.
    const what = typeof given === "string" ? `"${given.slice(0, 15)}"` : typeof given;
    return sendable(given) ?? tell(`gave no token, but ${what}`);
  } catch (error) {
    tell("failed", error);
    throw error;
  }
}
