/** The way up of a picture, as EXIF has it (Exif 2.32, 4.6.4). The rest of EXIF is metadata, and is removed. */

import { ascii, startsWith, view } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

/** How many orientations there are. */
const ORIENTATIONS = 8;

/**
 * The orientation in the first image file directory, from 1 to 8; 1 where it has none.
 *
 * @param {Bytes} exif
 * @returns {number}
 */
export function orientationIn(exif) {
  try {
    const tiff = view(startsWith(exif, "Exif\0\0") ? exif.subarray(6) : exif);
    const isLittle = tiff.getUint16(0) === 0x4949;
    if (tiff.getUint16(2, isLittle) !== 42) return 1;
    const ifd = tiff.getUint32(4, isLittle);
    for (let entry = ifd + 2, n = tiff.getUint16(ifd, isLittle); n--; entry += 12) {
      if (tiff.getUint16(entry, isLittle) !== 0x112) continue;
      const isShort = tiff.getUint16(entry + 2, isLittle) === 3 && tiff.getUint32(entry + 4, isLittle) === 1;
      const value = tiff.getUint16(entry + 8, isLittle);
      return isShort && value > 0 && value <= ORIENTATIONS ? value : 1;
    }
  } catch {
    // The segment ends before its entry.
  }
  return 1;
}

/**
 * An EXIF with the orientation alone.
 *
 * @param {number} orientation
 */
export const exifWith = (orientation) =>
  ascii(`MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`);
