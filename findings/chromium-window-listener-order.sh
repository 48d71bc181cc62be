#!/usr/bin/env bash
# Chromium calls the listeners of an event that is dispatched at `window` in the order in which they were added,
# capturing or not. The DOM standard has capturing listeners called first at the target, and Chromium does so on elements.
#
# So a script that is loaded late cannot hear `popstate` before a router that was loaded early, and cannot keep it from it.
#
# Seen with Chromium 156.0.8078.108 (Debian), driven by playwright-core 1.64.1.
set -euo pipefail

chromium=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund playwright-core@1.64.1 >/dev/null

cat > look.mjs <<'SCRIPT'
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const page = await browser.newPage();
const order = await page.evaluate(() => {
  const called = [];
  const listenOn = (target, name) => {
    target.addEventListener("made", () => called.push(`${name} bubbling`));
    target.addEventListener("made", () => called.push(`${name} capturing`), true);
    target.dispatchEvent(new Event("made"));
  };
  listenOn(document.createElement("p"), "element");
  listenOn(window, "window");
  return called.join(", ");
});
console.log(browser.version());
console.log(order);
await browser.close();
SCRIPT

timeout 120 node look.mjs "$chromium" | tee seen
grep -qx 'element capturing, element bubbling, window bubbling, window capturing' seen
