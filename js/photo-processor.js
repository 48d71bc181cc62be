/**
 * A queue of photos, processed by workers where the page lets them start, and on the page itself where it does not.
 *
 * `photo-codec.js` processes one photo.
 */

import { READER_WAIT, givesBackWhatIsDrawn, previewOf, within } from "./photo-codec.js";

/** @import { PendingPhoto, PhotoProcessor, Preview, ProcessedPhoto } from "./types.d.ts" */
/** @import { PhotoRequest, UnfinishedPhoto, WorkerReply } from "./photo-codec.js" */

/**
 * Processes one photo. A `reader` is given where the first try failed: see `previewOf`.
 *
 * @typedef {(...request: PhotoRequest) => Promise<UnfinishedPhoto>} Process
 */

/**
 * A worker, or the page in its place.
 *
 * @typedef {object} Processing
 * @property {Process} process
 * @property {Array<() => Promise<void>>} pending Photos that were previewed here and are still to be made for sending.
 */

/**
 * A photo in the queue.
 *
 * @typedef {object} Waiting
 * @property {[file: Blob, wantsCodes: boolean, wantsProcessed: boolean, shorterSide: number]} request
 * @property {(preview: Preview | PendingPhoto) => void} resolve
 * @property {(reason: unknown) => void} reject
 */

/** One worker is slower for a batch than the page itself. More than two need too much memory of a phone. */
const WORKERS = 2;
/** In GiB: a phone with no more gets one worker, and so does a touch device that does not say how much it has. */
const LITTLE_MEMORY = 2;
/** How many previewed photos, 12 MB each, may wait in a worker before it makes one of them for sending. */
const PREVIEWS_AHEAD = 3;
/** In bytes: larger files are processed alone. 48 megapixels are 10 MB and more as JPEG, and 192 MB decoded. */
const LARGE_FILE = 8 << 20;
/** In ms: how long a worker may take to start. In a tunnel its script never comes. */
const START_WAIT = 3000;
/** In ms: the slowest phone needs some seconds for a photo. A worker that takes longer has died without an event. */
const WORKER_WAIT = 60_000;

let isWarm = false;
/**
 * A worker that was started before there is a processor for it.
 *
 * @type {Promise<Worker | undefined> | undefined}
 */
let early;

/**
 * Starts the first worker, once. A worker makes the first date formatter, which takes a slow phone a tenth of a second, for every
 * thread of the page. Without a worker the page makes it, while it has only the network to wait for.
 */
export async function warm() {
  if (isWarm) return;
  isWarm = true;
  early = startWorker();
  if (!(await early)) new Intl.DateTimeFormat();
}

/** The address of the reader, where no bundler has moved it. */
const readerBeside = async () => new URL("photo-reader.js", import.meta.url).href;

/**
 * @param {() => Promise<string>} [getReader] Gives the address of `photo-reader.js` once that is fetched: few photos need it.
 * @returns {PhotoProcessor}
 */
export function photoProcessor(getReader = readerBeside) {
  /** @type {Waiting[]} */
  const queue = [];
  /** @type {Worker[]} */
  let started = [];
  /** @type {Promise<Processing[]> | undefined} */
  let workers;
  let unfinished = 0;
  let isAlone = false;
  let isClosed = false;

  const finish = () => {
    unfinished--;
    isAlone = false;
  };

  /** @param {Processing} worker, @param {Waiting} waiting */
  const preview = async (worker, { request, resolve, reject }) => {
    const [file, , wantsProcessed] = request;
    unfinished++;
    isAlone = file.size > LARGE_FILE;
    // Without a connection the codec alone decides what can be read.
    const processWithReader = async () =>
      worker.process(...request, await within(getReader(), READER_WAIT).catch(() => ""));
    try {
      const { processed: finishProcessing, ...seen } = await worker.process(...request).catch(processWithReader);
      if (!wantsProcessed) {
        finish();
        return resolve(seen);
      }
      /** @type {Promise<ProcessedPhoto>} */
      const processed = new Promise((give, refuse) => {
        // Where no canvas works, the file is sent without its metadata.
        const printWithReader = async () => (await processWithReader()).processed();
        worker.pending.push(() => finishProcessing().catch(printWithReader).then(give, refuse).finally(finish));
      });
      // The customer may have removed the photo: then no listener is left.
      processed.catch(() => {});
      resolve({ ...seen, processed });
    } catch (trouble) {
      finish();
      reject(trouble);
    }
  };

  /**
   * Previews come before photos for sending, and otherwise the queue is in order. A large photo waits until no other is
   * unfinished, and none begins while it is processed.
   *
   * @param {Processing} worker
   * @returns {(() => Promise<void>) | undefined}
   */
  const nextTask = (worker) => {
    const [first] = queue;
    const mayBegin =
      first &&
      worker.pending.length < PREVIEWS_AHEAD &&
      !isAlone &&
      !(unfinished && first.request[0].size > LARGE_FILE);
    if (!mayBegin) return worker.pending.shift();
    queue.shift();
    return () => preview(worker, first);
  };

  /** @param {Processing[]} idle */
  const next = (idle) => {
    if (isClosed) return;
    for (const worker of idle.splice(0)) {
      const task = nextTask(worker);
      if (task) {
        task().then(() => {
          idle.push(worker);
          next(idle);
        });
      } else idle.push(worker);
    }
  };

  const start = async () => {
    const count = hasLittleMemory() ? 1 : WORKERS;
    const starting = [early?.then((worker) => worker ?? startWorker()) ?? startWorker()];
    early = undefined;
    while (starting.length < count) starting.push(startWorker());
    started = /** @type {Worker[]} */ ((await Promise.all(starting)).filter(Boolean));
    const processes = started.length ? started.map((worker) => processIn(worker, () => isClosed)) : [previewOf];
    return processes.map((process) => ({ process, pending: [] }));
  };

  return {
    warm() {
      workers ??= start();
      try {
        // Every photo needs the reader then.
        if (!givesBackWhatIsDrawn()) getReader().catch(() => {});
      } catch {
        // Canvases that the page lacks, workers may have.
      }
    },
    async prepare(file, wantsCodes, wantsProcessed, shorterSide = 0) {
      const idle = await (workers ??= start());
      return new Promise((resolve, reject) => {
        queue.push({ request: [file, wantsCodes, wantsProcessed, shorterSide], resolve, reject });
        next(idle);
      });
    },
    close() {
      isClosed = true;
      workers ??= Promise.resolve([]);
      workers.then(() => started.forEach((worker) => worker.terminate()));
    },
  };
}

