/**
 * The drawer in which a report that is not sent yet lies in this browser, so that a reload, a call or a killed tab loses
 * nothing; and the hold that one tab has on it. Everything in it is encrypted under a key that never leaves the browser.
 *
 * What is kept and for how long is not decided here. Every method rejects where the browser has no storage to give.
 */

const VERSION = 1;
/** Storage that does not answer (a wedged profile, another version's tab) must not keep anybody waiting. */
const PATIENCE = 3000;
/** How long another tab may take to put down what it has in hand before the draft is taken from it. */
const COURTESY = 1500;

/** In ms: how soon a photo that was picked must be prepared not to be saved as it came. */
const SOON = 1000;

/** What a lock is refused with because another tab has it. */
const IN_OTHER_HANDS = ["AbortError", "TimeoutError"];
const NAME = "damage-report";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** Opens it behind what is put down by then, `before`. */
async function openDatabase(before) {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("drafts");
    opening.result.createObjectStore("photos");
  };
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("storage does not answer")));
  const opened = done(opening).then(async (database) => {
    database.onversionchange = () => database.close();
    await before;
    return database;
  });
  return Promise.race([opened, late]);
}

/** Throws away every draft in this browser, for a shop whose customer logs out. Pages that are open let go of theirs. */
export const forgetDrafts = () => done(indexedDB.deleteDatabase(NAME)).then(() => {});

const sha256 = async (blob) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** All photos of one draft, or all parts of one photo. */
const photosOf = (line) => IDBKeyRange.bound([line], [line, []]);
const partsOf = (line, id) => IDBKeyRange.bound([line, id], [line, id, []]);

/** In bytes: photos are read, encrypted and saved in parts of this size, none of which holds the page up. */
const PART = 1 << 18;

/** Rejects, however the browser says it, where a file is gone, was changed or is a folder. */
const readPart = async (file, from) => file.slice(from, from + PART).arrayBuffer();

/** By their lines, the drawers of this page that still put down what was in hand when they were closed. */
const closing = {};

