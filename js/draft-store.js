/**
 * The store in which a report that is not sent yet lies in this browser, so that a reload, a call or a killed tab loses
 * nothing; and the hold that one tab has on it. Everything in it is encrypted under a key that never leaves the browser.
 *
 * What is kept and for how long is not decided here. Every method rejects where the browser has no storage to give.
 */

const VERSION = 1;
/** In ms: storage that does not answer (a wedged profile, another version's tab) must not keep anybody waiting. */
const PATIENCE = 3000;
/** In ms: a slow phone needs seconds to have a photo on its disk. A transaction that takes longer has died without a word. */
const WRITE_WAIT = 10_000;
/** How long another tab may take to put down what it has in hand before the draft is taken from it. */
const COURTESY = 1500;

/** In ms: for how long somebody may have the draft who only takes it to give it back. */
const SHORT_HOLD = 300;

/** In ms: how soon a photo that was picked must be prepared not to be saved as it came. */
const SOON = 1000;

/** What a database says that another try would only say again. */
const LASTING = ["QuotaExceededError", "TimeoutError"];
const NAME = "damage-report";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** What `promise` gives, or a rejection when it gives nothing for `ms` milliseconds. */
const within = (promise, ms) => {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, ms, new DOMException("", "TimeoutError"));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/** Does `work` with the drafts and the photos of `database`. Done, with `true`, when it is on the disk, not merely on its way there. */
const writing = (database, work) =>
  new Promise((resolve, reject) => {
    const transaction = database.transaction(["drafts", "photos"], "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => reject(transaction.error);
    work(transaction.objectStore("drafts"), transaction.objectStore("photos"));
  });

/** Opens it behind what is put down by then, `before`, and has `look` look into it. `onForgotten` hears when every draft is thrown away. */
async function openDatabase(before, look, onForgotten) {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("drafts");
    opening.result.createObjectStore("photos");
  };
  const opened = done(opening);
  const looked = opened.then(async (database) => {
    database.onversionchange = ({ newVersion }) => {
      database.close();
      if (!newVersion) onForgotten();
    };
    await before;
    await look(database);
    return database;
  });
  try {
    return await within(looked, PATIENCE);
  } catch (error) {
    // However late it comes, nobody uses it.
    opened.then(
      (database) => database.close(),
      () => {},
    );
    throw error;
  }
}

/** What `work` gives, done in the database if there is one; it is not made for that. Nothing where it cannot be had. */
async function withWhatIsKept(work) {
  const opening = indexedDB.open(NAME);
  opening.onupgradeneeded = () => opening.transaction.abort();
  const opened = done(opening);
  try {
    return await within(
      opened.then((database) => work(database)),
      PATIENCE,
    );
  } catch {
    // No storage, no database, or one of another version.
  } finally {
    opened.then(
      (database) => database.close(),
      () => {},
    );
  }
}

/**
 * Throws away every draft in this browser, for a shop whose customer logs out. Pages that are open let go of theirs; one that
 * sleeps does so when it wakes, and what lies in its hands is emptied meanwhile.
 */
export async function forgetDrafts() {
  const isEmptied = await withWhatIsKept((database) =>
    writing(database, (...stores) => stores.forEach((store) => store.clear())),
  );
  await within(done(indexedDB.deleteDatabase(NAME)), PATIENCE).catch((error) => {
    if (!isEmptied) throw error;
  });
}

/** The order lines of `endpoint` with a draft in this browser: none where it has no storage to give. No database is made. */
export async function findDrafts(endpoint = location.origin) {
  const prefix = nameOf(endpoint, "");
  const found = await withWhatIsKept(async (database) => {
    const drafts = database.transaction("drafts").objectStore("drafts");
    const [names, saved] = await Promise.all([done(drafts.getAllKeys()), done(drafts.getAll())]);
    // A key alone is not yet a draft.
    return names.filter((name, n) => saved[n].sealed && name.startsWith(prefix));
  });
  return (found ?? []).map((name) => name.slice(prefix.length));
}