/** Whether this device has little memory, or keeps that to itself. */
function hasLittleMemory() {
  try {
    return (navigator.deviceMemory ?? (navigator.maxTouchPoints ? LITTLE_MEMORY : Infinity)) <= LITTLE_MEMORY;
  } catch {
    return true;
  }
}

/**
 * Processes photos in `worker`. When the worker dies, the page itself does the rest, unless `isOver` says that no result is
 * wanted any more.
 *
 * @param {Worker} worker
 * @param {() => boolean} isOver
 * @returns {Process}
 */
function processIn(worker, isOver) {
  let isGone = false;
  /**
   * The worker's answer to `message`, or the result of `instead` where the worker is gone.
   *
   * @template T
   * @param {{ asked: PhotoRequest } | { place?: number }} message
   * @param {() => Promise<T>} instead
   * @returns {Promise<T>}
   */
  const ask = (message, instead) =>
    new Promise((resolve, reject) => {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let late;
      const goOnWithout = () => {
        clearTimeout(late);
        isGone = true;
        worker.terminate();
        if (!isOver()) resolve(instead());
      };
      if (isGone) return goOnWithout();
      late = setTimeout(goOnWithout, WORKER_WAIT);
      /** @param {MessageEvent<WorkerReply<T>>} event */
      worker.onmessage = ({ data: { answer } }) => {
        clearTimeout(late);
        answer ? resolve(answer) : reject(new Error("unreadable"));
      };
      worker.onerror = goOnWithout;
      worker.postMessage(message);
    });
  return async (...asked) => {
    const onPage = () => previewOf(...asked);
    /** @type {Omit<UnfinishedPhoto, "processed"> & { place?: number, processed?: UnfinishedPhoto["processed"] }} */
    const preview = await ask({ asked }, onPage);
    return { processed: () => ask({ place: preview.place }, async () => (await onPage()).processed()), ...preview };
  };
}

/**
 * A worker that has said hello; nothing where the page (its CSP, its origin, its Trusted Types) allows none.
 *
 * @returns {Promise<Worker | undefined>}
 */
function startWorker() {
  return new Promise((resolve) => {
    try {
      // Trusted Types want an address wrapped, and TypeScript knows only the bare one.
      const worker = new Worker(/** @type {string} */ (ownAddress()), { type: "module" });
      const goOnWithout = () => {
        worker.terminate();
        resolve(undefined);
      };
      const late = setTimeout(goOnWithout, START_WAIT);
      worker.onmessage = () => {
        clearTimeout(late);
        resolve(worker);
      };
      worker.onerror = goOnWithout;
    } catch {
      resolve(undefined);
    }
  });
}

/** @type {ReturnType<NonNullable<typeof globalThis.trustedTypes>["createPolicy"]> | undefined} */
let policy;
/** The address of `photo-worker.js`, which this file is built into; wrapped, where the page demands Trusted Types. */
function ownAddress() {
  if (!globalThis.trustedTypes) return import.meta.url;
  policy ??= trustedTypes?.createPolicy("damage-report", { createScriptURL: () => import.meta.url });
  return policy?.createScriptURL("");
}
