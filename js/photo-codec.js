/**
 * One photo, processed with the browser's own codecs: upright, at most 2048 px, JPEG, without metadata, with a thumbnail, the
 * thumbnail in grey for the advice, and the SHA-256 that names it. `photo-processor.js` decides where and when that happens;
 * `photo-reader.js` reads the files that codecs do not read alike.
 *
 * Whether a photo may be sent, and the advice on it, are decided elsewhere.
 */

import {
  CODES_WAIT,
  CORNER,
  LONGER_SIDE,
  LONG_ENOUGH,
  MOST_EIGHTHS,
  QUALITY,
  READER_WAIT,
  SHORTER_SIDE,
  SMALLER_SIDE,
  THUMBNAIL_SIDE,
} from "./photo-limits.js";
import { sidesOfPlainJpeg } from "./plain-jpeg.js";
import { within } from "./timeout.js";

/** @import { Preview, ProcessedPhoto } from "./types.d.ts" */
/** @import { Picture } from "./photo-reader/picture.js" */

/**
 * The parameters of `previewOf`.
 *
 * @typedef {[file: Blob, wantsCodes: boolean, wantsProcessed: boolean, shorterSide?: number, reader?: string]} PhotoRequest
 */

/**
 * A preview, and the function that makes the photo for sending: it is called once, if `wantsProcessed` was set.
 *
 * @typedef {Preview & { processed: () => Promise<ProcessedPhoto> }} UnfinishedPhoto
 */

/**
 * The reply of a worker. Without an answer, the browser cannot read the photo.
 *
 * @template [T=unknown]
 * @typedef {{ answer?: T }} WorkerReply
 */

/** @typedef {ImageBitmap | VideoFrame | OffscreenCanvas} Decoded */

/** The kinds of barcode on shipping labels. */
const CODES = ["code_128", "itf", "qr_code", "data_matrix"];

/**
 * A preview of a photo, and how to make the photo for sending, which takes half as long again.
 *
 * @param {Blob} file Read here: its bytes never pass through the page.
 * @param {boolean} wantsCodes Whether to read barcodes, where the browser can.
 * @param {boolean} wantsProcessed Whether the photo is to be sent.
 * @param {number} shorterSide In px: what the backend wants of the shorter side at least.
 * @param {string} [reader] The address of `photo-reader.js`; empty where that cannot be had. Undefined on the first try, which
 * rejects every file but a plain JPEG.
 * @returns {Promise<UnfinishedPhoto>} Rejects where the browser cannot read the photo.
 */
export async function previewOf(file, wantsCodes, wantsProcessed, shorterSide = 0, reader) {
  const isTrue = givesBackWhatIsDrawn();
  const isFirst = reader === undefined;
  const shorter = Math.max(SHORTER_SIDE, shorterSide);
  const bytes = new Uint8Array(await file.arrayBuffer());
  /** @type {Picture | undefined} */
  const found = reader ? await (await within(import(reader), READER_WAIT)).read(bytes) : undefined;
  const sides = found ? found.sides : isFirst ? sidesOfPlainJpeg(bytes) : undefined;
  if (isFirst ? !(sides && isTrue) : !(found || isTrue)) throw Error();
  // A canvas with noise would convert the noise.
  if (found && !isTrue) found.convert = undefined;
  // Of the whole photo: after scaling, the bars of a label from afar are too thin.
  const readsCodes = wantsCodes && "BarcodeDetector" in globalThis;
  // Without the name and type that the file claims.
  const whole = found ? found.file : new Blob([file]);
  const data = async () => (found ? whole.arrayBuffer() : bytes.buffer);
  const photo = (sides && !readsCodes && (await decodeSmall(data, sides, shorter))) || (await createImageBitmap(whole));
  const codes = readsCodes ? readCodes(photo) : Promise.resolve([]);
  try {
    if (isTrue && (found ? found.isBlank(photo) : isFirst && (await isDoubtful(photo)))) throw Error();
    const canvas = isTrue && wantsProcessed ? await render(photo, shorter, found) : undefined;
    const small = canvas ? draw(canvas, THUMBNAIL_SIDE) : draw(photo, THUMBNAIL_SIDE, 0, found);
    const luma = isTrue ? grey(small) : new Uint8Array();
    const size = canvas ? sizeOf(canvas) : sizeOf(photo, found);
    const preview = { ...size, luma, lumaWidth: small.width, lumaHeight: small.height };
    const processed = async () => {
      const made = await firstOf(
        () => canvas && encode(canvas),
        () => canvas && encode(makeSmaller(canvas, shorter)),
        // No canvas works: a JPEG, or another type, without its metadata.
        () => found?.clean?.(),
      );
      if (canvas) empty(canvas);
      // Where no way works, its first use throws: then this rejects.
      const jpeg = /** @type {Blob} */ (made);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await jpeg.arrayBuffer()));
      return { jpeg, digest, codes: await codes };
    };
    return { ...preview, thumbnail: small.transferToImageBitmap(), processed };
  } finally {
    // Two decoded photos at a time would be too much memory.
    await codes;
    photo.close();
  }
}

