/**
 * The browser, as a test would have it: a clock that is days off, time that stands still, a page that allows no workers or no
 * markup, photos to pick, storage to look into and to break. What changes the page gives back what puts it right again.
 *
 * And the network. One file, although it is of four things: the server of the test runner answers four requests at a time, and a page that asks
 * for more modules at once now and then waits for ever.
 */

// What goes wrong in the widget does so far below where the browser notices.
Error.stackTraceLimit = 60;

/** A device whose clock is `days` ahead. */
export function shiftClock(days) {
  const RealDate = Date;
  const ahead = days * 24 * 60 * 60 * 1000;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [RealDate.now() + ahead]));
    }

    static now() {
      return RealDate.now() + ahead;
    }
  };
  return () => (globalThis.Date = RealDate);
}

/** A page that lets no worker start. */
export function forbidWorkers() {
  const RealWorker = Worker;
  globalThis.Worker = class {
    constructor() {
      throw new DOMException("refused", "SecurityError");
    }
  };
  return () => (globalThis.Worker = RealWorker);
}

/**
 * A device with `memory` GiB, as its browser says, or -1 where it does not say; touched, or not. Gives how many workers
 * were started on it, and makes it what it was.
 */
export function onDevice(memory, isTouched) {
  const RealWorker = Worker;
  const told = { deviceMemory: memory < 0 ? undefined : memory, maxTouchPoints: isTouched ? 5 : 0 };
  for (const [name, value] of Object.entries(told))
    Object.defineProperty(navigator, name, { value, configurable: true });
  let count = 0;
  globalThis.Worker = class extends RealWorker {
    constructor(...given) {
      super(...given);
      count++;
    }
  };
  return () => {
    globalThis.Worker = RealWorker;
    for (const name of Object.keys(told)) delete navigator[name];
    return count;
  };
}

/** All workers together hear what they are asked `times` more, and then nothing. */
export function deadWorkers(times) {
  const real = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message) {
    if (times-- > 0) real.call(this, message);
  };
  return () => (Worker.prototype.postMessage = real);
}

/** A page that creates nothing from markup, as `require-trusted-types-for 'script'` has it. */
export function forbidMarkup() {
  const sinks = [
    [Element.prototype, "innerHTML"],
    [Element.prototype, "outerHTML"],
    [ShadowRoot.prototype, "innerHTML"],
    [HTMLIFrameElement.prototype, "srcdoc"],
  ];
  const methods = [
    [Element.prototype, "insertAdjacentHTML"],
    [Range.prototype, "createContextualFragment"],
    [DOMParser.prototype, "parseFromString"],
    [Document.prototype, "write"],
  ];
  const refuse = (name) => () => {
    throw new TypeError(`${name} requires a trusted type`);
  };
  const real = [...sinks, ...methods].map(([on, name]) => [on, name, Object.getOwnPropertyDescriptor(on, name)]);
  for (const [on, name, { get }] of real.slice(0, sinks.length)) {
    Object.defineProperty(on, name, { configurable: true, get, set: refuse(name) });
  }
  for (const [on, name] of methods) {
    Object.defineProperty(on, name, { configurable: true, writable: true, value: refuse(name) });
  }
  return () => real.forEach(([on, name, as]) => Object.defineProperty(on, name, as));
}

/** Hears what the page's error handlers hear, until it is put right; `heard()` gives the messages. */
export class Errors {
  #heard = [];
  #listener = (event) => {
    this.#heard.push(String(event.message ?? event.reason));
    event.preventDefault();
  };

  constructor() {
    addEventListener("error", this.#listener);
    addEventListener("unhandledrejection", this.#listener);
  }

  heard() {
    return this.#heard;
  }

  stop() {
    removeEventListener("error", this.#listener);
    removeEventListener("unhandledrejection", this.#listener);
  }
}

/** The plural categories of whole numbers in `lang`. */
export function pluralCategories(lang) {
  return new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
}

const realWait = setTimeout;

/** The next frame; or a moment later, since a page that nobody looks at paints none. */
export function frame() {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    realWait(resolve, 50);
  });
}

/** What puts this page right again. */
const undo = [];

/** Everything below is as the browser has it. */
export function asItWas() {
  undo
    .splice(0)
    .reverse()
    .forEach((step) => step());
}

/** From here on `object[name]` is `value`, until everything is as it was. */
function replace(object, name, value) {
  const real = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, writable: true, value });
  undo.push(() => (real ? Object.defineProperty(object, name, real) : delete object[name]));
}

