/**
 * Makes photos to pick, and looks at what became of them.
 */

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
  const blob = await canvas.convertToBlob({ type });
  return new Uint8Array(await blob.arrayBuffer());
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

/** Drops `files` on `target`, as a customer does; says whether the page kept the browser from opening them. */
export function drop(target, files) {
  const dropped = new DataTransfer();
  for (const [name, bytes] of files) dropped.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped });
  return !target.dispatchEvent(event);
}

/** Pastes `files` into `target`. */
export function paste(target, files) {
  const pasted = new DataTransfer();
  for (const [name, bytes] of files) pasted.items.add(new File([bytes], name, { type: "image/jpeg" }));
  target.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: pasted }));
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

/** A reader of barcodes as browsers may have one: see `pictures.rs`. */
export function codeReader(what) {
  class BarcodeDetector {
    static async getSupportedFormats() {
      return what === "knows no format" ? [] : ["aztec", "code_128", "qr_code"];
    }
    constructor({ formats }) {
      // As the Shape Detection API says: no formats, or one that is not known, is a TypeError.
      if (!formats.length || formats.includes("aztec") || what === "throws") throw new TypeError(formats.join());
    }
    async detect(picture) {
      if (what === "rejects" || !(picture.width > 0)) throw new DOMException("no service", "NotSupportedError");
      return [{ rawValue: "3SABCD1234567", format: "code_128" }];
    }
  }
  return put(globalThis, "BarcodeDetector", BarcodeDetector);
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
