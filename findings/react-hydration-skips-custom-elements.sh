#!/usr/bin/env bash
# React 19 sets functions and listens to events on custom elements that it renders in the browser. Where a server rendered
# the page, hydration does neither: the property stays unset, the listener is missing, and the console is empty.
# An element that needs a function of the page must set it in an effect (react#35446).
#
# Seen with react and react-dom 19.3.1, in jsdom 27.2.0 on Node 20.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund react@19.3.1 react-dom@19.3.1 jsdom@27.2.0 >/dev/null

cat > look.mjs <<'SCRIPT'
import { JSDOM } from "jsdom";
import { createElement } from "react";
import { renderToString } from "react-dom/server";

const { window } = new JSDOM("<!doctype html><main></main>", { pretendToBeVisual: true });
for (const name of ["window", "document", "HTMLElement", "Node", "Event", "customElements", "HTMLIFrameElement", "navigator"]) {
  Object.defineProperty(globalThis, name, { configurable: true, value: name === "window" ? window : window[name] });
}
class Element extends window.HTMLElement { constructor() { super(); this.getToken = undefined; } }
window.customElements.define("x-element", Element);
const { createRoot, hydrateRoot } = await import("react-dom/client");
const main = window.document.querySelector("main");
let heard = 0;
const page = createElement("x-element", { getToken: () => "token", onready: () => heard++ });
const look = (how) => {
  const element = main.firstElementChild;
  heard = 0;
  element.dispatchEvent(new window.Event("ready"));
  console.log(`${how}: getToken is ${typeof element.getToken}, ready was heard ${heard} times`);
};
const wait = () => new Promise((resolve) => setTimeout(resolve, 300));
const root = createRoot(main); root.render(page); await wait(); look("rendered by the client");
root.unmount(); await wait();
main.innerHTML = renderToString(page);
hydrateRoot(main, page); await wait(); look("hydrated");
process.exit(0);
SCRIPT
node look.mjs | tee seen
diff seen - <<'EXPECTED'
rendered by the client: getToken is function, ready was heard 1 times
hydrated: getToken is undefined, ready was heard 0 times
EXPECTED