/** What is left to chance comes out as `n`, from 0 to 1: with 0, no wait between two tries is longer than it must be. */
export function chance(n) {
  replace(Math, "random", () => n);
}

/** The browser hears that there is a network, or that there is none. */
export function setOnline(isOnline) {
  replace(navigator, "onLine", isOnline);
  dispatchEvent(new Event(isOnline ? "online" : "offline"));
}

/** Whether somebody wants to be asked before this page is left. */
export function asksBeforeLeaving() {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/** Counts the pictures that are let go from here on. */
export function countClosedBitmaps() {
  let count = 0;
  const { close } = ImageBitmap.prototype;
  replace(ImageBitmap.prototype, "close", function () {
    count++;
    close.call(this);
  });
  return () => count;
}

/** Counts the pictures that are decoded on the page from here on. */
export function countDecoded() {
  let count = 0;
  const real = createImageBitmap;
  replace(globalThis, "createImageBitmap", (...picture) => {
    count++;
    return real(...picture);
  });
  return () => count;
}

/** Far more than anything here has to do at one time. */
const MOST_STEPS = 1000;

/** Time that only passes when it is told to. What was waiting before goes on as it was. */
export class Time {
  #now = 0;
  /** For how long the device has slept: its clock has gone on, and nothing else. */
  #slept = 0;
  #waiting = [];

  constructor() {
    // Beyond what the browser's own timers are called by.
    let id = 1e9;
    replace(globalThis, "setTimeout", (work, ms = 0, ...given) => {
      this.#waiting.push({ id: ++id, at: this.#now + ms, work, given });
      return id;
    });
    const realClear = clearTimeout;
    replace(globalThis, "clearTimeout", (id) => {
      realClear(id);
      this.#waiting = this.#waiting.filter((waiting) => waiting.id !== id);
    });
    const [realStopwatch, realNow] = [performance.now.bind(performance), Date.now];
    replace(performance, "now", () => realStopwatch() + this.#now);
    replace(Date, "now", () => realNow() + this.#now + this.#slept);
    replace(AbortSignal, "timeout", (ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), ms);
      return controller.signal;
    });
  }

  /** The device sleeps for `ms` milliseconds, with the page open. */
  sleep(ms) {
    this.#slept += ms;
  }

  /** In how many milliseconds whatever is waited for is due. */
  waits() {
    return this.#waiting.map(({ at }) => at - this.#now);
  }

  /** Lets `ms` milliseconds pass, and everything happen that is due by then, in its order. */
  async pass(ms) {
    const end = this.#now + ms;
    await this.#others();
    for (let next, steps = 0; (next = this.#next(end)); await this.#others()) {
      if (++steps > MOST_STEPS)
        throw new Error("time stands still: somebody waits for no time at all, again and again");
      this.#now = next.at;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.work(...next.given);
    }
    this.#now = end;
  }

  #next(end) {
    const due = this.#waiting.filter(({ at }) => at <= end);
    return due.reduce((first, other) => (first && first.at <= other.at ? first : other), undefined);
  }

  /** Lets everybody have their turn who does not wait for time. */
  #others() {
    return new Promise((resolve) => realWait(resolve));
  }
}

// Photos to pick, and a look at what became of them.

/** The four quarters of every picture made here, in reading order. */
const QUARTERS = { red: [220, 30, 30], green: [30, 160, 60], blue: [40, 60, 200], yellow: [230, 210, 40] };

/** A picture of four coloured quarters and a mark that sets picture `n` apart, as bytes of media type `type`. */
export async function picture(width, height, type, n) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  Object.values(QUARTERS).forEach((colour, quarter) => {
    context.fillStyle = `rgb(${colour})`;
    context.fillRect((quarter % 2) * (width / 2), Math.floor(quarter / 2) * (height / 2), width / 2, height / 2);
  });
  context.fillStyle = "#fff";
  context.fillRect(width / 2 - 20, height / 2 - 20, 10 + n * 10, 40);
  // A photo has no corner of one colour.
  for (const [x, y] of [
    [0, 0],
    [width - 3, 0],
    [0, height - 3],
    [width - 3, height - 3],
  ])
    context.fillRect(x, y, 3, 3);
  const blob = await canvas.convertToBlob({ type });
  return new Uint8Array(await blob.arrayBuffer());
}

