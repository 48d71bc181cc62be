/** The browser's storage: what is in it, and how it may fail. */

import { draftStore } from "../../../js/draft-store.js";
import { draftWrites } from "../../../js/draft-writes.js";
import { put, replace } from "./stubs.js";

export { forgetDrafts } from "../../../js/draft-store.js";

const NAME = "damage-report";

/**
 * A draft store as it is once the report has come.
 *
 * @param {string} name
 * @returns {import("../../../js/types.d.ts").DraftStore}
 */
export function wholeDraftStore(name) {
  const store = draftStore(name);
  store.addWrites(draftWrites);
  return /** @type {ReturnType<typeof wholeDraftStore>} */ (/** @type {object} */ (store));
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/**
 * The result of `look` in the database, if there is one.
 *
 * @template T
 * @param {(database: IDBDatabase) => Promise<T>} look
 */
async function inside(look) {
  // Opening a missing database would make it.
  if (!(await indexedDB.databases()).some(({ name }) => name === NAME)) return undefined;
  const database = await done(indexedDB.open(NAME));
  const found = await look(database);
  database.close();
  return found;
}

/**
 * The draft `line`, the parts of its photos, and their keys.
 *
 * @param {IDBDatabase} database
 * @param {string} line
 */
const all = (database, line) => {
  const [drafts, photos] = ["drafts", "photos"].map((store) => database.transaction(store).objectStore(store));
  const range = IDBKeyRange.bound([line, 0], [line, Infinity]);
  const keys = /** @type {Promise<Array<[line: string, id: number, part: number]>>} */ (
    /** @type {Promise<unknown>} */ (done(photos.getAllKeys(range)))
  );
  return Promise.all([done(drafts.get(line)), done(photos.getAll(range)), keys]);
};

/**
 * The stored parts of the draft `line`: "answers", and "photo 0" for each photo.
 *
 * @param {string} line
 */
export async function kept(line) {
  const names = await inside(async (database) => {
    const [draft, , keys] = await all(database, line);
    // A photo is stored in parts.
    return [...(draft ? ["answers"] : []), ...new Set(keys.map(([, id]) => `photo ${id}`))];
  });
  return names ?? [];
}

/**
 * Every byte and every text that is stored of the draft `line`, one after the other.
 *
 * @param {string} line
 */
export async function bytesKept(line) {
  /** @type {(value: unknown) => Uint8Array<ArrayBuffer>[]} */
  const written = (value) => {
    if (typeof value === "string") return [new TextEncoder().encode(value)];
    if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
    if (ArrayBuffer.isView(value)) return [new Uint8Array(/** @type {ArrayBuffer} */ (value.buffer))];
    if (value instanceof CryptoKey || typeof value !== "object" || !value) return [];
    return Object.values(value).flatMap(written);
  };
  const parts = await inside(async (database) => written(await all(database, line)));
  return new Uint8Array(await new Blob(parts ?? []).arrayBuffer());
}

/**
 * Whether the key of the draft `line` can be exported.
 *
 * @param {string} line
 */
export async function keyCanBeHad(line) {
  const key = await inside(async (database) => (await all(database, line))[0].key);
  const had = /** @type {const} */ (["raw", "jwk"]).map((format) =>
    crypto.subtle.exportKey(format, key).then(
      () => true,
      () => false,
    ),
  );
  return key.extractable || (await Promise.all(had)).includes(true);
}

/** Returns a function that closes every database that was opened since, as browsers may; the page gets no event. */
export function closable() {
  /** @type {IDBDatabase[]} */
  const opened = [];
  const { open } = IDBFactory.prototype;
  /** @type {(this: IDBFactory, ...given: [string, number?]) => IDBOpenDBRequest} */
  const noted = function (...given) {
    const opening = open.apply(this, given);
    opening.addEventListener("success", () => opened.push(opening.result));
    return opening;
  };
  replace(IDBFactory.prototype, "open", noted);
  return () => opened.splice(0).forEach((database) => database.close());
}

/** Makes a database of a newer version than this widget knows. */
export async function makeNewer() {
  (await done(indexedDB.open(NAME, 99))).close();
}

/** Deletes the database. */
export async function forgetAll() {
  await done(indexedDB.deleteDatabase(NAME));
}

/** A tab that sleeps with an open database, and does not hear that another tab wants the draft. */
export class SleepingTab {
  #database = done(indexedDB.open(NAME));

  /**
   * Whether it still finds the draft `line`.
   *
   * @param {string} line
   */
  async kept(line) {
    const [draft, photos] = await all(await this.#database, line);
    return Boolean(draft) || photos.length > 0;
  }

  async wake() {
    (await this.#database).close();
  }
}

/**
 * Breaks the browser's storage. Returns the function that repairs it.
 *
 * @param {string} how "absent", "refused", "silent", "full" or "unreadable photos".
 */
export function breakStorage(how) {
  /** @param {unknown} value */
  const broken = (value) => put(globalThis, "indexedDB", value);
  if (how === "absent") return broken(undefined);
  if (how === "silent") return broken({ open: () => ({}) });
  if (how === "refused") {
    const open = () => {
      const request = { error: new DOMException("refused", "InvalidStateError"), onerror() {} };
      queueMicrotask(() => request.onerror());
      return request;
    };
    return broken({ open });
  }
  if (how === "unreadable photos") {
    return put(IDBObjectStore.prototype, "getAll", () => {
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    });
  }
  return put(IDBObjectStore.prototype, "put", () => {
    throw new DOMException("full", "QuotaExceededError");
  });
}

/**
 * Returns a function that says which photos of the draft `line` were written since, in their order, and stops watching.
 *
 * @param {string} line
 */
export function watchWriting(line) {
  const real = IDBObjectStore.prototype.put;
  /** @type {unknown[]} */
  const written = [];
  /** @type {(this: IDBObjectStore, value: unknown, key: [string, number]) => IDBRequest} */
  const watched = function (value, key) {
    if (key[0] === line) written.push(key[1]);
    return real.call(this, value, key);
  };
  const putBack = put(IDBObjectStore.prototype, "put", watched);
  return () => {
    putBack();
    return written.join(" ");
  };
}
