/**
 * A queue of photos, processed by workers where the page lets them start, and on the page itself where it does not.
 *
 * `photo-codec.js` processes one photo.
 */

import { givesBackWhatIsDrawn, previewOf } from "./photo-codec.js";
import {
  LARGE_FILE,
  LITTLE_MEMORY,
  PREVIEWS_AHEAD,
  READER_WAIT,
  START_WAIT,
  WORKERS,
  WORKER_WAIT,
} from "./photo-limits.js";
import { within } from "./timeout.js";

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
  const ask = async (message, instead) => {
    if (!isGone) {
      const heard = hear(worker, WORKER_WAIT).catch(() => {});
      worker.postMessage(message);
      /** @type {WorkerReply<T> | undefined} */
      const reply = await heard;
      if (reply?.answer) return reply.answer;
      if (reply) throw Error("unreadable");
    }
    isGone = true;
    worker.terminate();
    return isOver() ? new Promise(() => {}) : instead();
  };
  return async (...asked) => {
    const onPage = () => previewOf(...asked);
    /** @type {Omit<UnfinishedPhoto, "processed"> & { place?: number, processed?: UnfinishedPhoto["processed"] }} */
    const preview = await ask({ asked }, onPage);
    return { processed: () => ask({ place: preview.place }, async () => (await onPage()).processed()), ...preview };
  };
}

/**
 * The next message of `worker`. Rejects where it dies before, or says nothing for `ms` milliseconds.
 *
 * @param {Worker} worker
 * @param {number} ms
 */
const hear = (worker, ms) =>
  within(
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = reject;
    }),
    ms,
  );

/**
 * A worker that has said hello; nothing where the page (its CSP, its origin, its Trusted Types) allows none.
 *
 * @returns {Promise<Worker | undefined>}
 */
async function startWorker() {
  /** @type {Worker | undefined} */
  let worker;
  try {
    // Trusted Types want an address wrapped, and TypeScript knows only the bare one.
    worker = new Worker(/** @type {string} */ (ownAddress()), { type: "module" });
    await hear(worker, START_WAIT);
    return worker;
  } catch {
    worker?.terminate();
  }
}

/** @type {ReturnType<NonNullable<typeof globalThis.trustedTypes>["createPolicy"]> | undefined} */
let policy;
/** The address of `photo-worker.js`, which this file is built into; wrapped, where the page demands Trusted Types. */
function ownAddress() {
  if (!globalThis.trustedTypes) return import.meta.url;
  policy ??= trustedTypes?.createPolicy("damage-report", { createScriptURL: () => import.meta.url });
  return policy?.createScriptURL("");
}