/** A photo of nothing but noise, which no codec makes small. */
export async function noise(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  // Not by chance: the same each time.
  pixels.data.forEach((_, n) => (pixels.data[n] = n % 4 === 3 ? 255 : ((n * n * 31 + n * 7919) >>> 5) & 255));
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  return new Uint8Array(await blob.arrayBuffer());
}

/** A photo of one colour as cameras with more colours than sRGB write it, and that colour in sRGB. */
export async function colourful(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { colorSpace: "display-p3" });
  context.fillStyle = "color(display-p3 0.8 0.4 0.2)";
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
  const pixel = context.getImageData(0, 0, 1, 1, { colorSpace: "srgb" }).data;
  return [new Uint8Array(await blob.arrayBuffer()), ...pixel.subarray(0, 3)];
}

/** The first pixel of `jpeg` by who does not look at its profile. */
export async function barePixel(jpeg) {
  const bitmap = await createImageBitmap(jpeg, { colorSpaceConversion: "none" });
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

/** What the processor has to show and to send of a photo, in one. */
export async function withPrint(sight) {
  return { ...(await sight), ...(await (await sight).print) };
}

/** What comes first, of what is to be seen and to be sent: "seen 2", "sent 0". */
export async function orderOf(sights) {
  const came = [];
  const follow = async (sight, n) => {
    const { print } = await sight;
    came.push(`seen ${n}`);
    await print;
    came.push(`sent ${n}`);
  };
  await Promise.all(sights.map(follow));
  return came;
}

/** What a person sees of `jpeg`: its size, and the colour in the middle of each quarter, in reading order. */
export async function look(jpeg) {
  // As stored: what an orientation tag would say does not count here.
  const bitmap = await createImageBitmap(jpeg, { imageOrientation: "none" });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const named = (x, y) => {
    const [r, g, b] = context.getImageData(x, y, 1, 1).data;
    const off = ([, [or, og, ob]]) => Math.abs(r - or) + Math.abs(g - og) + Math.abs(b - ob);
    return Object.entries(QUARTERS).sort((one, other) => off(one) - off(other))[0][0];
  };
  const [left, right, top, bottom] = [width / 4, (width * 3) / 4, height / 4, (height * 3) / 4].map(Math.floor);
  return [`${width}x${height}`, named(left, top), named(right, top), named(left, bottom), named(right, bottom)];
}

export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** Picks `files` (pairs of a name and bytes) in `input`, as a customer does. */
export function pick(input, files) {
  const picked = new DataTransfer();
  for (const [name, bytes] of files) picked.items.add(new File([bytes], name, { type: "image/jpeg" }));
  input.files = picked.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Has the customer "drop" or "paste" on `target`: `files`, and a text of each kind. Says whether the page kept the browser from
 * doing with it what it would.
 */
export function give(how, target, files, texts) {
  const given = new DataTransfer();
  for (const [name, bytes] of files) given.items.add(new File([bytes], name, { type: "image/jpeg" }));
  for (const [kind, text] of texts) given.setData(kind, text);
  const on = { bubbles: true, composed: true, cancelable: true };
  const dropped = () => new DragEvent("drop", { ...on, dataTransfer: given });
  const pasted = () => new ClipboardEvent("paste", { ...on, clipboardData: given });
  return !target.dispatchEvent(how === "drop" ? dropped() : pasted());
}

/** Puts `value` at `owner[name]`; what comes back undoes it. */
function put(owner, name, value) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else delete owner[name];
  };
}

/** A reader of barcodes as browsers may have one: see `codec.rs`. */
export function codeReader(what) {
  const codes = what.startsWith("finds ") ? what.split(" ").slice(1).filter(Boolean) : ["3SABCD1234567"];
  class BarcodeDetector {
    static async getSupportedFormats() {
      if (what === "does not say its formats") return new Promise(() => {});
      return what === "knows no format" ? [] : ["aztec", "code_128", "qr_code"];
    }
    constructor({ formats }) {
      // As the Shape Detection API says: no formats, or one that is not known, is a TypeError.
      if (!formats.length || formats.includes("aztec") || what === "throws") throw new TypeError(formats.join());
    }
    async detect(picture) {
      if (what === "finds no end") return new Promise(() => {});
      if (what === "rejects" || !(picture.width > 0)) throw new DOMException("no service", "NotSupportedError");
      return codes.map((rawValue) => ({ rawValue, format: "code_128" }));
    }
  }
  return put(globalThis, "BarcodeDetector", BarcodeDetector);
}

