#!/usr/bin/env bash
# A file that was picked and then deleted, as a gallery does with a photo that goes to a cloud, cannot be read any more: the File API
# has the promise rejected with NotFoundError. Chromium asks the disk for the size of a file when a script first wants it. Where the
# file is gone by then, its size is 0, slices of it give empty buffers and no error, and only the file as a whole is rejected:
# a reader of its first bytes takes it for an empty file. Once the size was asked for, slices are rejected as well.
#
# The widget reads the first bytes of each file. Where a slice is empty it reads the whole file as well, so that the customer is told
# that the file is gone (`src/photos/prepare.rs`).
#
# Seen with Chromium 156.0.8078.108 (Debian), driven by playwright-core 1.64.1.
set -euo pipefail

chromium=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund playwright-core@1.64.1 >/dev/null

cat > look.mjs <<'SCRIPT'
import { unlinkSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
console.log(browser.version());
for (const asksFirst of [true, false]) {
  writeFileSync("photo.jpg", "a photo");
  const page = await browser.newPage();
  await page.setContent("<input type=file>");
  await page.setInputFiles("input", "photo.jpg");
  if (asksFirst) await page.evaluate(() => document.querySelector("input").files[0].size);
  unlinkSync("photo.jpg");
  const read = await page.evaluate(async () => {
    const [file] = document.querySelector("input").files;
    const bytes = (part) => part.arrayBuffer().then(({ byteLength }) => `${byteLength} bytes`, ({ name }) => name);
    return `size ${file.size}, slice: ${await bytes(file.slice(0, 4))}, whole: ${await bytes(file)}`;
  });
  console.log(`${asksFirst ? "size asked before" : "size asked after"}: ${read}`);
}
await browser.close();
SCRIPT

timeout 120 node look.mjs "$chromium" | tee seen
grep -qx 'size asked before: size 7, slice: NotFoundError, whole: NotFoundError' seen
grep -qx 'size asked after: size 0, slice: 0 bytes, whole: NotFoundError' seen
