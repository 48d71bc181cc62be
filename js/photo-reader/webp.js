/** WebP files (RFC 9649): their chunks. */

import { ascii, joined, need, text, view } from "./bytes.js";
import { exifWith, orientationIn } from "./exif.js";
import { cleanProfile, converterOf } from "./icc.js";
import { Picture } from "./picture.js";

/** @import { Bytes } from "./bytes.js" */

/** In bytes: more zeros than these at the end of the pixels are no code. A full card left them. */
const ZEROS = 32;

/** The flags of an extended file (2.7.1) that are used here. */
const HAS_PROFILE = 32;
const HAS_ALPHA = 16;
const HAS_EXIF = 8;

/**
 * @param {Bytes} bytes
 * @returns {Picture}
 */
export function readWebp(bytes) {
  const all = view(bytes);
  const end = 8 + all.getUint32(4, true);
  need(end <= bytes.length);
  need(bytes.subarray(Math.max(0, end - ZEROS), end).some(Boolean));
  const chunks = chunksIn(bytes, 12, end);
  need(chunks.length);
  /** @param {string} kind */
  const contentOf = (kind) => {
    const chunk = chunks.find((chunk) => text(chunk, 0) === kind);
    return chunk?.subarray(8, 8 + view(chunk).getUint32(4, true));
  };
  const isExtended = text(chunks[0], 0) === "VP8X";
  const [exif, profile] = isExtended ? ["EXIF", "ICCP"].map(contentOf) : [];
  const orientation = exif ? orientationIn(exif) : 1;
  const convert = profile && converterOf(profile);
  const frame = contentOf("ANMF");
  const pixels = (frame ? chunksIn(frame, 16, frame.length) : chunks).filter((chunk) =>
    /^(ALPH|VP8[ L])$/.test(text(chunk, 0)),
  );
  const last = pixels.at(-1);
  need(last);
  const isOpaque = text(pixels[0], 0) !== "ALPH" && !(text(last, 0) === "VP8L" && last[12] & 16);
  /** @type {(flags: number, sides: Bytes) => Bytes} */
  const extended = (flags, sides) =>
    riffChunk("VP8X", Uint8Array.of(flags | (isOpaque ? 0 : HAS_ALPHA), 0, 0, 0), sides);
  const clean = () => {
    if (!isExtended) return new Blob([riff(pixels.slice(0, 1))], { type: "image/webp" });
    const colours = joined(profile ? cleanProfile(profile) : []);
    const sides = frame ? frame.subarray(6, 12) : chunks[0].subarray(12, 18);
    const flags = (colours.length && HAS_PROFILE) | (orientation > 1 ? HAS_EXIF : 0);
    const parts = [extended(flags, sides), ...(colours.length ? [riffChunk("ICCP", colours)] : []), ...pixels];
    if (orientation > 1) parts.push(riffChunk("EXIF", exifWith(orientation)));
    return new Blob([riff(parts)], { type: "image/webp" });
  };
  const hidden = ["VP8X", "EXIF", ...(convert ? ["ICCP"] : [])];
  const seen = chunks.filter((chunk) => !hidden.includes(text(chunk, 0)));
  const parts =
    isExtended && (exif || convert) && !frame
      ? [riff([extended(convert || !profile ? 0 : HAS_PROFILE, chunks[0].subarray(12, 18)), ...seen])]
      : [bytes];
  return new Picture({ parts, orientation, isOpaque, convert, clean });
}

/**
 * @param {Bytes} bytes
 * @param {number} from
 * @param {number} end
 */
function chunksIn(bytes, from, end) {
  const chunks = [];
  for (let at = from; at + 8 <= end; ) {
    const next = at + 8 + view(bytes).getUint32(at + 4, true);
    need(next <= end);
    chunks.push(bytes.subarray(at, next + (next < end ? next & 1 : 0)));
    at = next + ((next - at) & 1);
  }
  return chunks;
}

/**
 * @param {string} kind
 * @param {Bytes[]} parts
 */
function riffChunk(kind, ...parts) {
  const content = joined(parts);
  const length = new Uint8Array(Uint32Array.of(content.length).buffer);
  return joined([ascii(kind), length, content, new Uint8Array(content.length & 1)]);
}

/** @param {Bytes[]} chunks */
function riff(chunks) {
  const content = joined([ascii("WEBP"), ...chunks.flatMap((chunk) => [chunk, new Uint8Array(chunk.length & 1)])]);
  return joined([ascii("RIFF"), new Uint8Array(Uint32Array.of(content.length).buffer), content]);
}
