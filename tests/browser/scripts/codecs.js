/** Codecs, canvases, readers of barcodes and files that may fail. */

import { put, replace } from "./stubs.js";

/**
 * A reader of barcodes as browsers may have one: see `codec.rs`. Returns the function that removes it.
 *
 * @param {string} what
 */
export function codeReader(what) {
  const codes = what.startsWith("finds ") ? what.split(" ").slice(1).filter(Boolean) : ["3SABCD1234567"];
  class BarcodeDetector {
    static async getSupportedFormats() {
      if (what === "does not say its formats") return new Promise(() => {});
      return what === "knows no format" ? [] : ["aztec", "code_128", "qr_code"];
    }
    /** @param {{ formats: string[] }} options */
    constructor({ formats }) {
      // As the Shape Detection API says: no formats, or one that is not known, is a TypeError.
      if (!formats.length || formats.includes("aztec") || what === "throws") throw new TypeError(formats.join());
    }
    /** @param {ImageBitmap} picture */
    async detect(picture) {
      if (what === "finds no end") return new Promise(() => {});
      if (what === "rejects" || !(picture.width > 0)) throw new DOMException("no service", "NotSupportedError");
      return codes.map((rawValue) => ({ rawValue, format: "code_128" }));
    }
  }
  return put(globalThis, "BarcodeDetector", BarcodeDetector);
}

/**
 * A codec that scales, and may fail: see `pictures.rs`. Returns a function that undoes the stubs, and counts the decoders and
 * frames that were opened and closed.
 *
 * @param {string} how "works", "rejects" or "throws".
 */
export function watchedDecoder(how) {
  const Real = ImageDecoder;
  const { close } = VideoFrame.prototype;
  let [opened, closed] = [0, 0];
  class Watched {
    /** @param {ImageDecoderInit} init */
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
  /** @this {VideoFrame} */
  const counted = function () {
    close.call(this);
    closed++;
  };
  const putBack = put(VideoFrame.prototype, "close", counted);
  return () => {
    putBack();
    takeAway();
    return [opened, closed];
  };
}

/** Counts how often a frame is copied whole, by drawing it or by making a bitmap of it. Returns a function that stops and counts. */
export function countFrameCopies() {
  let copies = 0;
  /** @param {unknown} picture */
  const note = (picture) => (copies += Number(picture instanceof VideoFrame));
  const { drawImage } = OffscreenCanvasRenderingContext2D.prototype;
  const makeBitmap = createImageBitmap;
  /** @this {OffscreenCanvasRenderingContext2D} @param {any[]} parts */
  const drawing = function (...parts) {
    note(parts[0]);
    return Reflect.apply(drawImage, this, parts);
  };
  /** @param {any[]} parts */
  const making = (...parts) => {
    note(parts[0]);
    return Reflect.apply(makeBitmap, globalThis, parts);
  };
  const putBack = [
    put(OffscreenCanvasRenderingContext2D.prototype, "drawImage", drawing),
    put(globalThis, "createImageBitmap", making),
  ];
  return () => {
    putBack.forEach((step) => step());
    return copies;
  };
}

/**
 * Canvases that fail: see `pictures.rs`. Returns the function that undoes it.
 *
 * @param {string} how "make noise", "fail above 1280" or "fail".
 */
export function bentCanvas(how) {
  if (how === "make noise") {
    const context = OffscreenCanvasRenderingContext2D.prototype;
    const { getImageData } = context;
    /** @type {(this: OffscreenCanvasRenderingContext2D, ...where: [number, number, number, number]) => ImageData} */
    const noisy = function (...where) {
      const pixels = getImageData.apply(this, where);
      pixels.data.forEach((_, n) => (pixels.data[n] = (n * 89) % 256));
      return pixels;
    };
    return put(context, "getImageData", noisy);
  }
  const { convertToBlob } = OffscreenCanvas.prototype;
  /** @type {(this: OffscreenCanvas, options?: ImageEncodeOptions) => Promise<Blob>} */
  const failing = async function (options) {
    if (how === "fail" || this.width > 1280 || this.height > 1280) throw new DOMException("too large", "EncodingError");
    return convertToBlob.call(this, options);
  };
  return put(OffscreenCanvas.prototype, "convertToBlob", failing);
}

/**
 * A file called `name` on a disk where something happens to it. Chromium says of a deleted file that it "looks empty". Returns a
 * function that counts the bytes of it that were read on the page.
 *
 * @param {string} how "there", "gone", "looks empty" or "never comes".
 * @param {string} name
 */
export function fileThatIs(how, name) {
  const { slice, arrayBuffer } = Blob.prototype;
  const parts = new WeakSet();
  let bytes = 0;
  /** @type {(this: Blob & { name?: string }, ...range: [number?, number?]) => Blob} */
  const sliced = function (...range) {
    const part = slice.apply(this, range);
    if (this.name === name) parts.add(part);
    return part;
  };
  /** @type {(this: Blob & { name?: string }) => Promise<ArrayBuffer>} */
  const read = async function () {
    if (this.name !== name && !parts.has(this)) return arrayBuffer.call(this);
    if (how === "never comes") return new Promise(() => {});
    if (how === "looks empty" && parts.has(this)) return new ArrayBuffer(0);
    if (how !== "there") throw new DOMException("gone", "NotFoundError");
    bytes += this.size;
    return arrayBuffer.call(this);
  };
  replace(Blob.prototype, "slice", sliced);
  replace(Blob.prototype, "arrayBuffer", read);
  return () => bytes;
}

/** A codec that gives a transparent picture for every file, as WebKit's does for a file that it cannot read. Returns the undo. */
export function blankCodec() {
  return put(globalThis, "createImageBitmap", async () => new OffscreenCanvas(800, 600).transferToImageBitmap());
}
