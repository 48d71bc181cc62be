/**
 * Where photos are prepared: in a worker, where the page lets one start, and on the page itself, where it does not. One file for
 * both, with the codec at its end, so the steps and the results are the same.
 */

/** One worker is slower for a batch than the page itself; more than two want too much memory of a phone. */
const WORKERS = 2;
/** In GiB: phones with no more do one photo at a time, and so does what is touched and does not say how much it has. */
const LITTLE_MEMORY = 2;
/** How many photos that can be seen a worker may have in hand before it makes the print of one: 12 MB each. */
const IN_HAND = 3;
/** In bytes: larger files are done alone. 48 MP are 10 MB and more as JPEG, and 192 MB decoded. */
const LARGE_FILE = 8 << 20;
/** In ms: a worker whose script does not come (a tunnel) is not waited for longer. */
const START_WAIT = 3000;
/** In ms: the slowest phone needs some seconds for a photo. A worker that takes longer has died without a word. */
const WORKER_WAIT = 60_000;

/** In ms: the reader is 5 kB. What has not come by then is not waited for: the codec decides without it. */
const READER_WAIT = 20_000;

/** What `promise` gives, or a rejection when it gives nothing for `ms` milliseconds. */
const within = (promise, ms) => Promise.race([promise, new Promise((_, late) => setTimeout(late, ms))]);

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

/** Where the reader is, which few photos need; the file lies beside this one, except where a bundler has put it elsewhere. */
const readerBeside = async () => new URL("photo-reader.js", import.meta.url).href;

/**
 * Where photos are prepared. `prepare` gives what is to be seen of a photo, in which `print` promises what is sent, if that is
 * wanted; it rejects where the file cannot be read. `getReader` promises the address of `photo-reader.js` once it is fetched.
 */
export function photoProcessor(getReader = readerBeside) {
  const waiting = [];
  let workers = [];
  let hands;
  let unfinished = 0;
  let isAlone = false;
  let isClosed = false;

  const finish = () => {
    unfinished--;
    isAlone = false;
  };

  const see = async (hand, { asked, resolve, reject }) => {
    const [file, , wantsPrint] = asked;
    unfinished++;
    isAlone = file.size > LARGE_FILE;
    // Without a connection the codec alone decides what can be read.
    const lookCloser = async () => hand.prepare(...asked, await within(getReader(), READER_WAIT).catch(() => ""));
    try {
      const sight = await hand.prepare(...asked).catch(lookCloser);
      if (!wantsPrint) {
        finish();
        return resolve(sight);
      }
      const print = new Promise((give, refuse) => {
        // Where no canvas works, the file goes without its metadata.
        const printAnew = async () => (await lookCloser()).print();
        hand.prints.push(() => sight.print().catch(printAnew).then(give, refuse).finally(finish));
      });
      // Nobody may wait for it any more.
      print.catch(() => {});
      resolve({ ...sight, print });
    } catch (trouble) {
      finish();
      reject(trouble);
    }
  };

  // What can be seen comes before what can be sent, and otherwise who came first. A large photo waits until no other is
  // unfinished, and none begins beside it.
  const next = (hand) => {
    const [first] = waiting;
    const mayBegin =
      first && hand.prints.length < IN_HAND && !isAlone && !(unfinished && first.asked[0].size > LARGE_FILE);
    return mayBegin ? () => see(hand, waiting.shift()) : hand.prints.shift();
  };

  const goOn = (idle) => {
    if (isClosed) return;
    for (const hand of idle.splice(0)) {
      const work = next(hand);
      if (work) {
        work().then(() => {
          idle.push(hand);
          goOn(idle);
        });
      } else idle.push(hand);
    }
  };

  const start = async () => {
    const count = hasLittleMemory() ? 1 : WORKERS;
    const started = [early?.then((worker) => worker ?? startWorker()) ?? startWorker()];
    early = undefined;
    while (started.length < count) started.push(startWorker());
    workers = (await Promise.all(started)).filter(Boolean);
    const places = workers.length ? workers.map((worker) => handOver(worker, () => isClosed)) : [prepare];
    return places.map((prepare) => ({ prepare, prints: [] }));
  };

  return {
    /** Starts what will be needed, while there is a connection to fetch it over. */
    warm() {
      hands ??= start();
      try {
        // Every photo will need it then.
        if (!givesBackWhatIsDrawn()) getReader().catch(() => {});
      } catch {
        // What the page lacks workers may have.
      }
    },
    async prepare(file, wantsCodes, wantsPrint, shorterSide = 0) {
      const idle = await (hands ??= start());
      return new Promise((resolve, reject) => {
        waiting.push({ asked: [file, wantsCodes, wantsPrint, shorterSide], resolve, reject });
        goOn(idle);
      });
    },
    /** Nothing is prepared from here on, nor is anything that was asked for finished. */
    close() {
      isClosed = true;
      hands ??= Promise.resolve([]);
      hands.then(() => workers.forEach((worker) => worker.terminate()));
    },
  };
}