/** What a draft is called in this browser. */
export const nameOf = (endpoint, orderLine) => `${NAME} ${endpoint} ${orderLine}`;

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
export function draftStore(line) {
  const before = closing[line];
  let connecting, keying, releaseLock, channel, onWanted;
  let isOpened = false;
  /** Promises whether another tab has taken the draft: theirs is not to be written over. */
  let taken;
  /** When this tab wrote or read the draft: what another tab has made of it since has another time. */
  const times = new Set();
  /** What was given: the answers, and each photo by its number. Each knows how to `save` itself, and whether that failed. */
  const given = new Map();

  /** Does one thing after the other, in the order in which they were asked for. */
  const turns = () => {
    let last = Promise.resolve();
    return (work) => (last = last.catch(() => {}).then(work));
  };
  const [answersInTurn, photosInTurn] = [turns(), turns()];
  /** Behind all that was asked for by now, and before all that is asked for from here on. */
  const inBothTurns = (work) => {
    let begin;
    const isBegun = new Promise((resolve) => (begin = resolve));
    const answers = answersInTurn(() => isBegun.then(work));
    return photosInTurn(() => {
      begin();
      return answers;
    });
  };

  const connect = () => {
    connecting ??= openDatabase(before, look, onForgotten);
    connecting.catch(() => {});
    return connecting;
  };
  const disconnect = (connected) => {
    connected?.then((database) => database.close()).catch(() => {});
    if (connecting === connected) connecting = undefined;
  };

  /**
   * What `work` gives, done in the database. A browser closes that as it likes: in the background, when its storage process ends,
   * when data is cleared. So what fails is done once more, in a database that is opened anew.
   */
  const using = async (work) => {
    for (let isLast = false; ; isLast = true) {
      const connected = connect();
      try {
        return await within(work(await connected), WRITE_WAIT);
      } catch (error) {
        disconnect(connected);
        if (isLast || LASTING.includes(error?.name)) throw error;
      }
    }
  };

  const draftIn = (database) => done(database.transaction("drafts").objectStore("drafts").get(line));
  const isOurs = (draft) => (draft ? times.has(draft.at) || !draft.sealed : !times.size);

  /** Looks into a database that was opened anew: what the browser has cleared away is to be saved again, another draft is left alone. */
  const look = async (database) => {
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

  const write = async (work) => {
    if (await taken) throw Error();
    return using((database) => writing(database, work));
  };

  const keyOf = async () => {
    try {
      return await (keying ??= crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
        "encrypt",
        "decrypt",
      ]));
    } catch (error) {
      keying = undefined;
      throw error;
    }
  };
  const seal = async (bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    // An ArrayBuffer: WebKit may refuse to keep Blobs.
    return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(), bytes) };
  };
  const unseal = async ({ iv, sealed }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, await keyOf(), sealed);

  const keepAnswers = async ({ answers, at }) => {
    const sealed = await seal(new TextEncoder().encode(answers));
    const draft = { key: await keyOf(), at, ...sealed };
    times.add(at);
    await write((drafts) => drafts.put(draft, line));
  };

  const keepPhoto = async (id, { file, at }) => {
    const parts = [];
    for (let from = 0; from < file.size; from += PART) {
      const part = await readPart(file, from).catch(() => {});
      // No fault of the storage: what prepares the photo finds it as well, and says so.
      if (!part) return;
      parts.push(await seal(part));
    }
    const draft = { key: await keyOf(), at };
    times.add(at);
    await write((drafts, photos) => {
      // Without its key it could not be read again.
      drafts.get(line).onsuccess = ({ target: { result } }) => result ?? drafts.put(draft, line);
      photos.delete(partsOf(line, id));
      const put = (n) => {
        if (n < parts.length) photos.put(parts[n], [line, id, n]).onsuccess = () => put(n + 1);
      };
      put(0);
    });
  };

  const save = async (entry) => {
    entry.hasFailed = false;
    try {
      await entry.save();
    } catch (error) {
      entry.hasFailed = true;
      throw error;
    }
  };
  /** Saves `entry`, and then what could not be saved before. */
  const saveAll = async (entry) => {
    await save(entry);
    for (const other of given.values()) if (other.hasFailed) await save(other);
  };

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

  /** Asks for the lock for so many milliseconds; gives whether it is had. */
  const askFor = (ms) => {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), ms);
    return ask({ signal: patience.signal });
  };
  const ask = (options) =>
    new Promise((resolve) => {
      const held = navigator.locks.request(line, options, (lock) => {
        resolve(Boolean(lock));
        return lock && new Promise((end) => (releaseLock = end));
      });
      held.catch(async ({ name }) => {
        // Not had in time; or the browser gives this page no locks at all, and then nothing is to be held.
        if (!releaseLock) return resolve(name !== "AbortError");
        releaseLock = undefined;
        // Stolen; or taken by WebKit, which has put the page aside while the customer looked at another. Now that they
        // are back it is to be had again, unless somebody else has it or has done something with it.
        taken = askFor(SHORT_HOLD).then(async (isBack) => !isBack || !(await using(draftIn).then(isOurs, () => true)));
        if (await taken) onWanted();
      });
    });

  return {
    /** Begins to open the store, while there is something else to wait for. */
    warm() {
      connect();
    },

    /** Opens the store, throws away every draft older than `since`, and gives what was saved last, if anything. */
    async open(since) {
      onForgotten();
      isOpened = false;
      try {
        const draft = await within(using(draftIn), PATIENCE);
        // Not waited for: what is saved from here on is saved after that.
        throwAway(since).catch(() => {});
        if (!draft?.sealed || draft.at < since) return void (await within(keyOf(), PATIENCE));
        keying = Promise.resolve(draft.key);
        times.add(draft.at);
        return new TextDecoder().decode(await within(unseal(draft), PATIENCE));
      } catch (error) {
        // From here on it is looked at again before anything is written: what lies there was not read.
        disconnect(connecting);
        keying = undefined;
        throw error;
      } finally {
        isOpened = true;
      }
    },

    /** Saves the answers, at the time `at`. */
    save(answers, at) {
      const entry = { save: () => answersInTurn(() => keepAnswers({ answers, at })) };
      given.set("answers", entry);
      return saveAll(entry);
    },

    /**
     * Saves a photo in place of what was saved under its number: at no time is there neither. What was merely picked waits, unless
     * there may be no later (the page is put aside, another tab wants the draft): where photos are soon prepared, each is written
     * once, a fifth of the bytes, and all are on the disk no later.
     */
    async savePhoto(id, file, at, isPicked) {
      given.get(id)?.end();
      const entry = {
        file,
        at,
        save: () =>
          photosInTurn(async () => {
            const latest = given.get(id);
            // Saved already where it came in time for the turn of the one before.
            if (!latest || latest.isSaved) return;
            await keepPhoto(id, latest);
            latest.isSaved = true;
          }),
      };
      await new Promise((end) => {
        given.set(id, Object.assign(entry, { end }));
        if (!isPicked) return end();
        setTimeout(end, SOON);
        addEventListener("visibilitychange", end, { once: true });
      });
      return saveAll(entry);
    },

    /** A photo, if there is one, and if it has this `digest` where one is given. Rejects where the database cannot be asked. */
    async photo(id, digest) {
      const all = (database) => done(database.transaction("photos").objectStore("photos").getAll(partsOf(line, id)));
      // What cannot be decrypted is as good as not there.
      const parts = await Promise.all((await using(all)).map(unseal)).catch(() => []);
      if (!parts.length) return;
      const photo = new Blob(parts);
      if (!digest || (await sha256(photo)) === digest) return photo;
    },

    /** Of a photo nothing is saved that is not being saved by now. */
    skipPhoto(id) {
      given.get(id)?.end();
      given.delete(id);
    },

    removePhoto(id) {
      this.skipPhoto(id);
      return photosInTurn(() => write((_, photos) => photos.delete(partsOf(line, id))));
    },

    /** Throws the draft away, and the key with it. */
    discard() {
      forgetGiven();
      const discarded = inBothTurns(async () => {
        await write((drafts, photos) => {
          drafts.delete(line);
          photos.delete(photosOf(line));
        });
        forgetSaved();
      });
      return within(discarded, WRITE_WAIT);
    },

    /**
     * Holds the draft for this tab, if no other does or if it is to be taken over. `wanted` hears that another tab
     * takes it over: what is in hand may be saved, then comes `release`.
     */
    async hold(takeOver, wanted) {
      onWanted = wanted;
      if (releaseLock || !navigator.locks) return true;
      taken = false;
      try {
        channel ??= new BroadcastChannel(line);
        channel.onmessage = () => {
          if (!releaseLock) return;
          endWaits();
          onWanted();
        };
        if (takeOver) channel.postMessage("wanted");
      } catch {
        // Without a channel, another tab has it after that time.
      }
      if (!takeOver) return within(ask({ ifAvailable: true }), PATIENCE);
      return (await within(askFor(COURTESY), PATIENCE)) || within(ask({ steal: true }), PATIENCE);
    },

    release() {
      releaseLock?.();
      releaseLock = undefined;
    },

    /** Whether leaving the page is to be asked about first. */
    guard(isUnsaved) {
      (isUnsaved ? addEventListener : removeEventListener)("beforeunload", askFirst);
    },

    close() {
      this.guard(false);
      this.release();
      channel?.close();
      endWaits();
      // Behind what was waiting until now.
      closing[line] = Promise.resolve().then(() => inBothTurns(() => disconnect(connecting)));
    },
  };
}
