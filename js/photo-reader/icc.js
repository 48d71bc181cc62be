/** Colour profiles (ICC.1:2022): how their colours become those of sRGB, and the parts of a profile that say so. */

import { ascii, joined, text, view } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */
/** @import { Convert } from "./picture.js" */

/** The tags that convert colours. The others tell who made what, when and with which device. */
const COLOUR_TAGS = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "wtpt", "chad", "A2B0", "B2A0", "cicp"];
/** From XYZ, as profiles have it, to linear sRGB. */
const TO_SRGB = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427];
/** The bytes of the header that convert colours: version, class and spaces; signature; intent and illuminant. */
const COLOUR_BYTES = [
  [8, 24],
  [36, 40],
  [64, 80],
];

/**
 * The tags of a profile: the name and the data of each. None where it is no profile.
 *
 * @param {Bytes} profile
 * @returns {Array<[name: string, data: Bytes]>}
 */
function tagsOf(profile) {
  try {
    const all = view(profile);
    return Array.from({ length: Math.min(all.getUint32(128), 100) }, (_, n) => {
      const at = 132 + n * 12;
      const from = all.getUint32(at + 4);
      return [text(profile, at), profile.subarray(from, from + all.getUint32(at + 8))];
    });
  } catch {
    return [];
  }
}

/**
 * The parts of a profile that convert colours (chapter 7), without its metadata.
 *
 * @param {Bytes} profile
 * @returns {Bytes[]}
 */
export function cleanProfile(profile) {
  const tags = tagsOf(profile).filter(([name]) => COLOUR_TAGS.includes(name));
  if (!tags.length) return [];
  const header = new Uint8Array(132 + tags.length * 12);
  for (const [from, to] of COLOUR_BYTES) header.set(profile.subarray(from, to), from);
  const table = view(header);
  let at = header.length;
  const parts = tags.map(([name, data], n) => {
    header.set(ascii(name), 132 + n * 12);
    table.setUint32(136 + n * 12, at);
    table.setUint32(140 + n * 12, data.length);
    const padded = joined([data, new Uint8Array(-data.length & 3)]);
    at += padded.length;
    return padded;
  });
  table.setUint32(0, at);
  table.setUint32(128, tags.length);
  return [header, ...parts];
}

/**
 * Converts pixels to sRGB by a profile of matrix and curves: the codecs of some browsers do not, where the file is a WebP. Gives
 * nothing where the profile is of another kind.
 *
 * @param {Bytes} profile
 * @returns {Convert | undefined}
 */
export function converterOf(profile) {
  try {
    const tags = Object.fromEntries(tagsOf(profile));
    if (text(profile, 16) !== "RGB " || tags.A2B0) return;
    /** @type {(data: Bytes, at: number) => number} */
    const fixed = (data, at) => view(data).getInt32(at) / 65536;
    const colorants = ["rXYZ", "gXYZ", "bXYZ"].map((name) => [8, 12, 16].map((at) => fixed(tags[name], at)));
    const curves = ["rTRC", "gTRC", "bTRC"].map((name) =>
      Float32Array.from({ length: 256 }, (_, n) => lightAt(tags[name], n / 255)),
    );
    const matrix = TO_SRGB.flatMap((_, n) =>
      n % 3 ? [] : [0, 1, 2].map((c) => [0, 1, 2].reduce((sum, k) => sum + TO_SRGB[n + k] * colorants[c][k], 0)),
    );
    const levels = Uint8ClampedArray.from({ length: 4096 }, (_, n) => {
      const light = n / 4095;
      return 255 * (light > 0.0031308 ? 1.055 * light ** (1 / 2.4) - 0.055 : 12.92 * light);
    });
    return (data) => {
      for (let at = 0; at < data.length; at += 4) {
        const [r, g, b] = [curves[0][data[at]], curves[1][data[at + 1]], curves[2][data[at + 2]]];
        for (let n = 0; n < 3; n++) {
          const light = matrix[3 * n] * r + matrix[3 * n + 1] * g + matrix[3 * n + 2] * b;
          data[at + n] = levels[Math.max(0, Math.min(4095, Math.round(light * 4095)))];
        }
      }
    };
  } catch {
    // A tag is missing, or cut.
  }
}

/**
 * The light of a level, both from 0 to 1 (10.6 and 10.18).
 *
 * @param {Bytes} tag
 * @param {number} level
 * @returns {number}
 */
function lightAt(tag, level) {
  const all = view(tag);
  if (text(tag, 0) === "curv") {
    const count = all.getUint32(8);
    if (count < 2) return level ** (count ? all.getUint16(12) / 256 : 1);
    const at = level * (count - 1);
    const [low, high] = [Math.floor(at), Math.ceil(at)].map((n) => all.getUint16(12 + 2 * n) / 65535);
    return low + (high - low) * (at % 1);
  }
  const kind = all.getUint16(8);
  const [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: [1, 3, 4, 5, 7][kind] },
    (_, n) => all.getInt32(12 + 4 * n) / 65536,
  );
  if (kind < 3) return (kind && level < -b / a ? 0 : (a * level + b) ** g) + c;
  return level >= d ? (a * level + b) ** g + e : c * level + f;
}