/** Whether this device has little memory; so it is where the browser tells nobody. */
function hasLittleMemory() {
  try {
    return (navigator.deviceMemory ?? (navigator.maxTouchPoints ? LITTLE_MEMORY : Infinity)) <= LITTLE_MEMORY;
  } catch {
    return true;
  }
}

/** `prepare`, by a worker. What it leaves undone because it is gone, the page itself does, unless it is not wanted any more. */
function handOver(worker, isOver) {
  let isGone = false;
  /** What the worker answers to `message`, or what is done `instead` where there is none. */
  const ask = (message, instead) =>
    new Promise((resolve, reject) => {
      let late;
      const goOnWithout = () => {
        clearTimeout(late);
        isGone = true;
        worker.terminate();
        if (!isOver()) resolve(instead());
      };
      if (isGone) return goOnWithout();
      late = setTimeout(goOnWithout, WORKER_WAIT);
      worker.onmessage = ({ data: { answer } }) => {
        clearTimeout(late);
        answer ? resolve(answer) : reject(new Error("unreadable"));
      };
      worker.onerror = goOnWithout;
      worker.postMessage(message);
    });
  return async (...asked) => {
    const onPage = () => prepare(...asked);
    const sight = await ask({ asked }, onPage);
    return { print: () => ask({ place: sight.place }, async () => (await onPage()).print()), ...sight };
  };
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
  const prints = [];
  self.onmessage = async ({ data: { asked, place } }) => {
    try {
      if (!asked) {
        const print = prints[place];
        delete prints[place];
        return self.postMessage({ answer: await print() });
      }
      const { print, ...sight } = await prepare(...asked);
      sight.place = prints.push(print) - 1;
      self.postMessage({ answer: sight }, [sight.thumbnail, sight.luma.buffer]);
    } catch {
      self.postMessage({});
    }
  };
  new Intl.DateTimeFormat();
  self.postMessage("ready");
}

/**
 * Prepares a photo with the browser's own codecs: upright, at most 2048 px, JPEG, without metadata, with a thumbnail, the same
 * in grey for whoever judges it, and the SHA-256 that names it. Where that is done is in `photo-worker.js`; what no codec does
 * is in `photo-reader.js`.
 *
 * What may serve as a photo, and what is said of it, is not decided here.
 */

/** Enough to read a shipping label on a photo of the whole parcel. */
const LONGER_SIDE = 2048;
/** What is tried where such a canvas fails. */
const SMALLER_SIDE = 1280;
/** What a panorama or a long screenshot keeps of its shorter side, whatever that makes of the longer one. */
const SHORTER_SIDE = 400;
/** Below it, text on labels frays; above it, bytes grow faster than anything that can be seen. */
const QUALITY = 0.85;
/** What a codec that scales must give at least: it has a few sizes to choose from, and 2048 is seldom among them. */
const LONG_ENOUGH = 1900;
/** Of eight: a codec that is to give more of a photo's length than this has as much to do as for all of it. */
const SMALL = 5;
/** Twice the size at which it is shown, for screens with small pixels; and enough to judge sharpness and light by. */
const THUMBNAIL_SIDE = 320;
/** What shipping labels carry. */
const CODES = ["code_128", "itf", "qr_code", "data_matrix"];
/** The side of what is looked at in each corner. */
const CORNER = 4;
/** In ms: reading codes is a courtesy, and no photo waits for it longer. */
const CODES_WAIT = 2000;

/**
 * What is to be seen of a photo, and how to have it as it is sent: `print`, to be called once, takes half as long again.
 *
 * @param {Blob} file read where it is prepared: its bytes never pass through the page
 * @param {boolean} wantsCodes what the barcodes say, where the browser can read them
 * @param {boolean} wantsPrint whether there is to be a `print`
 * @param {number} shorterSide what a backend wants to see of the shorter side at least
 * @param {string?} reader where to find `photo-reader.js`; empty where it is not to be had. Undefined on the first try, which
 * rejects what is no plain JPEG.
 */
