// The requests of every peer to the backend, by its contract (docs/openapi.json). Each peer shows the progress itself.

/** The order line that the page is about. */
export const line = new URLSearchParams(location.search).get("line");

const place = `/order-lines/${encodeURIComponent(line)}`;
/** A token lives for ten minutes in the demo; none is used for longer than this. */
const TOKEN_MS = 5 * 60_000;
/** How often a photo is sent before the customer is asked, and how long is waited between, in ms. */
const TRIES = 3;
const PAUSE_MS = 1000;

/** The backend understood and refused. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.reference = problem.reference;
  }
}

let token;
let fetchedAt = 0;

/** The header that says for whom something is asked. */
export async function authorization() {
  if (Date.now() - fetchedAt > TOKEN_MS) {
    fetchedAt = Date.now();
    token = send("/demo/token", "POST", JSON.stringify({ order_line: line }), { "Content-Type": "application/json" });
    token.catch(() => {
      fetchedAt = 0;
    });
  }
  return { Authorization: `Bearer ${(await token).token}` };
}

export async function fetchOrder() {
  return send(place, "GET", undefined, await authorization());
}

/** A customer who begins in time has an hour to finish, so the backend is told. Without an answer the report goes on. */
export async function beginDraft() {
  try {
    await send(`${place}/draft`, "PUT", undefined, await authorization());
  } catch (error) {
    console.warn(error);
  }
}

export async function digestOf(blob) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function photoAddress(sha256, subject) {
  return `${place}/photos/${sha256}${subject ? `?subject=${subject}` : ""}`;
}

/** Sends a photo, and gives the digest by which the claim names it. */
export async function keepPhoto(blob, subject) {
  const sha256 = await digestOf(blob);
  for (let tries = 1; ; tries += 1) {
    try {
      const headers = { ...(await authorization()), "Content-Type": blob.type };
      await send(photoAddress(sha256, subject), "PUT", blob, headers);
      return sha256;
    } catch (error) {
      const passes = !(error instanceof Refused) || error.status >= 500 || error.status === 429;
      if (!passes || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, tries * PAUSE_MS));
    }
  }
}

/** Takes a photo away that the customer removed. One that stays is thrown away by the backend in time. */
export async function discardPhoto(sha256) {
  try {
    await send(photoAddress(sha256), "DELETE", undefined, await authorization());
  } catch (error) {
    console.warn(error);
  }
}

/** Sends the claim, and gives its reference. The key is made of the claim, so that sending it again finds it. */
export async function submitClaim(claim) {
  const body = JSON.stringify(claim);
  const key = await digestOf(new Blob([body]));
  try {
    const headers = { ...(await authorization()), "Content-Type": "application/json", "Idempotency-Key": key };
    return (await send(`${place}/claims`, "POST", body, headers)).reference;
  } catch (error) {
    if (error.reference) return error.reference;
    throw error;
  }
}

async function send(address, method, body, headers) {
  const response = await fetch(address, { method, body, headers });
  if (!response.ok) throw new Refused(response.status, await response.json().catch(() => ({})));
  return response.status === 204 ? undefined : response.json();
}
