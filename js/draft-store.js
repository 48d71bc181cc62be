/**
 * The saved draft of one order line, so that a customer loses nothing of an unsent report to a reload, a call or a killed tab.
 *
 * The widget decides what is saved and for how long (`src/persistence.rs`). The database, the encryption and the lock between
 * tabs are in files of their own. So is all that saves (`draft-writes.js`), because it comes with the report: the first page only
 * asks what was saved, and locks or discards it.
 */

import { makeKey, unseal } from "./draft-cipher.js";
import { ANSWER_WAIT, WRITE_WAIT } from "./draft-limits.js";
import { draftLock } from "./draft-lock.js";
import { within } from "./timeout.js";
import { closeOnceOpen, done, openDatabase, photosOf, writing } from "./draft-database.js";

export { findDrafts, forgetDrafts, nameOf } from "./draft-database.js";

/** @import { Sealed } from "./draft-cipher.js" */
/** @import { DraftRow, Write } from "./draft-database.js" */
/** @import { Entry } from "./draft-writes.js" */
/** @import { DraftStore } from "./types.d.ts" */

/**
 * The part that saves, and its share of the rest of the store.
 *
 * @typedef {typeof import("./draft-writes.js").draftWrites} DraftWrites
 * @typedef {Omit<DraftStore, keyof ReturnType<DraftWrites>> & { addWrites(draftWrites: DraftWrites): void }} DraftStoreOfFirstPage
 */

/** Errors of a database that a retry would not fix. */
const PERMANENT = ["QuotaExceededError", "TimeoutError"];

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
 * @returns {DraftStoreOfFirstPage}
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
    addWrites(draftWrites) {
      Object.assign(this, draftWrites({ name, given, times, keyOf, write, using, answersInTurn, photosInTurn }));
    },

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
