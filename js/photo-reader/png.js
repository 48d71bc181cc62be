/** PNG files (W3C, 3rd edition): their chunks (chapters 5 and 11), and whether all rows of pixels are there. */

import { ascii, joined, need, text, view } from "./bytes.js";
import { exifWith, orientationIn } from "./exif.js";
import { cleanProfile } from "./icc.js";
import { Picture } from "./picture.js";

/** @import { Bytes } from "./bytes.js" */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];

/**
 * The chunks that make the picture, and how many bytes each may have. All others are metadata.
 *
 * @type {Record<string, number>}
 */
const PICTURE_CHUNKS = {
  IHDR: 13,
  PLTE: 768,
  tRNS: 256,
  cHRM: 32,
  gAMA: 4,
  sRGB: 1,
  sBIT: 4,
  cICP: 4,
  IDAT: Infinity,
  IEND: 0,
};

/** An interlaced picture is stored in seven passes over squares of eight pixels: steps across and down, first column and row. */
const INTERLACED = [
  [8, 8, 0, 0],
  [8, 8, 4, 0],
  [4, 8, 0, 4],
  [4, 4, 2, 0],
  [2, 4, 0, 2],
  [2, 2, 1, 0],
  [1, 2, 0, 1],
];

/** In bytes: a colour profile is no larger. */
const MOST_UNPACKED = 1 << 20;

/** @param {Bytes} bytes */
export const isPng = (bytes) => SIGNATURE.every((byte, n) => bytes[n] === byte);

/**
 * @param {Bytes} bytes
 * @returns {Promise<Picture>}
 */
export async function readPng(bytes) {
  const all = view(bytes);
  /** @type {Bytes[][]} */
  const [shown, kept, pixels] = [[], [], []];
  /** @type {Array<Bytes | undefined>} */
  let [exif, profile, header] = [];
  let [isEnded, hasKey] = [false, false];
  for (let at = 8; !isEnded && at < bytes.length; ) {
    need(at + 12 <= bytes.length);
    const end = at + 12 + all.getUint32(at);
    need(end <= bytes.length);
    const kind = text(bytes, at + 4);
    const data = bytes.subarray(at + 8, end - 4);
    const chunk = bytes.subarray(at, end);
    at = end;
    // The names of critical chunks begin with a capital.
    need(kind[0] >= "a" || crc(chunk.subarray(4, -4)) === all.getUint32(end - 4));
    header ??= data;
    isEnded = kind === "IEND";
    hasKey ||= kind === "tRNS";
    if (kind === "IDAT") pixels.push(data);
    if (kind === "eXIf") exif ??= data;
    else shown.push(chunk);
    if (kind === "iCCP") profile ??= data.subarray(data.indexOf(0) + 2);
    if (data.length <= PICTURE_CHUNKS[kind]) kept.push(chunk);
  }
  need(header?.length === 13);
  need((await inflated(pixels)).length >= pixelBytes(header));
  const orientation = exif ? orientationIn(exif) : 1;
  const last = isEnded ? [] : [pngChunk("IEND", new Uint8Array())];
  const clean = async () => {
    const about = orientation > 1 ? [pngChunk("eXIf", exifWith(orientation))] : [];
    const colours = profile && cleanProfile(await unpack(profile));
    // Compressed again where the browser can; else colours are a little off.
    const packed = colours?.length && globalThis.CompressionStream && (await pack(joined(colours)));
    if (packed) about.push(pngChunk("iCCP", ascii("profile\0\0"), packed));
    return new Blob([bytes.subarray(0, 8), kept[0], ...about, ...kept.slice(1), ...last], { type: "image/png" });
  };
  const isOpaque = !hasKey && header[9] < 4;
  return new Picture({ parts: [bytes.subarray(0, 8), ...shown, ...last], orientation, isOpaque, clean });
}

/**
 * How many bytes all rows of pixels have, filter bytes included.
 *
 * @param {Bytes} header
 */
function pixelBytes(header) {
  const [width, height] = [view(header).getUint32(0), view(header).getUint32(4)];
  const bits = header[8] * [1, 0, 3, 1, 2, 0, 4][header[9]];
  const passes = header[12] ? INTERLACED : [[1, 1, 0, 0]];
  const lengths = passes.map(([across, down, left, top]) => {
    const wide = Math.ceil((width - left) / across);
    return wide > 0 ? Math.ceil((height - top) / down) * (1 + Math.ceil((wide * bits) / 8)) : 0;
  });
  return lengths.reduce((sum, length) => sum + length);
}

/**
 * How many bytes `parts` inflate to, and the first megabyte of them. A browser that cannot inflate counts as enough.
 *
 * @param {Bytes[]} parts
 * @returns {Promise<{ length: number, found?: Bytes[] }>}
 */
async function inflated(parts) {
  if (!globalThis.DecompressionStream) return { length: Infinity };
  let length = 0;
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const found = [];
  try {
    for (let next; !(next = await reader.read()).done; length += next.value.length) {
      if (length < MOST_UNPACKED) found.push(next.value);
    }
  } catch {
    // The bytes before the error count.
  }
  return { length, found };
}

/** @param {Bytes} bytes */
const unpack = async (bytes) => joined((await inflated([bytes])).found ?? []);

/** @param {Bytes} bytes */
async function pack(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/**
 * @param {string} kind
 * @param {Bytes[]} parts
 */
function pngChunk(kind, ...parts) {
  const content = joined([ascii(kind), ...parts]);
  /** @param {number} value */
  const number = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  return joined([number(content.length - 4), content, number(crc(content))]);
}

/** @type {Int32Array | undefined} */
let remainders;
/**
 * The checksum of a chunk (annex D).
 *
 * @param {Bytes} bytes
 */
function crc(bytes) {
  remainders ??= Int32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 8; bit--; ) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  let sum = -1;
  for (let n = 0; n < bytes.length; n++) sum = remainders[(sum ^ bytes[n]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}
