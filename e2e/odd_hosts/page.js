// The part of a shop's page that every odd host has: it names the order line, gives tokens, and listens. It runs before the
// element's own script.

const orderLine = new URLSearchParams(location.search).get("order-line");
const globals = new Set(Object.keys(window));

window.heard = [];
/** New names on `window`, as the page's scripts find them: but for what drives the browser. */
const DRIVERS = ["leaked", "heard", "hasArrived", "fetches", "ret_nodes", "se_exportedFunctionSymbol"];
window.leaked = () => Object.keys(window).filter((name) => !globals.has(name) && !DRIVERS.includes(name));

/** @param {Element} element */
async function tokenFor(element) {
  const body = `{"order_line":"${element.getAttribute("order-line")}"}`;
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(`${location.origin}/demo/token`, { method: "POST", headers, body });
  return (await answer.json()).token;
}

for (const element of document.querySelectorAll("damage-report")) {
  element.setAttribute("order-line", orderLine ?? "");
  element.getToken = () => tokenFor(element);
}

for (const name of ["ready", "step", "toggle", "submitted", "error", "auth-required"]) {
  addEventListener(`damage-report-${name}`, (event) => {
    const { detail } = /** @type {CustomEvent<object>} */ (event);
    window.heard.push([name, ...Object.values(detail)].join(" "));
  });
}
addEventListener("damage-report-draft", (event) => {
  const { detail } = /** @type {CustomEvent<{ state: string }>} */ (event);
  if (detail.state === "found") window.heard.push("draft found");
});
