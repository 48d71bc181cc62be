/**
 * Prepares photos with the browser's own codecs: upright, at most 2048 px, JPEG, without metadata, with a thumbnail,
 * the same in grey for whoever judges it, and the SHA-256 that names it. One file for both places where that can
 * happen: in a worker, where the page lets one start, and on the page itself, where it does not; the steps and the
 * results are the same.
 *
 * What may serve as a photo, and what is said of it, is not decided here.
 */

/** Enough to read a shipping label on a photo of the whole parcel; and what is tried where such a canvas fails. */
const LONGER_SIDES = [2048, 1280];
/** Below it, text on labels frays; above it, bytes grow faster than anything that can be seen. */
const QUALITY = 0.85;
/** What a codec that scales must give at least: it has a few sizes to choose from, and 2048 is seldom among them. */
const LONG_ENOUGH = 1900;
/** Of eight: a codec that is to give more of a photo's length than this has as much to do as for all of it. */
const SMALL = 5;
/** Twice the size at which it is shown, for screens with small pixels; and enough to judge sharpness and light by. */
const THUMBNAIL_SIDE = 320;
/** One worker is slower for a batch than the page itself; more than two want too much memory of a phone. */
const WORKERS = 2;
/** In GiB: phones with no more do one photo at a time, and so does what is touched and does not say how much it has. */
const LITTLE_MEMORY = 2;
/** In bytes: larger files are done alone. 48 MP are 10 MB and more as JPEG, and 192 MB decoded. */
const LARGE_FILE = 8 << 20;
/** What shipping labels carry. */
const CODES = ["code_128", "itf", "qr_code", "data_matrix"];
/** In ms: a worker whose script does not come (a tunnel) is not waited for longer. */
const START_WAIT = 3000;
/** In ms: the slowest phone needs some seconds for a photo. A worker that takes longer has died without a word. */
const WORKER_WAIT = 60_000;
/** In ms: reading codes is a courtesy, and no photo waits for it longer. */
const CODES_WAIT = 2000;

/**
 * @param {Blob} file read where it is prepared: its bytes never pass through the page
 * @param {{ codes?: boolean }} [wants] `codes`: what the barcodes say, where the browser can read them
 */
async function prepare(file, wants) {
  // Of the whole photo: on the print, the bars of a label from afar are too thin.
  const readsCodes = wants?.codes && "BarcodeDetector" in globalThis;
  // Decoding applies the EXIF orientation, in every browser that can run this. What the file calls itself is left out.
  const photo = (!readsCodes && (await decodeSmall(file))) || (await createImageBitmap(new Blob([file])));
  try {
    const codes = readsCodes ? readCodes(photo) : [];
    const isTrue = givesBackWhatIsDrawn();
    const print = (isTrue && (await develop(photo))) || (await asPicked(file, photo));
    const { jpeg, small, width, height } = print;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await jpeg.arrayBuffer()));
    const [lumaWidth, lumaHeight] = [small.width, small.height];
    const luma = isTrue ? grey(small) : new Uint8Array();
    const thumbnail = small.transferToImageBitmap();
    return { jpeg, digest, thumbnail, width, height, luma, lumaWidth, lumaHeight, codes: await codes };
  } finally {
    photo.close();
  }
}

/**
 * A large JPEG at about the size of the print, as its codec gives it when it need not make out what is smaller: a quarter of
 * the memory, and sooner. Nothing where the browser has no such codec, or another way has to say whether it can be read.
 */
async function decodeSmall(file) {
  // A browser that says how a frame is turned also draws it upright.
  if (!globalThis.ImageDecoder || !("rotation" in VideoFrame.prototype)) return;
  let decoder;
  try {
    const data = await file.arrayBuffer();
    const sides = sidesOfJpeg(new DataView(data));
    // Codecs scale by eighths.
    const eighths = Math.ceil((LONG_ENOUGH * 8) / Math.max(...sides));
    if (eighths > SMALL) return;
    const [desiredWidth, desiredHeight] = sides.map((side) => Math.ceil((side * eighths) / 8));
    decoder = new ImageDecoder({ type: "image/jpeg", data, transfer: [data], desiredWidth, desiredHeight });
    return (await decoder.decode()).image;
  } catch {
    // No JPEG, or none that this can read: it is tried whole.
  } finally {
    decoder?.close();
  }
}

/** Width and height as a JPEG says them ahead of its pixels; none where it does not. It throws where that is missing. */
function sidesOfJpeg(view) {
  for (let at = 2; view.getUint16(0) === 0xffd8 && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xc2) return [view.getUint16(at + 7), view.getUint16(at + 5)];
  }
  return [0];
}

/** The photo as it is sent, or nothing where no canvas can be had for it. */
async function develop(photo) {
  for (const side of LONGER_SIDES) {
    let canvas;
    try {
      canvas = draw(photo, side);
      const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
      const { width, height } = canvas;
      if (jpeg) return { jpeg, small: draw(canvas, THUMBNAIL_SIDE), width, height };
    } catch {
      // A smaller one may do.
    } finally {
      // Phones have little canvas memory, and give it back only when told.
      if (canvas) canvas.width = canvas.height = 1;
    }
  }
}

/** The file itself, if it is a JPEG: the backend removes the metadata too. */
async function asPicked(file, photo) {
  const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  if (first !== 0xff) throw new Error("no canvas");
  const jpeg = new Blob([file], { type: "image/jpeg" });
  return { jpeg, small: draw(photo, THUMBNAIL_SIDE), ...sizeOf(photo) };
}

