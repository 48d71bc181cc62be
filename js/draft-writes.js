/** How a draft is saved, and its photos are read again: the part of the draft store (`draft-store.js`) that comes with the report. */

import { seal, sha256, unseal } from "./draft-cipher.js";
import { PART, PROCESSING_WAIT } from "./draft-limits.js";
import { done, partsOf } from "./draft-database.js";

/** @import { Sealed } from "./draft-cipher.js" */
/** @import { Write } from "./draft-database.js" */
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

/**
 * Rejects if the file was deleted or changed, or is a folder. Some browsers throw instead: `async` turns that into a rejection.
 *
 * @param {Blob} file
 * @param {number} from
 */
const readPart = async (file, from) => file.slice(from, from + PART).arrayBuffer();

/**
 * @param {object} store What the store shares.
 * @param {string} store.name The draft's name.
 * @param {Map<number | "answers", Entry>} store.given The entries to save: the answers, and each photo by its number.
 * @param {Set<number>} store.times The `at` timestamps of the drafts that this tab wrote or read.
 * @param {() => Promise<CryptoKey>} store.keyOf The draft's key.
 * @param {(work: Write) => Promise<void>} store.write Does `work` in a transaction, unless another tab has the draft.
 * @param {<T>(work: (database: IDBDatabase) => Promise<T>) => Promise<T>} store.using
 * @param {<T>(work: () => T | Promise<T>) => Promise<T>} store.answersInTurn
 * @param {<T>(work: () => T | Promise<T>) => Promise<T>} store.photosInTurn
 * @returns {Pick<DraftStore, "save" | "savePhoto" | "photo" | "skipPhoto" | "removePhoto">}
 */
export function draftWrites({ name, given, times, keyOf, write, using, answersInTurn, photosInTurn }) {
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

  return {
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
  };
}
