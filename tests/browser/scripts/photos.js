/** Photos to pick, and a look at the result. */

import { replace } from "./stubs.js";

/** @import { PendingPhoto } from "../../../js/types.d.ts" */

/** The four quarters of every picture made here, in reading order. */
const QUARTERS = { red: [220, 30, 30], green: [30, 160, 60], blue: [40, 60, 200], yellow: [230, 210, 40] };

/**
 * @param {OffscreenCanvas} canvas
 * @param {CanvasRenderingContext2DSettings} [options]
 */
const contextOf = (canvas, options) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d", options));

/**
 * A picture of four coloured quarters and a mark that sets picture `n` apart.
 *
 * @param {number} width
 * @param {number} height
 * @param {string} type The media type.
 * @param {number} n
 */
export async function picture(width, height, type, n) {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
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

/**
 * A photo of noise alone, which no codec makes small.
 *
 * @param {number} width
 * @param {number} height
 */
export async function noise(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const pixels = new ImageData(width, height);
  // The same each time.
  pixels.data.forEach((_, n) => (pixels.data[n] = n % 4 === 3 ? 255 : ((n * n * 31 + n * 7919) >>> 5) & 255));
  contextOf(canvas).putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 1 });
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * A photo of one colour as cameras with more colours than sRGB write it, and that colour in sRGB.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Promise<[jpeg: Uint8Array, ...rgb: number[]]>}
 */
export async function colourful(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas, { colorSpace: "display-p3" });
  context.fillStyle = "color(display-p3 0.8 0.4 0.2)";
  context.fillRect(0, 0, width, height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
  const pixel = context.getImageData(0, 0, 1, 1, { colorSpace: "srgb" }).data;
  return [new Uint8Array(await blob.arrayBuffer()), ...pixel.subarray(0, 3)];
}

/**
 * The first pixel of `jpeg` for a viewer that ignores its profile.
 *
 * @param {Blob} jpeg
 */
export async function barePixel(jpeg) {
  const bitmap = await createImageBitmap(jpeg, { colorSpaceConversion: "none" });
  const context = contextOf(new OffscreenCanvas(1, 1));
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
}

/**
 * The preview of a photo, and the photo as it is sent, in one.
 *
 * @param {Promise<PendingPhoto>} pending
 */
export async function withProcessed(pending) {
  return { ...(await pending), ...(await (await pending).processed) };
}

/**
 * The order in which previews and photos for sending are ready: "seen 2", "sent 0".
 *
 * @param {Array<Promise<PendingPhoto>>} pending
 * @returns {Promise<string[]>}
 */
export async function orderOf(pending) {
  /** @type {string[]} */
  const came = [];
  /** @type {(photo: Promise<PendingPhoto>, n: number) => Promise<void>} */
  const follow = async (photo, n) => {
    const { processed } = await photo;
    came.push(`seen ${n}`);
    await processed;
    came.push(`sent ${n}`);
  };
  await Promise.all(pending.map(follow));
  return came;
}

/**
 * The size of `jpeg`, and the colour in the middle of each quarter, in reading order.
 *
 * @param {Blob} jpeg
 */
export async function look(jpeg) {
  // As stored, without its orientation.
  const bitmap = await createImageBitmap(jpeg, { imageOrientation: "none" });
  const { width, height } = bitmap;
  const context = contextOf(new OffscreenCanvas(width, height));
  context.drawImage(bitmap, 0, 0);
  /** @type {(x: number, y: number) => string} */
  const named = (x, y) => {
    const [r, g, b] = context.getImageData(x, y, 1, 1).data;
    /** @type {(quarter: [string, number[]]) => number} */
    const off = ([, [or, og, ob]]) => Math.abs(r - or) + Math.abs(g - og) + Math.abs(b - ob);
    return Object.entries(QUARTERS).sort((one, other) => off(one) - off(other))[0][0];
  };
  const [left, right, top, bottom] = [width / 4, (width * 3) / 4, height / 4, (height * 3) / 4].map(Math.floor);
  return [`${width}x${height}`, named(left, top), named(right, top), named(left, bottom), named(right, bottom)];
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** @typedef {Array<[name: string, bytes: Uint8Array<ArrayBuffer>]>} Files */

/**
 * Picks `files` in `input`, as a customer does.
 *
 * @param {HTMLElement} input
 * @param {Files} files
 */
export function pick(input, files) {
  const picked = new DataTransfer();
  for (const [name, bytes] of files) picked.items.add(new File([bytes], name, { type: "image/jpeg" }));
  Object.assign(input, { files: picked.files });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Has the customer drop or paste on `target`. Returns whether the page prevented the browser's own action.
 *
 * @param {string} how "drop" or "paste".
 * @param {HTMLElement} target
 * @param {Files} files
 * @param {Array<[kind: string, text: string]>} texts
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

/** Returns a function that counts the bitmaps that were closed since. */
export function countClosedBitmaps() {
  let count = 0;
  const { close } = ImageBitmap.prototype;
  /** @this {ImageBitmap} */
  const counted = function () {
    count++;
    close.call(this);
  };
  replace(ImageBitmap.prototype, "close", counted);
  return () => count;
}

/** Returns a function that counts the pictures that were decoded on the page since. */
export function countDecoded() {
  let count = 0;
  const real = createImageBitmap;
  /** @param {[ImageBitmapSource, ImageBitmapOptions?]} picture */
  const counted = (...picture) => {
    count++;
    return real(...picture);
  };
  replace(globalThis, "createImageBitmap", counted);
  return () => count;
}