/** @param {string} line names the order line, for every tab of this origin alike */
export function draftDrawer(line) {
  let opening, database, key, kept, known, release, channel;

  /** Does one thing after the other, in the order in which they were asked for. */
  const turns = () => {
    let last = Promise.resolve();
    return (work) => (last = last.catch(() => {}).then(work));
  };
  const [answersInTurn, photosInTurn] = [turns(), turns()];
  /** By its number, the file that is to be saved of a photo, and what ends the wait for a better one. */
  const latest = new Map();

  /** Done when it is on the disk, not merely on its way there. */
  const write = (work) =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(["drafts", "photos"], "readwrite", { durability: "strict" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      work(transaction.objectStore("drafts"), transaction.objectStore("photos"));
    });
  const read = (store, name) => done(database.transaction(store).objectStore(store).get(name));

  const seal = async (bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    // An ArrayBuffer: WebKit may refuse to keep Blobs.
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const unseal = ({ iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);

  /** What this tab wrote or read last, by its time: what another tab has made of it since has another. */
  const keep = (draft) => {
    known = draft.at;
    return (kept = write((drafts) => drafts.put(draft, line)));
  };
  const isKnown = async () => !database || (await read("drafts", line))?.at === known;

  /** Without its key nothing that is kept can be read again: the key is kept first. */
  const keepKey = (at) => (kept ??= keep({ key, at }));
  const newKey = async () => {
    kept = known = undefined;
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  };

  const keepPhoto = async (id, file) => {
    const parts = [];
    for (let from = 0; from < file.size; from += PART) {
      const part = await readPart(file, from).catch(() => {});
      // No fault of the storage: what prepares the photo finds it as well, and says so.
      if (!part) return;
      parts.push(await seal(part));
    }
    await write((_, photos) => {
      photos.delete(partsOf(line, id));
      const put = (n) => {
        if (n < parts.length) photos.put(parts[n], [line, id, n]).onsuccess = () => put(n + 1);
      };
      put(0);
    });
  };

  const endWaits = () => latest.forEach(({ end }) => end());

  /** One for each drawer: what another order line's has to say on this page is not to be taken back by this one's. */
  const askFirst = (event) => {
    event.preventDefault();
    // What Chromium before 119 goes by.
    event.returnValue = true;
  };

  const throwAway = (since) =>
    write((drafts, photos) => {
      drafts.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        if (cursor.value.at < since) {
          photos.delete(photosOf(cursor.key));
          cursor.delete();
        }
        cursor.continue();
      };
    });

  return {
    /** Begins to open the drawer, while there is something else to wait for. */
    warm() {
      opening ??= openDatabase(closing[line]);
      opening.catch(() => {});
    },

    /** Opens the drawer, throws away every draft older than `since`, and gives what was saved last, if anything. */
    async open(since) {
      // The one of an earlier time would stay open, and in the way of a newer version.
      database?.close();
      this.warm();
      const opened = opening;
      opening = undefined;
      database = await opened;
      const draft = await read("drafts", line);
      // Not waited for: what is saved from here on is saved after that.
      throwAway(since).catch(() => {});
      if (!draft?.sealed || draft.at < since) return void (await newKey());
      key = draft.key;
      known = draft.at;
      kept = Promise.resolve();
      return new TextDecoder().decode(await unseal(draft));
    },

    /** Saves the answers, at the time `at`. */
    save: (answers, at) =>
      answersInTurn(async () => keep({ key, at, ...(await seal(new TextEncoder().encode(answers))) })),

    /**
     * Saves a photo in place of what was saved under its number: at no time is there neither. What was merely picked waits, unless
     * there may be no later (the page is put aside, another tab wants the draft): where photos are soon prepared, each is written
     * once, a fifth of the bytes, and all are on the disk no later.
     */
    async savePhoto(id, file, at, isPicked) {
      latest.get(id)?.end();
      await new Promise((end) => {
        latest.set(id, { file, end });
        if (!isPicked) return end();
        setTimeout(end, SOON);
        addEventListener("visibilitychange", end, { once: true });
      });
      return photosInTurn(async () => {
        const wanted = latest.get(id);
        // None is left where a print was saved in the turn of its file.
        if (!latest.delete(id)) return;
        await keepKey(at);
        await keepPhoto(id, wanted.file);
      });
    },

    /** A photo, if there is one, and if it has this `digest` where one is given. */
    async photo(id, digest) {
      const parts = await done(database.transaction("photos").objectStore("photos").getAll(partsOf(line, id)));
      if (!parts.length) return;
      const photo = new Blob(await Promise.all(parts.map(unseal)));
      if (!digest || (await sha256(photo)) === digest) return photo;
    },

    /** Of a photo nothing is saved that is not being saved by now. */
    skipPhoto(id) {
      latest.get(id)?.end();
      latest.delete(id);
    },

    removePhoto(id) {
      this.skipPhoto(id);
      return photosInTurn(() => write((_, photos) => photos.delete(partsOf(line, id))));
    },

    /** Throws the draft away, and the key with it. */
    discard() {
      endWaits();
      latest.clear();
      return photosInTurn(() =>
        answersInTurn(async () => {
          await write((drafts, photos) => {
            drafts.delete(line);
            photos.delete(photosOf(line));
          });
          await newKey();
        }),
      );
    },

    /**
     * Holds the draft for this tab, if no other does or if it is to be taken over. `onWanted` hears that another tab
     * takes it over: what is in hand may be saved, then comes `letGo`.
     */
    hold(takeOver, onWanted) {
      if (!navigator.locks) return Promise.resolve(true);
      channel ??= new BroadcastChannel(line);
      channel.onmessage = () => {
        if (!release) return;
        endWaits();
        onWanted();
      };
      const ask = (options) =>
        new Promise((resolve) => {
          const held = navigator.locks.request(line, options, (lock) => {
            resolve(Boolean(lock));
            return lock && new Promise((end) => (release = end));
          });
          held.catch(async ({ name }) => {
            // Not had in time; or the browser gives this page no locks at all, and then nothing is to be held.
            if (!release) return resolve(!IN_OTHER_HANDS.includes(name));
            release = undefined;
            // Stolen; or taken by WebKit, which has put the page aside while the customer looked at another. Now that they
            // are back it is to be had again, unless somebody else has it or has done something with it.
            const isBack = (await ask({ ifAvailable: true })) && (await isKnown().catch(() => false));
            if (!isBack) onWanted();
          });
        });
      if (!takeOver) return ask({ ifAvailable: true });
      channel.postMessage("wanted");
      return ask({ signal: AbortSignal.timeout(COURTESY) }).then((held) => held || ask({ steal: true }));
    },

    letGo() {
      release?.();
      release = undefined;
    },

    /** Whether leaving the page is to be asked about first. */
    guard(isUnsaved) {
      (isUnsaved ? addEventListener : removeEventListener)("beforeunload", askFirst);
    },

    close() {
      this.guard(false);
      this.letGo();
      channel?.close();
      endWaits();
      // Behind what was waiting until now.
      closing[line] = Promise.resolve().then(() => photosInTurn(() => answersInTurn(() => database?.close())));
      opening?.then((database) => database.close()).catch(() => {});
    },
  };
}
