/**
 * The browser's database of drafts: one store has the answers and the key of each draft, another the parts of its photos. Every
 * row is encrypted, except for its time.
 *
 * Every promise rejects if the browser has no storage, and with a `TimeoutError` if the storage does not answer.
 */

import { within } from "./timeout.js";
import { ANSWER_WAIT } from "./draft-limits.js";

/** @import { Sealed } from "./draft-cipher.js" */

/**
 * A draft. Until its answers are saved for the first time, it has only a key.
 *
 * @typedef {{ key: CryptoKey, at: number } & Partial<Sealed>} DraftRow
 */

/** @typedef {(drafts: IDBObjectStore, photos: IDBObjectStore) => void} Write */

const VERSION = 1;
const NAME = "damage-report";

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * Closes the database as soon as it has been opened, however long that takes.
 *
 * @param {Promise<IDBDatabase>} opened
 */
export const closeOnceOpen = (opened) =>
  opened.then(
    (database) => database.close(),
    () => {},
  );

/**
 * Does `work` in one transaction. Resolves when the transaction is on the disk, not when it is only in a buffer.
 *
 * @param {IDBDatabase} database
 * @param {Write} work
 * @returns {Promise<true>}
 */
export const writing = (database, work) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(["drafts", "photos"], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore("drafts"), transaction.objectStore("photos"));
  });

/**
 * Opens the database, and creates it if necessary.
 *
 * @param {Promise<unknown> | undefined} before The last work of a store that was closed. It is awaited first.
 * @param {(database: IDBDatabase) => Promise<void>} inspect Inspects the database before anybody else can use it.
 * @param {() => void} onForgotten Called when every draft is deleted from outside.
 * @returns {Promise<IDBDatabase>}
 */
export async function openDatabase(before, inspect, onForgotten) {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("drafts");
    opening.result.createObjectStore("photos");
  };
  const opened = done(opening);
  const inspected = opened.then(async (database) => {
    database.onversionchange = ({ newVersion }) => {
      database.close();
      if (!newVersion) onForgotten();
    };
    await before;
    await inspect(database);
    return database;
  });
  try {
    return await within(inspected, ANSWER_WAIT);
  } catch (error) {
    closeOnceOpen(opened);
    throw error;
  }
}

/**
 * Does `work` in the database, and returns its result. Returns `undefined` if the database does not exist, or `work` fails.
 *
 * @template T
 * @param {(database: IDBDatabase) => Promise<T>} work
 * @returns {Promise<T | undefined>}
 */
async function inExistingDatabase(work) {
  const opening = indexedDB.open(NAME);
  opening.onupgradeneeded = () => /** @type {IDBTransaction} */ (opening.transaction).abort();
  const opened = done(opening);
  try {
    return await within(opened.then(work), ANSWER_WAIT);
  } catch {
    // No storage, no database, or one of another version.
  } finally {
    closeOnceOpen(opened);
  }
}

/**
 * Deletes every draft in this browser, for a shop whose customer logs out. Open pages forget their drafts. A suspended page does
 * so when it resumes; its rows are deleted already.
 */
export async function forgetDrafts() {
  const isEmptied = await inExistingDatabase((database) =>
    writing(database, (...stores) => stores.forEach((store) => store.clear())),
  );
  await within(done(indexedDB.deleteDatabase(NAME)), ANSWER_WAIT).catch((error) => {
    if (!isEmptied) throw error;
  });
}

/**
 * The order lines of `endpoint` with a draft in this browser. Empty if the browser has no storage. Creates no database.
 *
 * @param {string} [endpoint] Default: the page's own origin.
 * @returns {Promise<string[]>}
 */
export async function findDrafts(endpoint = location.origin) {
  const prefix = nameOf(endpoint, "");
  const found = await inExistingDatabase(async (database) => {
    const drafts = database.transaction("drafts").objectStore("drafts");
    const [names, saved] = await Promise.all([done(drafts.getAllKeys()), done(drafts.getAll())]);
    // A row with only a key is not yet a draft.
    return /** @type {string[]} */ (names).filter((name, n) => saved[n].sealed && name.startsWith(prefix));
  });
  return (found ?? []).map((name) => name.slice(prefix.length));
}

/**
 * The key of a draft's row, and the name of its lock.
 *
 * @param {string} endpoint
 * @param {string} orderLine
 */
export const nameOf = (endpoint, orderLine) => `${NAME} ${endpoint} ${orderLine}`;

/**
 * The range of all photos of one draft.
 *
 * @param {IDBValidKey} name
 */
export const photosOf = (name) => IDBKeyRange.bound([name], [name, []]);

/**
 * The range of all parts of one photo.
 *
 * @param {string} name
 * @param {number} id
 */
export const partsOf = (name, id) => IDBKeyRange.bound([name, id], [name, id, []]);
