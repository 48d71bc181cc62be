/**
 * Reads picture files byte by byte, for the work that browsers' codecs leave out or do differently from each other: whether the
 * file is complete, which way up its picture is, and its colours. Also removes the metadata where no canvas can make a new file.
 *
 * Fetched for files that are no plain JPEG, and where canvases make noise.
 */

import { text } from "./photo-reader/bytes.js";
import { readJpeg } from "./photo-reader/jpeg.js";
import { Picture } from "./photo-reader/picture.js";
import { isPng, readPng } from "./photo-reader/png.js";
import { readWebp } from "./photo-reader/webp.js";

export { Scans } from "./photo-reader/scans.js";

/**
 * The picture in a file. A type that is unknown here is left to the codec.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes Changed where the codec is not to see something.
 * @returns {Promise<Picture>} Rejects where the file is incomplete.
 */
export async function read(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  if (isPng(bytes)) return readPng(bytes);
  if (text(bytes, 0) === "RIFF" && text(bytes, 8) === "WEBP") return readWebp(bytes);
  return new Picture({ parts: [bytes] });
}
