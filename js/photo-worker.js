/**
 * Prepares photos with the browser's own codecs: upright, at most 2048 px, JPEG, without metadata, with a thumbnail
 * and the SHA-256 that names it. One file for both places where that can happen: in a worker, where the page lets one
 * start, and on the page itself, where it does not; the steps and the results are the same.
 *
 * What may serve as a photo is not decided here.
 */

/** Enough to read a shipping label on a photo of the whole parcel. */
const LONGER_SIDE = 2048;
/** Below it, text on labels frays; above it, bytes grow faster than anything that can be seen. */
const QUALITY = 0.85;
/** Twice the size at which it is shown, for screens with small pixels. */
const THUMBNAIL_SIDE = 320;
/** One worker is slower for a batch than the page itself; more than two want too much memory of a phone. */
const WORKERS = 2;

/** @param {ArrayBuffer} bytes */
async function prepare(bytes) {
  // Decoding applies the EXIF orientation, in every browser that can run this.
  const photo = await createImageBitmap(new Blob([bytes]));
  try {
    const print = draw(photo, LONGER_SIDE);
    const jpeg = await print.convertToBlob({ type: "image/jpeg", quality: QUALITY });
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await jpeg.arrayBuffer()));
    const thumbnail = draw(print, THUMBNAIL_SIDE).transferToImageBitmap();
    const { width, height } = print;
    // Phones have little canvas memory, and give it back only when told.
    print.width = print.height = 1;
    return { jpeg, digest, thumbnail, width, height };
  } finally {
    photo.close();
  }
}

/** Draws `picture` so that its longer side is at most `side`. */
function draw(picture, side) {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  // JPEG knows no transparency: what was see-through becomes white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** Where photos are prepared. `prepare(bytes)` takes the bytes over, and rejects where they cannot be read. */
export function photoDesk() {
  let workers;
  const waiting = [];

  const hand = (worker, { bytes, resolve, reject }) => {
    worker.idle = false;
    worker.onmessage = ({ data }) => {
      worker.idle = true;
      data.print ? resolve(data.print) : reject(new Error("unreadable"));
      const next = waiting.shift();
      if (next) hand(worker, next);
    };
    worker.postMessage(bytes, [bytes]);
  };

  return {
    async prepare(bytes) {
      workers ??= Promise.all(Array.from({ length: WORKERS }, startWorker)).then((all) => all.filter(Boolean));
      const ready = await workers;
      if (!ready.length) return prepare(bytes);
      return new Promise((resolve, reject) => {
        const job = { bytes, resolve, reject };
        const idle = ready.find((worker) => worker.idle);
        idle ? hand(idle, job) : waiting.push(job);
      });
    },
    close() {
      workers?.then((all) => all.forEach((worker) => worker.terminate()));
      workers = Promise.resolve([]);
    },
  };
}

/** A worker that has said hello, or nothing where the page (its CSP, its origin, its Trusted Types) allows none. */
function startWorker() {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(ownAddress(), { type: "module" });
      worker.idle = true;
      worker.onmessage = () => resolve(worker);
      worker.onerror = () => resolve();
    } catch {
      resolve();
    }
  });
}

let policy;
/** This file's address, in the wrapping that a page with Trusted Types asks for. */
function ownAddress() {
  if (!globalThis.trustedTypes) return import.meta.url;
  policy ??= trustedTypes.createPolicy("damage-report", { createScriptURL: () => import.meta.url });
  return policy.createScriptURL("");
}

const isWorker = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
if (isWorker) {
  self.onmessage = async ({ data: bytes }) => {
    try {
      const print = await prepare(bytes);
      self.postMessage({ print }, [print.thumbnail]);
    } catch {
      self.postMessage({});
    }
  };
  self.postMessage("ready");
}
