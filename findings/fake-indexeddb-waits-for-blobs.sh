#!/usr/bin/env bash
# A transaction of IndexedDB ends once its requests are answered and no script of theirs adds another. A script that waits for
# something else in between, such as the bytes of a photo, comes too late: its next put throws TransactionInactiveError. fake-indexeddb,
# with which such code is tested in Node, throws as well where the script waited for a timer. Where it waited for the bytes
# of a Blob, four megabytes here, the put is stored.
#
# A test of a draft with photos passes, and in the browser no photo is saved. Read the bytes before the transaction begins,
# and test the store in a browser.
#
# Seen with fake-indexeddb 6.2.8 on Node 20, and with Chromium 156.0.8078.108 (Debian), driven by playwright-core 1.64.1.
set -euo pipefail

chromium=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund fake-indexeddb@6.2.8 playwright-core@1.64.1 >/dev/null

cat > look.mjs <<'SCRIPT'
import { indexedDB } from "fake-indexeddb";
import { chromium } from "playwright-core";

/** Stores a name, waits, and stores the bytes, all in one transaction. */
const store = async (factory, awaited) => {
  const waits = {
    bytes: () => new Blob([new Uint8Array(4_000_000)]).arrayBuffer(),
    timer: () => new Promise((done) => setTimeout(done, 50)),
  };
  const database = await new Promise((done) => {
    const opening = factory.open(awaited);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onsuccess = () => done(opening.result);
  });
  const photos = database.transaction("photos", "readwrite").objectStore("photos");
  await new Promise((done) => { photos.put("photo.jpg", "name").onsuccess = done; });
  const bytes = await waits[awaited]();
  try {
    photos.put(bytes, "bytes");
    await new Promise((done) => { photos.transaction.oncomplete = done; });
    return "stored";
  } catch (error) {
    return error.name;
  }
};
const browser = await chromium.launch({ executablePath: process.argv[2], args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.route("**/*", (route) => route.fulfill({ body: "<p>", contentType: "text/html" }));
await page.goto("http://localhost/");
for (const awaited of ["bytes", "timer"]) {
  const inBrowser = await page.evaluate(`(${store})(indexedDB, "${awaited}")`);
  console.log(`after ${awaited}: fake-indexeddb ${await store(indexedDB, awaited)}, Chromium ${inBrowser}`);
}
await browser.close();
SCRIPT
timeout 60 node look.mjs "$chromium" | tee seen
diff seen - <<'EXPECTED'
after bytes: fake-indexeddb stored, Chromium TransactionInactiveError
after timer: fake-indexeddb TransactionInactiveError, Chromium TransactionInactiveError
EXPECTED