/** The size of a picture that stands upright. */
const sizeOf = (picture) => ({
  width: picture.displayWidth ?? picture.width,
  height: picture.displayHeight ?? picture.height,
});

/** Draws `picture` so that its longer side is at most `side`. */
function draw(picture, side) {
  const size = sizeOf(picture);
  const scale = Math.min(1, side / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  // JPEG knows no transparency: what was see-through becomes white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/** A byte a pixel, weighted as in Rec. 601, the luma of JPEG. */
function grey(canvas) {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const luma = new Uint8Array(data.length / 4);
  for (let n = 0, at = 0; n < luma.length; n++, at += 4) {
    luma[n] = (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
  }
  return luma;
}

/** Browsers that fend off tracking may give back noise, or white, in place of a photo. */
function givesBackWhatIsDrawn() {
  const context = new OffscreenCanvas(2, 2).getContext("2d", { alpha: false });
  context.fillStyle = "#777";
  context.fillRect(0, 0, 2, 2);
  return context.getImageData(0, 0, 2, 2).data.every((value, n) => n % 4 === 3 || Math.abs(value - 0x77) < 9);
}

/** What the barcodes on `photo` say: nothing where the browser cannot read them, or not soon. */
async function readCodes(photo) {
  try {
    const formats = (await BarcodeDetector.getSupportedFormats()).filter((format) => CODES.includes(format));
    const found = new BarcodeDetector({ formats }).detect(photo);
    const late = new Promise((resolve) => setTimeout(resolve, CODES_WAIT, []));
    return (await Promise.race([found, late])).map(({ rawValue }) => rawValue);
  } catch {
    return [];
  }
}

let isWarm = false;
/** A worker that was started before there is a desk for it. */
let early;

/**
 * Starts the first worker, once: it makes the first formatter of dates, which takes a slow phone a tenth of a second, for every thread of the
 * page. Without a worker the page makes that, while it has nothing to do but wait.
 */
export async function warm() {
  if (isWarm) return;
  isWarm = true;
  early = startWorker();
  if (!(await early)) new Intl.DateTimeFormat();
}

/** Where photos are prepared. `prepare(file, wants)` rejects where the file cannot be read. */
export function photoDesk() {
  const waiting = [];
  let workers = [];
  let hands;
  let busy = 0;
  let isAlone = false;

  // First come, first served. A large photo waits until nobody works, and nobody begins beside it.
  const goOn = (idle) => {
    while (waiting.length && idle.length) {
      const { file, wants, resolve, reject } = waiting[0];
      const isLarge = file.size > LARGE_FILE;
      if (busy && (isAlone || isLarge)) break;
      waiting.shift();
      isAlone = isLarge;
      busy++;
      const hand = idle.pop();
      const done = () => {
        busy--;
        idle.push(hand);
        goOn(idle);
      };
      hand(file, wants).then(resolve, reject).then(done);
    }
  };

  const start = async () => {
    const memory = navigator.deviceMemory ?? (navigator.maxTouchPoints ? LITTLE_MEMORY : Infinity);
    const count = memory <= LITTLE_MEMORY ? 1 : WORKERS;
    const started = [early?.then((worker) => worker ?? startWorker()) ?? startWorker()];
    early = undefined;
    while (started.length < count) started.push(startWorker());
    workers = (await Promise.all(started)).filter(Boolean);
    return workers.length ? workers.map(handOver) : [prepare];
  };

  return {
    /** Starts what will be needed, while there is a connection to fetch it over. */
    warm() {
      hands ??= start();
    },
    async prepare(file, wants) {
      const idle = await (hands ??= start());
      return new Promise((resolve, reject) => {
        waiting.push({ file, wants, resolve, reject });
        goOn(idle);
      });
    },
    close() {
      hands?.then(() => workers.forEach((worker) => worker.terminate()));
      hands = Promise.resolve([prepare]);
    },
  };
}

/** How a worker is given a photo. What it leaves undone because it is gone, the page itself does. */
function handOver(worker) {
  let isGone = false;
  return (file, wants) =>
    new Promise((resolve, reject) => {
      let late;
      const goOnWithout = () => {
        clearTimeout(late);
        isGone = true;
        worker.terminate();
        resolve(prepare(file, wants));
      };
      if (isGone) return goOnWithout();
      late = setTimeout(goOnWithout, WORKER_WAIT);
      worker.onmessage = ({ data: { print } }) => {
        clearTimeout(late);
        print ? resolve(print) : reject(new Error("unreadable"));
      };
      worker.onerror = goOnWithout;
      worker.postMessage({ file, wants });
    });
}

/** A worker that has said hello, or nothing where the page (its CSP, its origin, its Trusted Types) allows none. */
function startWorker() {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(ownAddress(), { type: "module" });
      const goOnWithout = () => {
        worker.terminate();
        resolve();
      };
      const late = setTimeout(goOnWithout, START_WAIT);
      worker.onmessage = () => {
        clearTimeout(late);
        resolve(worker);
      };
      worker.onerror = goOnWithout;
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
  self.onmessage = async ({ data: { file, wants } }) => {
    try {
      const print = await prepare(file, wants);
      self.postMessage({ print }, [print.thumbnail, print.luma.buffer]);
    } catch {
      self.postMessage({});
    }
  };
  new Intl.DateTimeFormat();
  self.postMessage("ready");
}
