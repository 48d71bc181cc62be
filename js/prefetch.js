/**
 * What is asked before the widget asks it: the order line, with a token of the page, while the widget is on its way or the
 * pointer is. And what a token must be.
 */

/** In ms: what was asked ahead longer ago is asked again. */
const FRESH = 5000;

/** What was asked ahead, by address, and when. */
const asked = {};
/** Tokens that were asked for when their elements were to open, until they are used. */
let tokens;
/** The order lines that elements were about last. */
const orderLines = new WeakMap();
/** Makes ready what writes dates, which takes a browser long. */
let warmUp;

export const endpointOf = (element) => element.getAttribute("endpoint") || location.origin;
/** That of before where none is named: no report is about none, and pages that are made anew may lose it. */
export const orderLineOf = (element) => {
  const line = element.getAttribute("order-line") ?? orderLines.get(element) ?? "";
  orderLines.set(element, line);
  return line;
};
export const addressOf = (element) =>
  `${endpointOf(element).replace(/\/+$/, "")}/order-lines/${encodeURIComponent(orderLineOf(element))}`;

/** Asks for the order lines of the elements for which a token is `promised`. */
export function beginAhead(promised, warm) {
  tokens = promised;
  warmUp = warm;
  tokens.forEach((_, element) => askAhead(element));
}

/** The token that was asked for is of no use to `element` any more. */
export const forgetAhead = (element) => tokens.delete(element);

/**
 * Asks what the widget will ask first, a token where none is at hand and the order line, while it is still on its way or not wanted
 * yet. Nobody hears of a failure: the widget then asks itself. What it will need to write dates is made ready meanwhile.
 */
export function askAhead(element) {
  const [address, token] = [addressOf(element), tokens.get(element)];
  tokens.delete(element);
  if (Date.now() - asked[address]?.at < FRESH) return;
  const answer = ask(element, address, token);
  answer.catch(() => {});
  asked[address] = { at: Date.now(), answer };
  warmUp();
}

/** What comes of that, once: whoever opens the report again wants to know how it stands now. */
export function takeAhead(element) {
  askAhead(element);
  const address = addressOf(element);
  const { answer } = asked[address];
  delete asked[address];
  return answer;
}

async function ask(element, address, ahead) {
  const token = sendable(await ahead) ?? sendable(await element.getToken());
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

/** `token`, if it is a text that can stand in a header after `Bearer`. */
const sendable = (token) => (typeof token === "string" && /^[!-~]+$/.test(token.trim()) ? token.trim() : undefined);

/** What the console was told. Each thing is said once, however often it is tried. */
const told = new Set();

function tell(what, error = "") {
  if (!told.has(what)) console.error(`damage-report: getToken ${what}`, error);
  told.add(what);
}

/**
 * A token that the page gives; nothing where that is none, and then the console says why.
 *
 * @throws what `getToken` throws
 */
export async function tokenOf(element) {
  if (typeof element.getToken !== "function") return tell("is not set");
  try {
    const given = await element.getToken();
    // Enough of a text to know it by, and too little of one that a token stands in to be of use to who reads the console.
    const what = typeof given === "string" ? `"${given.slice(0, 15)}"` : typeof given;
    return sendable(given) ?? tell(`gave no token, but ${what}`);
  } catch (error) {
    tell("failed", error);
    throw error;
  }
}
