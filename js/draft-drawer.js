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

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function openDatabase() {
  const opening = indexedDB.open("damage-report", VERSION);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("drafts");
    opening.result.createObjectStore("photos");
  };
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE, new Error("storage does not answer")));
  return Promise.race([done(opening), late]);
}

/** All photos of one draft. */
const photosOf = (line) => IDBKeyRange.bound([line, 0], [line, Infinity]);

/** @param {string} line names the order line, for every tab of this origin alike */
export function draftDrawer(line) {
  let database, key, kept, release, channel;
  let last = Promise.resolve();

  /** One writing after the other, in the order in which they were asked for. */
  const inTurn = (work) => (last = last.catch(() => {}).then(work));

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

  /** Without its key nothing that is kept can be read again: the key is kept first. */
  const keepKey = (at) => (kept ??= write((drafts) => drafts.put({ key, at }, line)));
  const newKey = async () => {
    kept = undefined;
    key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  };

  return {
    /** Opens the drawer, throws away every draft older than `since`, and gives what was saved last, if anything. */
    async open(since) {
      database = await openDatabase();
      database.onversionchange = () => database.close();
      await write((drafts, photos) => {
        drafts.openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor) return;
          if (cursor.value.at < since) {
            photos.delete(photosOf(cursor.key));
            cursor.delete();
          }
          cursor.continue();
        };
      });
      const draft = await read("drafts", line);
      if (!draft?.sealed) return void (await newKey());
      key = draft.key;
      kept = Promise.resolve();
      return new TextDecoder().decode(await unseal(draft));
    },

    /** Saves the answers, at the time `at`. */
    save: (answers, at) =>
      inTurn(async () => {
        const draft = { key, at, ...(await seal(new TextEncoder().encode(answers))) };
        await (kept = write((drafts) => drafts.put(draft, line)));
      }),

    /** Saves a photo in place of what was saved under its number. The bytes are free to go as soon as this returns. */
    savePhoto(id, bytes, at) {
      const sealing = seal(bytes);
      return inTurn(async () => {
        const photo = await sealing;
        await keepKey(at);
        await write((_, photos) => photos.put(photo, [line, id]));
      });
    },

    /** The bytes of a photo, if there are any. */
    async photo(id) {
      const photo = await read("photos", [line, id]);
      return photo && unseal(photo);
    },

    removePhoto: (id) => inTurn(() => write((_, photos) => photos.delete([line, id]))),

    /** Throws the draft away, and the key with it. */
    discard: () =>
      inTurn(async () => {
        await write((drafts, photos) => {
          drafts.delete(line);
          photos.delete(photosOf(line));
        });
        await newKey();
      }),

    /**
     * Holds the draft for this tab, if no other does or if it is to be taken over. `onWanted` hears that another tab
     * takes it over: what is in hand may be saved, then comes `letGo`.
     */
    hold(takeOver, onWanted) {
      if (!navigator.locks) return Promise.resolve(true);
      channel ??= new BroadcastChannel(line);
      channel.onmessage = () => release && onWanted();
      const ask = (options) =>
        new Promise((resolve) => {
          const held = navigator.locks.request(line, options, (lock) => {
            resolve(Boolean(lock));
            return lock && new Promise((end) => (release = end));
          });
          // Stolen, or not had in time.
          held.catch(() => (release ? onWanted() : resolve(false)));
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
      (isUnsaved ? addEventListener : removeEventListener)("beforeunload", ask);
    },

    close() {
      this.guard(false);
      this.letGo();
      channel?.close();
      database?.close();
    },
  };
}

function ask(event) {
  event.preventDefault();
  // What Chromium before 119 goes by.
  event.returnValue = true;
}
