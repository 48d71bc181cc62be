/** JPEG files: their segments (ITU-T T.81, annex B). The pixels within are for `scans.js`. */

import { ascii, joined, need, startsWith, view } from "./bytes.js";
import { exifWith, orientationIn } from "./exif.js";
import { cleanProfile } from "./icc.js";
import { Picture } from "./picture.js";
import { Scans } from "./scans.js";

/** @import { Bytes } from "./bytes.js" */

/** In bytes: the part of a colour profile that fits into one segment. */
const PROFILE_PART = 65_000;

/**
 * @param {Bytes} bytes Its EXIF is renamed, so that no codec turns the picture.
 * @returns {Picture}
 */
export function readJpeg(bytes) {
  const all = view(bytes);
  /** @type {Bytes[]} */
  const kept = [];
  /** @type {Bytes[]} */
  const profile = [];
  const scans = new Scans();
  /** @type {number | undefined} */
  let orientation;
  let at = 2;
  let isEnded = false;
  while (at < bytes.length) {
    need(bytes[at] === 0xff);
    const marker = bytes[at + 1];
    if (marker === undefined || marker === 0xff || marker === 1 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += marker === 0xff || marker === undefined ? 1 : 2;
      continue;
    }
    if (marker === 0xd9) {
      isEnded = true;
      break;
    }
    need(at + 4 <= bytes.length && marker !== 0xd8);
    let end = at + 2 + all.getUint16(at + 2);
    need(end >= at + 4 && end <= bytes.length);
    const segment = bytes.subarray(at + 4, end);
    if (marker === 0xe1 && startsWith(segment, "Exif\0\0")) {
      orientation ??= orientationIn(segment);
      // No codec finds it by this name.
      segment[0] = 0;
    } else if (marker === 0xe2 && startsWith(segment, "ICC_PROFILE\0")) {
      profile.push(segment.subarray(14));
    } else if (marker === 0xee && startsWith(segment, "Adobe")) {
      kept.push(segmentOf(0xee, segment.subarray(0, 12)));
    } else if (marker === 0xe0 && startsWith(segment, "JFIF")) {
      kept.push(segmentOf(0xe0, ascii("JFIF\0\x01\x01\0\0\x01\0\x01\0\0")));
    } else if (marker < 0xe0 || marker > 0xfe || marker === 0xf0) {
      if (marker === 0xda) end = scans.read(segment, bytes, end);
      else scans.define(marker, segment);
      kept.push(bytes.subarray(at, end));
    }
    at = end;
  }
  need(scans.isComplete(isEnded));
  const end = Uint8Array.of(0xff, 0xd9);
  const clean = () => {
    const about = [];
    if (orientation && orientation > 1) about.push(segmentOf(0xe1, ascii("Exif\0\0"), exifWith(orientation)));
    const colours = joined(cleanProfile(joined(profile)));
    for (let n = 0, from = 0; from < colours.length; from += PROFILE_PART) {
      const which = Uint8Array.of(++n, Math.ceil(colours.length / PROFILE_PART));
      about.push(segmentOf(0xe2, ascii("ICC_PROFILE\0"), which, colours.subarray(from, from + PROFILE_PART)));
    }
    return new Blob([Uint8Array.of(0xff, 0xd8), ...about, ...kept, end], { type: "image/jpeg" });
  };
  const parts = isEnded ? [bytes] : [bytes, end];
  return new Picture({ parts, sides: scans.sides, orientation, isOpaque: true, clean });
}

/**
 * @param {number} marker
 * @param {Bytes[]} parts
 */
function segmentOf(marker, ...parts) {
  const content = joined(parts);
  return joined([Uint8Array.of(0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255), content]);
}