async function prepare(file, wantsCodes, wantsPrint, shorterSide = 0, reader) {
  const isTrue = givesBackWhatIsDrawn();
  const isFirst = reader === undefined;
  const shorter = Math.max(SHORTER_SIDE, shorterSide);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = reader && (await (await within(import(reader), READER_WAIT)).read(bytes));
  const sides = found ? found.sides : isFirst && sidesOfPlainJpeg(bytes);
  if (isFirst ? !(sides && isTrue) : !(found || isTrue)) throw new Error();
  // Nothing is converted by pixels that are not given back.
  if (found && !isTrue) found.convert = undefined;
  // Of the whole photo: on the print, the bars of a label from afar are too thin.
  const readsCodes = wantsCodes && "BarcodeDetector" in globalThis;
  // What the file calls itself is left out.
  const whole = found ? found.file : new Blob([file]);
  const data = found ? () => whole.arrayBuffer() : () => bytes.buffer;
  const photo = (sides && !readsCodes && (await decodeSmall(data, sides, shorter))) || (await createImageBitmap(whole));
  const codes = readsCodes ? readCodes(photo) : Promise.resolve([]);
  try {
    if (isTrue && (found ? found.isBlank(photo) : isFirst && isDoubtful(photo))) throw new Error();
    const canvas = isTrue && wantsPrint ? await lay(photo, shorter, found) : undefined;
    const small = canvas ? draw(canvas, THUMBNAIL_SIDE) : draw(photo, THUMBNAIL_SIDE, 0, found);
    const luma = isTrue ? grey(small) : new Uint8Array();
    const size = sizeOf(canvas ?? photo, !canvas && found);
    const sight = { ...size, luma, lumaWidth: small.width, lumaHeight: small.height };
    const print =
      wantsPrint &&
      (async () => {
        const jpeg = await firstOf(
          () => encode(canvas),
          () => encode(makeSmaller(canvas, shorter)),
          // Without its metadata, where no canvas works: a JPEG, or what else it was.
          () => found.clean(),
        );
        if (canvas) empty(canvas);
        const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await jpeg.arrayBuffer()));
        return { jpeg, digest, codes: await codes };
      });
    return { ...sight, thumbnail: small.transferToImageBitmap(), print };
  } finally {
    // Nobody decodes the next one beside it.
    await codes;
    photo.close();
  }
}

/**
 * A large JPEG at about the size of the print, as its codec gives it when it need not make out what is smaller: a quarter of
 * the memory, and sooner. Nothing where the browser has no such codec, or another way has to say whether it can be read.
 */
async function decodeSmall(dataOf, sides, shorter) {
  // A browser that says how a frame is turned also draws it upright.
  if (!globalThis.ImageDecoder || !("rotation" in VideoFrame.prototype)) return;
  let decoder;
  try {
    // Codecs scale by eighths.
    const eighths = Math.ceil(8 * scaleTo(LONG_ENOUGH, shorter, ...sides));
    if (eighths > SMALL) return;
    const [desiredWidth, desiredHeight] = sides.map((side) => Math.ceil((side * eighths) / 8));
    const data = await dataOf();
    decoder = new ImageDecoder({ type: "image/jpeg", data, transfer: [data], desiredWidth, desiredHeight });
    return (await decoder.decode()).image;
  } catch {
    // None that this can read: it is tried whole.
  } finally {
    decoder?.close();
  }
}

/**
 * Width and height of a JPEG as cameras and browsers write it, in one scan up to the mark of its end, where every browser knows
 * which way up it is. Nothing where it is another file, or may lack a part: it wants a closer look.
 */
function sidesOfPlainJpeg(bytes) {
  const view = new DataView(bytes.buffer);
  let sides;
  let app1s = 0;
  try {
    for (let at = 2; view.getUint16(0) === 0xffd8 && bytes[at] === 0xff; ) {
      const marker = bytes[at + 1];
      const start = at;
      at += 2 + view.getUint16(at + 2);
      // Baseline. EXIF comes before what else stands in segments of its kind, and once.
      if (marker === 0xc0 || marker === 0xc1) sides = [view.getUint16(start + 7), view.getUint16(start + 5)];
      if (marker === 0xe1 && app1s++ && view.getUint32(start + 4) === 0x45786966) return;
      if (marker !== 0xda) continue;
      const scan = at;
      while ((at = bytes.indexOf(0xff, at)) > 0 && (bytes[at + 1] === 0 || (bytes[at + 1] & 0xf8) === 0xd0)) at += 2;
      if (bytes[at + 1] !== 0xd9) return;
      // Sixteen zeros do not come about by themselves in the pixels of a photo.
      const words = new Uint32Array(bytes.buffer, 0, at >> 2);
      for (let word = (scan >> 2) + 1; word < words.length; word += 4) {
        if (!(words[word] | words[word + 1] | words[word + 2] | words[word + 3])) return;
      }
      return sides;
    }
  } catch {
    // It ends before it says so.
  }
}

