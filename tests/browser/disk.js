/**
 * What lies in this browser's storage, looked at directly; and storage as some browsers have it: none, full, broken.
 */

const NAME = "damage-report";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Calls `look` with the database, if there is one. */
async function inside(look) {
  // To open what is not there would make it.
  if (!(await indexedDB.databases()).some(({ name }) => name === NAME)) return undefined;
  const database = await done(indexedDB.open(NAME));
  const found = await look(database);
  database.close();
  return found;
}

const all = (database, line) => {
  const [drafts, photos] = ["drafts", "photos"].map((store) => database.transaction(store).objectStore(store));
  const range = IDBKeyRange.bound([line, 0], [line, Infinity]);
  return Promise.all([done(drafts.get(line)), done(photos.getAll(range)), done(photos.getAllKeys(range))]);
};

/** What lies there of the draft `line`: "answers", and "photo 0" for each photo. */
export async function kept(line) {
  const names = await inside(async (database) => {
    const [draft, , keys] = await all(database, line);
    // A photo lies there in parts.
    return [...(draft ? ["answers"] : []), ...new Set(keys.map(([, id]) => `photo ${id}`))];
  });
  return names ?? [];
}

/** Every byte and every text that lies there of the draft `line`, one after the other. */
export async function bytesKept(line) {
  const written = (value) => {
    if (typeof value === "string") return [new TextEncoder().encode(value)];
    if (value instanceof ArrayBuffer) return [new Uint8Array(value)];
    if (ArrayBuffer.isView(value)) return [new Uint8Array(value.buffer)];
    return value instanceof CryptoKey || typeof value !== "object" ? [] : Object.values(value).flatMap(written);
  };
  const parts = await inside(async (database) => written(await all(database, line)));
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Whether the key under which the draft `line` lies there can be had. */
export async function keyCanBeHad(line) {
  const key = await inside(async (database) => (await all(database, line))[0].key);
  const had = ["raw", "jwk"].map((format) => crypto.subtle.exportKey(format, key).then(() => true, () => false));
  return key.extractable || (await Promise.all(had)).includes(true);
}

/** A storage that is of a newer version than this widget knows, until it is forgotten. */
export async function makeNewer() {
  (await done(indexedDB.open(NAME, 99))).close();
}

export async function forgetAll() {
  await done(indexedDB.deleteDatabase(NAME));
}

/** From here on the browser's storage is `how` it is: "absent", "refused", "silent" or "full". Gives what puts it right. */
export function breakStorage(how) {
  const real = Object.getOwnPropertyDescriptor(globalThis, "indexedDB");
  const broken = (value) => {
    Object.defineProperty(globalThis, "indexedDB", { configurable: true, value });
    return () => Object.defineProperty(globalThis, "indexedDB", real);
  };
  if (how === "absent") return broken(undefined);
  if (how === "silent") return broken({ open: () => ({}) });
  if (how === "refused") {
    const open = () => {
      const request = { error: new DOMException("refused", "InvalidStateError") };
      queueMicrotask(() => request.onerror());
      return request;
    };
    return broken({ open });
  }
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  return () => (IDBObjectStore.prototype.put = put);
}

/** A tab that has the draft `line` in hand, and hears nothing any more. */
export function freezeTab(line) {
  return new Promise((resolve) => {
    const frozen = navigator.locks.request(line, () => new Promise(() => resolve()));
    // Its hold is taken from it in the end.
    frozen.catch(() => {});
  });
}
