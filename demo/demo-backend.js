// The demo page's requests to the backend: the demo's own routes, and the seller's part of the real contract.
//
// The widget makes its own requests, and gets no more from the page than a token.

/** How long an answer may take. The backend runs on the same machine; longer than this means that it is gone. */
const PATIENCE_MS = 10_000;

/** A request that the backend understood and refused; `detail` is its own sentence, in English. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} [detail]
   */
  constructor(status, detail) {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
  }
}

/** @import { Claim, ClaimEvent, ClockMove, Shop } from "./types.d.ts" */

/**
 * The orders of the customer who is signed in, with the shop's time, its zone, and the seller's key.
 *
 * @returns {Promise<Shop>}
 */
export function fetchShop() {
  return ask("/demo/orders");
}

/**
 * A short-lived token for one order line. Where the backend refuses, nobody is signed in; where it cannot, it is asked again.
 *
 * @param {string} orderLine
 * @returns {Promise<string>}
 */
export async function fetchToken(orderLine) {
  try {
    return (await ask("/demo/token", { order_line: orderLine })).token;
  } catch (error) {
    if (error instanceof Refused && error.status >= 500) throw new TypeError(error.message);
    throw error;
  }
}

/**
 * Moves the shop's clock: `{advance_minutes}`, `{now}` or `{reset: true}`. Answers what time it is then.
 *
 * @param {ClockMove} move
 * @returns {Promise<string>}
 */
export async function moveClock(move) {
  const { now } = await ask("/demo/clock", move);
  return now;
}

/**
 * A claim as the seller sees it.
 *
 * @param {string} reference
 * @param {string} sellerKey
 * @returns {Promise<Claim>}
 */
export function fetchClaim(reference, sellerKey) {
  return ask(`/seller/claims/${encodeURIComponent(reference)}`, undefined, sellerKey);
}

/**
 * Says, as the seller, that something happened to a claim. Answers the claim as it stands then.
 *
 * @param {string} reference
 * @param {ClaimEvent} event
 * @param {string} sellerKey
 * @returns {Promise<Claim>}
 */
export async function sendEvent(reference, event, sellerKey) {
  const { version } = await fetchClaim(reference, sellerKey);
  return ask(`/seller/claims/${encodeURIComponent(reference)}/events`, event, sellerKey, version);
}

/**
 * @param {string} path
 * @param {object} [body]
 * @param {string} [key] The seller's.
 * @param {number} [version] Of the claim that the body changes.
 */
async function ask(path, body, key, version) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers.Authorization = `Bearer ${key}`;
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (!response.ok) {
    // A proxy in between may answer without JSON: then the status has to do.
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.detail ?? problem.title);
  }
  return response.json();
}