/**
 * A large JPEG, decoded at about the size at which it is sent: a quarter of the memory, and sooner. Gives nothing where the
 * browser has no scaling codec, or where another way must say whether the file can be read.
 *
 * @param {() => Promise<ArrayBuffer>} dataOf
 * @param {[width: number, height: number]} sides
 * @param {number} shorter
 * @returns {Promise<VideoFrame | undefined>}
 */
async function decodeSmall(dataOf, sides, shorter) {
  // A browser that knows how a frame is turned also draws it upright.
  if (!globalThis.ImageDecoder || !("rotation" in VideoFrame.prototype)) return;
  let decoder;
  try {
    const eighths = Math.ceil(8 * scaleTo(LONG_ENOUGH, shorter, ...sides));
    if (eighths > MOST_EIGHTHS) return;
    const [desiredWidth, desiredHeight] = sides.map((side) => Math.ceil((side * eighths) / 8));
    const data = await dataOf();
    decoder = new ImageDecoder({ type: "image/jpeg", data, transfer: [data], desiredWidth, desiredHeight });
    return (await decoder.decode()).image;
  } catch {
    // This decoder cannot read it: the caller decodes the whole.
  } finally {
    decoder?.close();
  }
}

/**
 * Whether the codec may have made up for missing blocks: it fills them with transparent pixels, or a corner of one colour.
 *
 * @param {Decoded} photo
 */
async function isDoubtful(photo) {
  for (const corner of [0, 1, 2, 3]) {
    const pixels = (await copyCorner(photo, corner).catch(() => undefined)) ?? drawCorner(photo, corner);
    if (pixels.every((pixel) => pixel === pixels[0]) || pixels.some((pixel) => pixel >>> 24 < 255)) return true;
  }
  return false;
}

/**
 * The pixels of a corner, read from a frame. To draw a frame copies all of it first, 12 MB for each corner.
 *
 * @param {Decoded} photo
 * @param {number} corner
 * @returns {Promise<Uint32Array | undefined>} Nothing where the frame has no opaque pixels of four bytes.
 */
async function copyCorner(photo, corner) {
  const { format, visibleRect } = /** @type {Partial<VideoFrame>} */ (photo);
  if (!visibleRect || (format !== "BGRX" && format !== "RGBX")) return;
  const { x, y, width, height } = visibleRect;
  const rect = {
    x: corner & 1 ? x + width - CORNER : x,
    y: corner & 2 ? y + height - CORNER : y,
    width: CORNER,
    height: CORNER,
  };
  const pixels = new Uint32Array(CORNER * CORNER);
  await /** @type {VideoFrame} */ (photo).copyTo(pixels, { rect });
  return pixels.map((pixel) => pixel | 0xff000000);
}

/**
 * The pixels of a corner, drawn.
 *
 * @param {Decoded} photo
 * @param {number} corner
 */
function drawCorner(photo, corner) {
  const context = contextOf(new OffscreenCanvas(CORNER, CORNER));
  const { width, height } = sizeOf(photo);
  context.drawImage(photo, corner & 1 ? CORNER - width : 0, corner & 2 ? CORNER - height : 0);
  return new Uint32Array(context.getImageData(0, 0, CORNER, CORNER).data.buffer);
}

/**
 * A canvas with the photo as it is sent, if the browser can make one.
 *
 * @param {ImageBitmap | VideoFrame} photo
 * @param {number} shorter
 * @param {Picture} [found]
 */
const render = (photo, shorter, found) =>
  firstOf(
    () => (found?.isTurned ? undefined : renderAsDecoded(photo, shorter)),
    () => draw(photo, LONGER_SIDE, shorter, found),
    () => draw(photo, SMALLER_SIDE, shorter, found),
  );

/**
 * A photo that was decoded as it is sent is not drawn again: that takes a third as long as decoding it.
 *
 * @param {ImageBitmap | VideoFrame} photo
 * @param {number} shorter
 */
