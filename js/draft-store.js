/**
 * The saved draft of one order line, so that a customer loses nothing of an unsent report to a reload, a call or a killed tab.
 *
 * The widget decides what is saved and for how long (`src/persistence.rs`). The database, the encryption and the lock between
 * tabs are in files of their own.
 */

import { makeKey, seal, sha256, unseal } from "./draft-cipher.js";
import { ANSWER_WAIT, PART, PROCESSING_WAIT, WRITE_WAIT } from "./draft-limits.js";
import { draftLock } from "./draft-lock.js";
import { within } from "./timeout.js";
import { closeOnceOpen, done, openDatabase, partsOf, photosOf, writing } from "./draft-database.js";

export { findDrafts, forgetDrafts, nameOf } from "./draft-database.js";

/** @import { Sealed } from "./draft-cipher.js" */
/** @import { DraftRow, Write } from "./draft-database.js" */
/** @import { DraftStore } from "./types.d.ts" */

/**
 * Something that is to be saved: the answers, or a photo.
 *
 * @typedef {object} Entry
 * @property {() => Promise<void>} save
 * @property {() => void} [end] Ends the wait for a photo that is still being processed.
 * @property {boolean} [isSaved]
 * @property {boolean} [hasFailed]
 */

/** @typedef {Entry & { file: Blob, at: number, end: () => void }} PhotoEntry */

/** Errors of a database that a retry would not fix. */
const PERMANENT = ["QuotaExceededError", "TimeoutError"];

/**
 * Rejects if the file was deleted or changed, or is a folder. Some browsers throw instead: `async` turns that into a rejection.
 *
 * @param {Blob} file
 * @param {number} from
 */
const readPart = async (file, from) => file.slice(from, from + PART).arrayBuffer();

/**
 * The stores of this page that were closed and still finish their writes, by name.
 *
 * @type {Record<string, Promise<unknown>>}
 */
const closing = {};

/** A queue of work: each call begins when the previous one has settled, even if it failed. */
const workQueue = () => {
  let last = /** @type {Promise<unknown>} */ (Promise.resolve());
  /**
   * @template T
   * @param {() => T | Promise<T>} work
   * @returns {Promise<T>}
   */
  return (work) => (last = /** @type {Promise<T>} */ (last.catch(() => {}).then(work)));
};

/**
 * @param {string} name The draft's name, the same in every tab of this origin.
 * @returns {DraftStore}
 */
