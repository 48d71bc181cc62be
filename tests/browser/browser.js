/**
 * The browser under a test's control. The tests import all of it from here, as one bundle: the server of the test runner answers
 * four requests at a time, and a page that asks for more than some seven modules may wait for ever.
 */

export * from "./scripts/codecs.js";
export * from "./scripts/host.js";
export * from "./scripts/locks.js";
export * from "./scripts/network.js";
export * from "./scripts/page-data.js";
export * from "./scripts/page.js";
export * from "./scripts/photos.js";
export * from "./scripts/storage.js";
export * from "./scripts/time.js";
