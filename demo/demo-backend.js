// The demo page's requests to the backend: the demo's own routes, and the seller's part of the real contract.
//
// The widget makes its own requests, and gets no more from the page than a token.

/** How long an answer may take. The backend runs on the same machine; longer than this means that it is gone. */
const PATIENCE_MS = 10_000;

/** A request that the backend understood and refused; `detail` is its own sentence, in English. */
export class Refused extends Error {
  constructor(status, detail) {
    super(detail || `HTTP ${status}`);
    this.status = status;
    this.detail = detail;
  }
}

/** The orders of the customer who is signed in, with the shop's time, its zone, and the seller's key. */
export function fetchShop() {
  return ask("/demo/orders");
}

/** A short-lived token for one order line. Where the backend refuses, nobody is signed in; where it cannot, it is asked again. */
export async function fetchToken(orderLine) {
  try {
    return (await ask("/demo/token", { order_line: orderLine })).token;
  } catch (error) {
    throw error.status < 500 ? error : new TypeError(error.message);
  }
}

/** Moves the shop's clock: `{advance_minutes}`, `{now}` or `{reset: true}`. Answers what time it is then. */
export async function moveClock(move) {
  const { now } = await ask("/demo/clock", move);
  return now;
}

/** A claim as the seller sees it. */
export function fetchClaim(reference, sellerKey) {
  return ask(`/seller/claims/${encodeURIComponent(reference)}`, undefined, sellerKey);
}

/** Says, as the seller, that something happened to a claim. Answers the claim as it stands then. */
export function sendEvent(reference, event, sellerKey) {
  return ask(`/seller/claims/${encodeURIComponent(reference)}/events`, event, sellerKey);
}

async function ask(path, body, key) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers.Authorization = `Bearer ${key}`;
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