/** A codec that scales, looked at, and perhaps not doing what it should: see `pictures.rs`. */
export function watchedDecoder(how) {
  const Real = ImageDecoder;
  const { close } = VideoFrame.prototype;
  let [opened, closed] = [0, 0];
  class Watched {
    constructor(init) {
      if (how === "throws") throw new TypeError("not this type");
      this.real = new Real(init);
      opened++;
    }
    async decode() {
      if (how === "rejects") throw new DOMException("unreadable", "EncodingError");
      const decoded = await this.real.decode();
      opened++;
      return decoded;
    }
    close() {
      this.real.close();
      closed++;
    }
  }
  const takeAway = put(globalThis, "ImageDecoder", Watched);
  const putBack = put(VideoFrame.prototype, "close", function () {
    close.call(this);
    closed++;
  });
  return () => {
    putBack();
    takeAway();
    return [opened, closed];
  };
}

/** Canvases that do not do what they should: see `pictures.rs`. */
export function bentCanvas(how) {
  if (how === "make noise") {
    const context = OffscreenCanvasRenderingContext2D.prototype;
    const { getImageData } = context;
    return put(context, "getImageData", function (...where) {
      const pixels = getImageData.apply(this, where);
      pixels.data.forEach((_, n) => (pixels.data[n] = (n * 89) % 256));
      return pixels;
    });
  }
  const { convertToBlob } = OffscreenCanvas.prototype;
  return put(OffscreenCanvas.prototype, "convertToBlob", async function (options) {
    if (how === "fail" || this.width > 1280 || this.height > 1280) throw new DOMException("too large", "EncodingError");
    return convertToBlob.call(this, options);
  });
}

/**
 * A file called `name` on a disk where something happens to it: it is "there", "gone", gone and "looks empty" as Chromium has
 * it, or "never comes". Gives how many of its bytes were read on the page, until everything is as it was.
 */
export function fileThatIs(how, name) {
  const { slice, arrayBuffer } = Blob.prototype;
  const parts = new WeakSet();
  let bytes = 0;
  replace(Blob.prototype, "slice", function (...range) {
    const part = slice.apply(this, range);
    if (this.name === name) parts.add(part);
    return part;
  });
  replace(Blob.prototype, "arrayBuffer", async function () {
    if (this.name !== name && !parts.has(this)) return arrayBuffer.call(this);
    if (how === "never comes") return new Promise(() => {});
    if (how === "looks empty" && parts.has(this)) return new ArrayBuffer(0);
    if (how !== "there") throw new DOMException("gone", "NotFoundError");
    bytes += this.size;
    return arrayBuffer.call(this);
  });
  return () => bytes;
}

/** A codec as WebKit's is for what it cannot read: it gives a picture of which nothing is to be seen. What comes back puts it right. */
export function blankCodec() {
  return put(globalThis, "createImageBitmap", async () => new OffscreenCanvas(800, 600).transferToImageBitmap());
}

// What lies in this browser's storage, looked at directly; and storage as some browsers have it: none, full, broken.

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
  const had = ["raw", "jwk"].map((format) =>
    crypto.subtle.exportKey(format, key).then(
      () => true,
      () => false,
    ),
  );
  return key.extractable || (await Promise.all(had)).includes(true);
}

/** What comes back closes every database that is opened from here on, as browsers do of themselves; the page hears nothing. */
export function closable() {
  const opened = [];
  const { open } = IDBFactory.prototype;
  replace(IDBFactory.prototype, "open", function (...given) {
    const opening = open.apply(this, given);
    opening.addEventListener("success", () => opened.push(opening.result));
    return opening;
  });
  return () => opened.splice(0).forEach((database) => database.close());
}

/** A storage that is of a newer version than this widget knows, until it is forgotten. */
export async function makeNewer() {
  (await done(indexedDB.open(NAME, 99))).close();
}

export async function forgetAll() {
  await done(indexedDB.deleteDatabase(NAME));
}

/** A tab that sleeps with the database in hand, and does not hear that it is wanted; `kept` is what it would find. */
export class SleepingTab {
  #database = done(indexedDB.open(NAME));