export function draftStore(name) {
  const before = closing[name];
  /** @type {Promise<IDBDatabase> | undefined} */
  let connecting;
  /** @type {Promise<CryptoKey> | undefined} */
  let keying;
  let isOpened = false;
  /**
   * The `at` timestamps of the drafts that this tab wrote or read. A draft with another `at` was written by another tab.
   *
   * @type {Set<number>}
   */
  const times = new Set();
  /**
   * The entries to save: the answers, and each photo by its number.
   *
   * @type {Map<number | "answers", Entry>}
   */
  const given = new Map();

  const [answersInTurn, photosInTurn] = [workQueue(), workQueue()];
  /**
   * Does `work` after everything that is in either queue now, and before everything that is queued later.
   *
   * @param {() => unknown} work
   */
  const inBothTurns = (work) => {
    /** @type {(value?: unknown) => void} */
    let begin;
    const isBegun = new Promise((resolve) => (begin = resolve));
    const answers = answersInTurn(() => isBegun.then(work));
    return photosInTurn(() => {
      begin();
      return answers;
    });
  };

  const connect = () => {
    connecting ??= openDatabase(before, inspect, onForgotten);
    connecting.catch(() => {});
    return connecting;
  };
  /** @param {Promise<IDBDatabase>} [connected] */
  const disconnect = (connected) => {
    if (connected) closeOnceOpen(connected);
    if (connecting === connected) connecting = undefined;
  };
  /**
   * Does `work` in the database, and returns its result. A browser may close a database at any time: in the background, when its
   * storage process ends, when data is cleared. So `work` that fails is done once more, after the database is opened again.
   *
   * @template T
   * @param {(database: IDBDatabase) => Promise<T>} work
   * @returns {Promise<T>}
   */
  const using = async (work) => {
    for (let isLast = false; ; isLast = true) {
      const connected = connect();
      try {
        return await within(work(await connected), WRITE_WAIT);
      } catch (error) {
        disconnect(connected);
        if (isLast || PERMANENT.includes(/** @type {Error} */ (error)?.name)) throw error;
      }
    }
  };

  /** @type {(database: IDBDatabase) => Promise<DraftRow | undefined>} */
  const draftIn = (database) => done(database.transaction("drafts").objectStore("drafts").get(name));
  /** @param {DraftRow | undefined} draft */
  const isOurs = (draft) => (draft ? times.has(draft.at) || !draft.sealed : !times.size);

  /**
   * Inspects a database that was opened again. If the browser has cleared the rows, they will be saved again. If another tab wrote
   * the draft, throws, so that it is not overwritten.
   *
   * @param {IDBDatabase} database
   */
  const inspect = async (database) => {
    if (!isOpened) return;
    const draft = await draftIn(database);
    if (!draft) given.forEach((entry) => Object.assign(entry, { isSaved: false, hasFailed: true }));
    else if (!isOurs(draft)) throw Error();
  };

  const endWaits = () => given.forEach(({ end }) => end?.());
  const forgetGiven = () => {
    endWaits();
    given.clear();
  };
  const forgetSaved = () => {
    times.clear();
    keying = undefined;
  };
  const onForgotten = () => {
    forgetGiven();
    forgetSaved();
  };

  const lock = draftLock(name, () => using(draftIn).then(isOurs), endWaits);

  /** @param {Write} work */
  const write = async (work) => {
    // The other tab's changes must not be overwritten.
    if (await lock.isTaken()) throw Error();
    await using((database) => writing(database, work));
  };

  /** The draft's key, made at the first call. */
  const keyOf = async () => {
    try {
      return await (keying ??= makeKey());
    } catch (error) {
      keying = undefined;
      throw error;
    }
  };

  /**
   * @param {string} answers
   * @param {number} at
   */
  const writeAnswers = async (answers, at) => {
    const key = await keyOf();
    const draft = { key, at, ...(await seal(key, new TextEncoder().encode(answers))) };
    times.add(at);
    await write((drafts) => drafts.put(draft, name));
  };

  /**
   * @param {number} id
   * @param {PhotoEntry} entry
   */
  const writePhoto = async (id, { file, at }) => {
    const key = await keyOf();
    /** @type {Sealed[]} */
    const parts = [];
    for (let from = 0; from < file.size; from += PART) {
      const part = await readPart(file, from).catch(() => {});
      // This is no failure of the storage. The processor cannot read the file either, and reports it.
      if (!part) return;
      parts.push(await seal(key, part));
    }
    const draft = { key, at };
    times.add(at);
    await write((drafts, photos) => {
      const saved = drafts.get(name);
      // Without the draft's key, the photo could not be decrypted again.
      saved.onsuccess = () => saved.result ?? drafts.put(draft, name);
      photos.delete(partsOf(name, id));
      /** @param {number} n */
      const put = (n) => {
        if (n < parts.length) photos.put(parts[n], [name, id, n]).onsuccess = () => put(n + 1);
      };
      put(0);
    });
  };

  /** @param {Entry} entry */
  const save = async (entry) => {
    entry.hasFailed = false;
    try {
      await entry.save();
    } catch (error) {
      entry.hasFailed = true;
      throw error;
    }
  };
  /**
   * Saves `entry`, and then every entry whose last save failed.
   *
   * @param {Entry} entry
   */
  const saveAll = async (entry) => {
    await save(entry);
    for (const other of given.values()) if (other.hasFailed) await save(other);
  };

  /**
   * One handler per store, so removing ours leaves the handler of another report on the page.
   *
   * @param {BeforeUnloadEvent} event
   */
  const askFirst = (event) => {
    event.preventDefault();
    // For Chromium before 119.
    event.returnValue = true;
  };

  /** @param {number} since */
  const deleteOlder = (since) =>
    write((drafts, photos) => {
      const reading = drafts.openCursor();
      reading.onsuccess = () => {
        const cursor = reading.result;
        if (!cursor) return;
        if (cursor.value.at < since) {
          photos.delete(photosOf(cursor.key));
          cursor.delete();
        }
        cursor.continue();
      };
    });

  return {
    warm() {
      connect();
    },

    async open(since) {
      onForgotten();
      isOpened = false;
      try {
        const draft = await within(using(draftIn), ANSWER_WAIT);
        // Not awaited: later writes queue behind it.
        deleteOlder(since).catch(() => {});
        if (!draft?.sealed || draft.at < since) return void (await within(keyOf(), ANSWER_WAIT));
        keying = Promise.resolve(draft.key);
        times.add(draft.at);
        return new TextDecoder().decode(await within(unseal(draft.key, /** @type {Sealed} */ (draft)), ANSWER_WAIT));
      } catch (error) {
        // The draft could not be read. Disconnecting makes the next write open the database again, which inspects the draft first.
        disconnect(connecting);
        keying = undefined;
        throw error;
      } finally {
        isOpened = true;
      }
    },

    save(answers, at) {
      const entry = { save: () => answersInTurn(() => writeAnswers(answers, at)) };
      given.set("answers", entry);
      return saveAll(entry);
    },

    // A picked photo is not saved at once, because most photos are processed soon. Then only the processed photo is written. It has a
    // fifth of the bytes, and is saved no later than if the picked file had been written first. The wait ends early when the page is
    // hidden, or when another tab wants the draft.
    async savePhoto(id, file, at, isPicked) {
      /** @type {PhotoEntry | undefined} */ (given.get(id))?.end();
      const entry = {
        file,
        at,
        save: () =>
          photosInTurn(async () => {
            const latest = /** @type {PhotoEntry | undefined} */ (given.get(id));
            // An earlier queued save always writes the newest entry, so this one may already be written.
            if (!latest || latest.isSaved) return;
            await writePhoto(id, latest);
            latest.isSaved = true;
          }),
      };
      await new Promise((resolve) => {
        const end = /** @type {() => void} */ (resolve);
        given.set(id, Object.assign(entry, { end }));
        if (!isPicked) return end();
        setTimeout(end, PROCESSING_WAIT);
        addEventListener("visibilitychange", end, { once: true });
      });
      return saveAll(entry);
    },

    async photo(id, digest) {
      /** @type {(database: IDBDatabase) => Promise<Sealed[]>} */
      const all = (database) => done(database.transaction("photos").objectStore("photos").getAll(partsOf(name, id)));
      // Parts that cannot be decrypted are lost.
      const rows = await using(all);
      const parts = await Promise.all(rows.map(async (row) => unseal(await keyOf(), row))).catch(() => []);
      if (!parts.length) return;
      const photo = new Blob(parts);
      if (!digest || (await sha256(photo)) === digest) return photo;
    },

    skipPhoto(id) {
      /** @type {PhotoEntry | undefined} */ (given.get(id))?.end();
      given.delete(id);
    },

    removePhoto(id) {
      this.skipPhoto(id);
      return photosInTurn(() => write((_, photos) => photos.delete(partsOf(name, id))));
    },

    discard() {
      forgetGiven();
      const discarded = inBothTurns(async () => {
        await write((drafts, photos) => {
          drafts.delete(name);
          photos.delete(photosOf(name));
        });
        forgetSaved();
      });
      return within(discarded, WRITE_WAIT);
    },

    lock: lock.lock,
    unlock: lock.unlock,

    guard(isUnsaved) {
      (isUnsaved ? addEventListener : removeEventListener)("beforeunload", askFirst);
    },

    close() {
      this.guard(false);
      lock.close();
      endWaits();
      // One microtask later, so that the writes that `endWaits()` has just released are queued before the disconnect.
      closing[name] = Promise.resolve().then(() => inBothTurns(() => disconnect(connecting)));
    },
  };
}