async function renderAsDecoded(photo, shorter) {
  // Of a bitmap each is undefined.
  const { rotation, flip, colorSpace } = /** @type {VideoFrame & { rotation: number, flip: boolean }} */ (photo);
  const { width, height } = sizeOf(photo);
  const isUpright = rotation === 0 && !flip;
  // Other colours would be sent with a profile, and viewers that ignore profiles would show the wrong ones.
  const isPlain = colorSpace?.primaries === "bt709" && colorSpace.transfer === "iec61966-2-1";
  if (!isUpright || !isPlain || scaleTo(LONGER_SIDE, shorter, width, height) < 1) return;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(await createImageBitmap(photo));
  return canvas;
}

/** @param {OffscreenCanvas} canvas */
const encode = (canvas) => canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });

/**
 * @param {OffscreenCanvas} canvas
 * @param {number} shorter
 */
function makeSmaller(canvas, shorter) {
  const smaller = draw(canvas, SMALLER_SIDE, shorter);
  empty(canvas);
  return smaller;
}

/**
 * Frees a canvas's memory, of which phones have little: a canvas gives it back only when told, and a transferred bitmap only
 * when another one takes its place.
 *
 * @param {OffscreenCanvas} canvas
 */
function empty(canvas) {
  canvas.width = canvas.height = 1;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(null);
}

/**
 * The result of the first of these ways that has one and does not throw.
 *
 * @template T
 * @param {Array<() => T | undefined | Promise<T | undefined>>} ways
 * @returns {Promise<T | undefined>}
 */
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

/**
 * The size of a picture when it stands upright.
 *
 * @param {Decoded} picture
 * @param {Picture} [found]
 */
function sizeOf(picture, found) {
  // A bitmap has a width, a frame a width to display.
  const {
    displayWidth,
    displayHeight,
    width = displayWidth,
    height = displayHeight,
  } = /** @type {Partial<ImageBitmap> & VideoFrame} */ (picture);
  return found?.isOnItsSide ? { width: height, height: width } : { width, height };
}

/**
 * By how much to scale a picture to bring its longer side to `longer`, unless its shorter side falls below `shorter`.
 *
 * @param {number} longer
 * @param {number} shorter
 * @param {number[]} sides
 */
const scaleTo = (longer, shorter, ...sides) =>
  Math.min(1, Math.max(longer / Math.max(...sides), shorter / Math.min(...sides)));

/**
 * Draws `picture` with its longer side at most `longer`, as long as the other one keeps `shorter`.
 *
 * @param {Decoded} picture
 * @param {number} longer
 * @param {number} shorter
 * @param {Picture} [found]
 */
function draw(picture, longer, shorter = 0, found) {
  const size = sizeOf(picture, found);
  const scale = scaleTo(longer, shorter, size.width, size.height);
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas, { alpha: false });
  context.imageSmoothingQuality = "high";
  // JPEG knows no transparency: transparent pixels become white, not black.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  if (found) found.draw(context, picture, width, height);
  else context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

/**
 * A byte a pixel, weighted as in Rec. 601, the luma of JPEG.
 *
 * @param {OffscreenCanvas} canvas
 */
function grey(canvas) {
  const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
  const luma = new Uint8Array(data.length / 4);
  for (let n = 0, at = 0; n < luma.length; n++, at += 4) {
    luma[n] = (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
  }
  return luma;
}

/**
 * Browsers that prevent fingerprinting may give back noise, or white, for the pixels that were drawn.
 *
 * @returns {boolean}
 */
export function givesBackWhatIsDrawn() {
  const context = contextOf(new OffscreenCanvas(2, 2), { alpha: false });
  context.fillStyle = "#777";
  context.fillRect(0, 0, 2, 2);
  return context.getImageData(0, 0, 2, 2).data.every((value, n) => n % 4 === 3 || Math.abs(value - 0x77) < 9);
}

/**
 * A canvas's context. Where the browser gives none, its first use throws, which every caller expects.
 *
 * @param {OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 */
const contextOf = (canvas, options) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", options));

/**
 * The barcodes on `photo`, as text: none where the browser cannot read them, or not in time.
 *
 * @param {ImageBitmap | VideoFrame} photo
 * @returns {Promise<string[]>}
 */
async function readCodes(photo) {
  const read = async () => {
    const formats = (await BarcodeDetector.getSupportedFormats()).filter((format) => CODES.includes(format));
    return (await new BarcodeDetector({ formats }).detect(photo)).map(({ rawValue }) => rawValue);
  };
  return within(read(), CODES_WAIT).catch(() => []);
}