  async kept(line) {
    const [draft, photos] = await all(await this.#database, line);
    return Boolean(draft) || photos.length > 0;
  }

  async wake() {
    (await this.#database).close();
  }
}

/**
 * From here on the browser's storage is `how` it is: "absent", "refused", "silent", "full" or with "unreadable photos". Gives what
 * puts it right.
 */
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
  if (how === "unreadable photos") {
    const { getAll } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.getAll = () => {
      throw new DOMException("Connection to Indexed Database server lost", "UnknownError");
    };
    return () => (IDBObjectStore.prototype.getAll = getAll);
  }
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  return () => (IDBObjectStore.prototype.put = put);
}

/** Which photos of the draft `line` are written from here on, in this order. */
export function watchWriting(line) {
  const { put } = IDBObjectStore.prototype;
  const written = [];
  IDBObjectStore.prototype.put = function (value, key) {
    if (key[0] === line) written.push(key[1]);
    return put.call(this, value, key);
  };
  return () => {
    IDBObjectStore.prototype.put = put;
    return written.join(" ");
  };
}

/** A tab that has the draft `line` in hand, and hears nothing any more. */
export function freezeTab(line) {
  return new Promise((resolve) => {
    const frozen = navigator.locks.request(line, () => new Promise(() => resolve()));
    // Its hold is taken from it in the end.
    frozen.catch(() => {});
  });
}

/** Takes the draft `line` from the tab that has it in hand, and gives it back at once. */
export async function steal(line) {
  await navigator.locks.request(line, { steal: true }, () => {});
}

const { request } = LockManager.prototype;

/**
 * From here on what this page holds can be lost, as in WebKit, which takes it from a page that it puts aside while the
 * customer looks at another.
 */
export function losable() {
  let end, hear;
  LockManager.prototype.request = async function (name, options, work) {
    let isLost = false;
    const heard = new Promise((resolve) => (hear = resolve));
    const lost = new Promise((resolve) => (end = () => resolve((isLost = true))));
    await request.call(this, name, options, (lock) => {
      const done = work(lock);
      return lock && Promise.race([done, lost]);
    });
    if (!isLost) return;
    await heard;
    throw new DOMException("the browsing context is going away", "AbortError");
  };
  return {
    /** What the page holds, it holds no longer. It has not heard of that yet. */
    async lose(line) {
      end();
      await request.call(navigator.locks, line, () => {});
    },
    /** The page is back, and hears of it. */
    tell: () => hear(),
    repair: () => (LockManager.prototype.request = request),
  };
}

// The network.

/**
 * The network, as a test would have it: stands in for `fetch` and `XMLHttpRequest` of this page. It decides nothing. It
 * gives the answers that it was told to give, and keeps what it was asked.
 */

const ORDER_LINE = "https://shop.example/damage/order-lines/1042-1";
const realFetch = globalThis.fetch;

export class Network {
  #answers = new Map();
  #held = new Map();
  #asked = [];
  #leaves = 0.5;
  #aborted = 0;
  #underWay = new Set();

  /** From here on this is the network of the page, in place of any other. */
  constructor() {
    const network = this;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      // What the browser or the test runner fetches for itself is none of ours.
      if (!request.url.startsWith(ORDER_LINE)) return realFetch(input, init);
      const { method, url, headers, signal } = request;
      const givenUp = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const asked = network.#ask(method, url, Object.fromEntries(headers), await request.text());
      const answer = await Promise.race([asked, givenUp]);
      if (!answer.status) throw new TypeError("Failed to fetch");
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    };
    globalThis.XMLHttpRequest = class {
      upload = {};
      #headers = {};
      #answer = {};
      #isAborted = false;

      constructor() {
        this.#becomes(0, { status: 0, body: "", headers: {} });
      }

      open(method, url) {
        this.readyState = 1;
        Object.assign(this, { method, url });
      }

      setRequestHeader(name, value) {
        this.#headers[name.toLowerCase()] = value;
      }

      getResponseHeader(name) {
        return this.#answer.headers[name] ?? null;
      }

      async send({ size }) {
        const move = (part) => this.#moves(part, size);
        if (network.#leaves) move(network.#leaves);
        network.#underWay.add(move);
        const answer = await network.#ask(this.method, this.url, this.#headers, "", size);
        network.#underWay.delete(move);
        if (this.#isAborted) return;
        // Who is answered, or is lost on the way back, had everything sent.
        if (answer.status || answer.isLost) move(1);
        this.#becomes(4, answer);
        this.onloadend?.(new ProgressEvent("loadend"));
      }

      /** As the standard has it, aborting what is done takes its answer away. */
      abort() {
        this.#isAborted = true;
        if (this.readyState === 1) network.#aborted++;
        this.#becomes(0, { status: 0, body: "", headers: {} });
      }

      #moves(part, total) {
        this.upload.onprogress?.(
          new ProgressEvent("progress", { lengthComputable: true, loaded: total * part, total }),
        );
      }

      #becomes(readyState, answer) {
        this.#answer = answer;
        Object.assign(this, { readyState, status: answer.status, responseText: answer.body, responseURL: this.url });
      }
    };
  }

