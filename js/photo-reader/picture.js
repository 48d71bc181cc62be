/** A picture without the tags that browsers' codecs heed differently, and how to draw it upright and in its true colours. */

/** @import { Bytes } from "./bytes.js" */

/**
 * @typedef {object} Parts
 * @property {Bytes[]} parts The file for the codec.
 * @property {[width: number, height: number]} [sides] Of a JPEG, as its codec gives it.
 * @property {number} [orientation] By EXIF, 1 to 8.
 * @property {boolean} [isOpaque]
 * @property {Convert} [convert]
 * @property {() => Blob | Promise<Blob>} [clean] Makes the file without its metadata.
 */

/**
 * Converts the pixels of a canvas in place, from the picture's colours to sRGB.
 *
 * @typedef {(pixels: Uint8ClampedArray) => void} Convert
 */

/** Where a picture's own x and y go when it is turned upright, by its orientation (Exif 2.32, 4.6.4). */
const TURNS = [
  [1, 0, 0, 1],
  [-1, 0, 0, 1],
  [-1, 0, 0, -1],
  [1, 0, 0, -1],
  [0, 1, 1, 0],
  [0, 1, -1, 0],
  [0, -1, -1, 0],
  [0, -1, 1, 0],
];

/** In px: the side of the drawing in which `isBlank` looks for pixels. */
const SAMPLE = 32;

export class Picture {
  /** @param {Parts} parts */
  constructor({ parts, sides, orientation = 1, isOpaque = false, convert, clean }) {
    this.file = new Blob(parts);
    this.sides = sides;
    this.isOnItsSide = orientation > 4;
    this.isTurned = orientation > 1 || Boolean(convert);
    /** Set where the codec is not to convert the colours. */
    this.convert = convert;
    this.orientation = orientation;
    this.isOpaque = isOpaque;
    this.clean = clean;
  }

  /**
   * Draws the decoded picture upright, `width` by `height`.
   *
   * @param {OffscreenCanvasRenderingContext2D} context
   * @param {CanvasImageSource} decoded
   * @param {number} width
   * @param {number} height
   */
  draw(context, decoded, width, height) {
    const [a, b, c, d] = TURNS[this.orientation - 1];
    context.setTransform(a, b, c, d, a + c < 0 ? width : 0, b + d < 0 ? height : 0);
    const [across, down] = this.isOnItsSide ? [height, width] : [width, height];
    context.drawImage(decoded, 0, 0, across, down);
    context.resetTransform();
    if (!this.convert) return;
    const pixels = context.getImageData(0, 0, width, height);
    this.convert(pixels.data);
    context.putImageData(pixels, 0, 0);
  }

  /**
   * Whether the decoded picture is empty, or partly so: WebKit gives a transparent picture for a file that it cannot read.
   *
   * @param {CanvasImageSource} decoded
   */
  isBlank(decoded) {
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      new OffscreenCanvas(SAMPLE, SAMPLE).getContext("2d")
    );
    context.imageSmoothingEnabled = false;
    context.drawImage(decoded, 0, 0, SAMPLE, SAMPLE);
    const alphas = context.getImageData(0, 0, SAMPLE, SAMPLE).data.filter((_, n) => n % 4 === 3);
    return this.isOpaque ? alphas.some((alpha) => alpha < 255) : !alphas.some(Boolean);
  }
}
