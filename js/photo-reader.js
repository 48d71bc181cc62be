/**
 * Reads picture files byte by byte, for three things that browsers' codecs omit or do differently: whether the file is complete,
 * the orientation of its picture, and its colour profile. Also removes metadata, for browsers whose canvas cannot encode a new file.
 *
 * Loaded only for files other than plain JPEG, and in browsers that add noise to canvases.
 */

import { text } from "./photo-reader/bytes.js";
import { readJpeg } from "./photo-reader/jpeg.js";
import { Picture } from "./photo-reader/picture.js";
import { isPng, readPng } from "./photo-reader/png.js";
import { readWebp } from "./photo-reader/webp.js";

export { Scans } from "./photo-reader/scans.js";

/**
 * Returns the picture in a file. The codec decides about file types that are unknown here.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes Modified to hide some metadata from the codec.
 * @returns {Promise<Picture>} Rejects if the file is incomplete.
 */
export async function read(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  if (isPng(bytes)) return readPng(bytes);
  if (text(bytes, 0) === "RIFF" && text(bytes, 8) === "WEBP") return readWebp(bytes);
  return new Picture({ parts: [bytes] });
}