/**
 * Whether the codec may have made up for what is missing. In place of blocks that are not there stand see-through pixels, or a
 * corner of one colour.
 */
function isDoubtful(photo) {
  const context = new OffscreenCanvas(CORNER, CORNER).getContext("2d");
  const { width, height } = sizeOf(photo);
  return [0, 1, 2, 3].some((corner) => {
    context.clearRect(0, 0, CORNER, CORNER);
    context.drawImage(photo, corner & 1 ? CORNER - width : 0, corner & 2 ? CORNER - height : 0);
    const pixels = new Uint32Array(context.getImageData(0, 0, CORNER, CORNER).data.buffer);
    return pixels.every((pixel) => pixel === pixels[0]) || pixels.some((pixel) => pixel >>> 24 < 255);
  });
}

/** A canvas with the photo as it is sent, if there can be one. */
const lay = (photo, shorter, found) =>
  firstOf(
    () => !found?.isTurned && layAsItIs(photo, shorter),
    () => draw(photo, LONGER_SIDE, shorter, found),
    () => draw(photo, SMALLER_SIDE, shorter, found),
  );

/** What a codec gave as the print will be is not drawn once more: that takes a third as long as decoding it. */
async function layAsItIs(photo, shorter) {
  const { rotation, flip, colorSpace } = photo;
  const { width, height } = sizeOf(photo);
  const isUpright = rotation === 0 && !flip;
  // Other colours would go along, with a profile that says so, and whoever leaves that out sees the wrong ones.
  const isPlain = colorSpace?.primaries === "bt709" && colorSpace.transfer === "iec61966-2-1";
  if (!isUpright || !isPlain || scaleTo(LONGER_SIDE, shorter, width, height) < 1) return;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(await createImageBitmap(photo));
  return canvas;
}

const encode = (canvas) => canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });

function makeSmaller(canvas, shorter) {
  const smaller = draw(canvas, SMALLER_SIDE, shorter);
  empty(canvas);
  return smaller;
}

/** Phones have little canvas memory, and give it back only when told; what was handed over, only when something else is. */
function empty(canvas) {
  canvas.width = canvas.height = 1;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(null);
}

/** What the first of these ways gives that gives something. */
async function firstOf(...ways) {
  for (const way of ways) {
    try {
      const found = await way();
      if (found) return found;
    } catch {
      // The next may do.
    }
  }
}

/** The size of a picture that stands upright; where it lies on its side, turned. */
function sizeOf(picture, found) {
  const [width, height] = [picture.displayWidth ?? picture.width, picture.displayHeight ?? picture.height];
  return found?.isOnItsSide ? { width: height, height: width } : { width, height };
}

/** How much smaller its longer side makes a picture, unless its shorter side becomes too short. */
const scaleTo = (longer, shorter, ...sides) =>
  Math.min(1, Math.max(longer / Math.max(...sides), shorter / Math.min(...sides)));

/** Draws `picture` so that its longer side is at most `longer`, as long as the other one keeps `shorter`. */
function draw(picture, longer, shorter = 0, found) {
  const size = sizeOf(picture, found);
  const scale = scaleTo(longer, shorter, size.width, size.height);
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  context.imageSmoothingQuality = "high";
  // JPEG knows no transparency: what was see-through becomes white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  if (found) found.draw(context, picture, width, height);
  else context.drawImage(picture, 0, 0, width, height);
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
export function givesBackWhatIsDrawn() {
  const context = new OffscreenCanvas(2, 2).getContext("2d", { alpha: false });
  context.fillStyle = "#777";
  context.fillRect(0, 0, 2, 2);
  return context.getImageData(0, 0, 2, 2).data.every((value, n) => n % 4 === 3 || Math.abs(value - 0x77) < 9);
}

/** What the barcodes on `photo` say: nothing where the browser cannot read them, or not soon. */
async function readCodes(photo) {
  const read = async () => {
    const formats = (await BarcodeDetector.getSupportedFormats()).filter((format) => CODES.includes(format));
    return (await new BarcodeDetector({ formats }).detect(photo)).map(({ rawValue }) => rawValue);
  };
  return within(read(), CODES_WAIT).catch(() => []);
}