  /**
   * How `what` ("GET", "GET /claim", "PUT /photos", each of the order line) is answered; a status of 0 is no answer to
   * what did not even leave whole, and `{digest}` in the body becomes that of the photo. Of several answers each is
   * given once, and the last for good.
   */
  answer(what, status, body, headers) {
    // Bytes are lent, and may be others by the time that they are asked for.
    const kept = typeof body === "string" ? body : body.slice();
    this.#add(what, { status, body: kept, headers: headers ? JSON.parse(headers) : {} });
  }

  /** `what` arrives, and its answer is lost on the way back. */
  lose(what) {
    this.#add(what, { status: 0, body: "", headers: {}, isLost: true });
  }

  /** Whatever answers `what` had are over. */
  forget(what) {
    this.#answers.delete(what);
  }

  #add(what, answer) {
    this.#answers.set(what, [...(this.#answers.get(what) ?? []), answer]);
  }

  /** Lets `what` wait for its answer until it is released. */
  hold(what) {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    this.#held.set(what, { released, release });
  }

  release(what) {
    this.#held.get(what)?.release();
    this.#held.delete(what);
  }

  /** How much of each photo leaves before it waits for its answer: nothing is 0, all of it 1. */
  leaves(part) {
    this.#leaves = part;
  }

  /** More of every photo that is under way has left. */
  moves(part) {
    this.#underWay.forEach((move) => move(part));
  }

  /** How many uploads were given up on the way. */
  aborted() {
    return this.#aborted;
  }

  /** Everything that was asked of `what`, in order: token, key, path, body. */
  asked(what) {
    return this.#asked.filter((request) => request.what === what);
  }

  async #ask(method, url, headers, body, size = body.length) {
    const [path, query] = url.slice(ORDER_LINE.length).split("?");
    const [, room, digest] = path.split("/");
    const what = room ? `${method} /${room}` : method;
    const token = headers.authorization ?? "";
    this.#asked.push({ what, path, query: query ?? "", token, key: headers["idempotency-key"] ?? "", body, size });
    await this.#held.get(what)?.released;
    const answers = this.#answers.get(what) ?? [{ status: 0, body: "", headers: {} }];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return { ...answer, body: typeof answer.body === "string" ? answer.body.replace("{digest}", digest) : answer.body };
  }
}

/** What the element's class hands over, with a new token for each time of asking; keeps what it hears in `heard`. */
export function hostConfig(lang, messages, processor, draftStore, isDraftOff) {
  const heard = [];
  let tokens = 0;
  const given = {
    endpoint: "https://shop.example/damage/",
    address: ORDER_LINE,
    ahead: Promise.reject(),
    lang,
    messages: JSON.parse(messages),
    draftStore,
    isDraftOff,
    heard,
    code: undefined,
    async getPhotoProcessor() {
      await given.code?.();
      return processor;
    },
    getToken: async () => `token-${++tokens}`,
    holdsBack: false,
    announce(event, ...values) {
      const [name] = event.split(" ");
      heard.push([name, ...values].filter(Boolean).join(" "));
      return !(name === "before-submit" && this.holdsBack);
    },
  };
  return given;
}

/** A processor on which everything lies for ever. */
export function idleProcessor() {
  return { warm() {}, prepare: () => new Promise(() => {}), close() {} };
}

/** The code of the report, as it comes over a bad line. */
export class Code {
  #refusals;
  #arrives;
  #arrived = new Promise((resolve) => (this.#arrives = resolve));

  /** Cannot be had for the first `refusals` times. */
  constructor(refusals) {
    this.#refusals = refusals;
    this.asked = 0;
    this.get = () => (++this.asked > this.#refusals ? this.#arrived : Promise.reject(new TypeError("no connection")));
  }

  arrive() {
    this.#arrives();
  }
}
