/**
 * Reads picture files byte by byte, for what browsers' codecs do not do, or not all alike: whether a file is whole, which way
 * up its picture is and what its colours mean; and leaves out of a file what is no picture, where no canvas can make a new one.
 *
 * Fetched for files that are no plain JPEG, and where canvases make noise. How a JPEG's pixels are counted is at its end.
 *
 * In one file with them: the tests' server answers four modules at a time, and a page that asks for more may wait for ever.
 */

/** In a WebP, more zeros than these at the end of the pixels are no code: a full card left them. */
const ZEROS = 32;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
/** What of a PNG belongs to its picture, and how long it may be. */
const OF_A_PNG = {
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
/** The tags of a profile by which colours are converted; the others tell who made what, when and with which device. */
const OF_A_PROFILE = ["rXYZ", "gXYZ", "bXYZ", "rTRC", "gTRC", "bTRC", "kTRC", "wtpt", "chad", "A2B0", "B2A0", "cicp"];
/** Where a picture's own x and y go when it is turned as its orientation says (Exif 2.32, 4.6.4). */
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
/** From XYZ as profiles have it to linear sRGB. */
const TO_SRGB = [3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415, 0.033454, 0.0719453, -0.2289914, 1.4052427];

/**
 * What is in a file; it throws where that is not whole. What nothing here knows is left to the codec.
 *
 * @param {Uint8Array} bytes changed where the codec is not to see something
 */
export async function read(bytes) {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return readJpeg(bytes);
  if (SIGNATURE.every((byte, n) => bytes[n] === byte)) return readPng(bytes);
  if (text(bytes, 0) === "RIFF" && text(bytes, 8) === "WEBP") return readWebp(bytes);
  return new Picture({ parts: [bytes] });
}

/** A picture as the codec gets it: without what says how to turn it, which the codecs of some browsers heed and others not. */
class Picture {
  constructor({ parts, sides, orientation = 1, isOpaque = false, convert, clean }) {
    this.file = new Blob(parts);
    /** Width and height of a JPEG, as its codec gives it. */
    this.sides = sides;
    this.isOnItsSide = orientation > 4;
    this.isTurned = orientation > 1 || Boolean(convert);
    /** From its colours to those of the web, where the codec is not to do it. */
    this.convert = convert;
    this.orientation = orientation;
    this.isOpaque = isOpaque;
    /** Promises the file without its metadata. */
    this.clean = clean;
  }

  /** Draws what the codec gave, upright, `width` by `height`. */
  draw(context, decoded, width, height) {
    const [a, b, c, d] = TURNS[this.orientation - 1];
    context.setTransform(a, b, c, d, a + c < 0 ? width : 0, b + d < 0 ? height : 0);
    context.drawImage(decoded, 0, 0, ...(this.isOnItsSide ? [height, width] : [width, height]));
    context.resetTransform();
    if (!this.convert) return;
    const pixels = context.getImageData(0, 0, width, height);
    this.convert(pixels.data);
    context.putImageData(pixels, 0, 0);
  }

  /** Whether there is nothing to be seen of it, or not all: WebKit gives for what it cannot read a picture that is see-through. */
  isBlank(decoded) {
    const context = new OffscreenCanvas(32, 32).getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(decoded, 0, 0, 32, 32);
    const alphas = context.getImageData(0, 0, 32, 32).data.filter((_, n) => n % 4 === 3);
    return this.isOpaque ? alphas.some((alpha) => alpha < 255) : !alphas.some(Boolean);
  }
}

const text = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));
const ascii = (letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt());
const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const startsWith = (bytes, letters) => ascii(letters).every((byte, n) => bytes[n] === byte);
const need = (isSo) => {
  if (!isSo) throw new Error("the file is not whole");
};

/** What the first IFD says of the way up; 1 where it says nothing. */
function orientationIn(exif) {
  try {
    const tiff = view(startsWith(exif, "Exif\0\0") ? exif.subarray(6) : exif);
    const isLittle = tiff.getUint16(0) === 0x4949;
    if (tiff.getUint16(2, isLittle) !== 42) return 1;
    const ifd = tiff.getUint32(4, isLittle);
    for (let entry = ifd + 2, n = tiff.getUint16(ifd, isLittle); n--; entry += 12) {
      if (tiff.getUint16(entry, isLittle) !== 0x112) continue;
      const isShort = tiff.getUint16(entry + 2, isLittle) === 3 && tiff.getUint32(entry + 4, isLittle) === 1;
      const value = tiff.getUint16(entry + 8, isLittle);
      return isShort && value > 0 && value <= TURNS.length ? value : 1;
    }
  } catch {
    // It ends before it says so.
  }
  return 1;
}

/** An EXIF that says how to turn the picture and nothing else. */
const exifWith = (orientation) =>
  ascii(`MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`);

/** ITU-T T.81, annex B. */
function readJpeg(bytes) {
  const all = view(bytes);
  const kept = [];
  const profile = [];
  const scans = new Scans();
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
    if (orientation > 1) about.push(segmentOf(0xe1, ascii("Exif\0\0"), exifWith(orientation)));
    const colours = new Uint8Array(joined(cleanProfile(joined(profile))));
    for (let n = 0, from = 0; from < colours.length; from += 65_000) {
      const which = Uint8Array.of(++n, Math.ceil(colours.length / 65_000));
      about.push(segmentOf(0xe2, ascii("ICC_PROFILE\0"), which, colours.subarray(from, from + 65_000)));
    }
    return new Blob([Uint8Array.of(0xff, 0xd8), ...about, ...kept, end], { type: "image/jpeg" });
  };
  return new Picture({
    parts: isEnded ? [bytes] : [bytes, end],
    sides: scans.sides,
    orientation,
    isOpaque: true,
    clean,
  });
}

const segmentOf = (marker, ...parts) => {
  const content = joined(parts);
  return joined([Uint8Array.of(0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255), content]);
};

function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, 0);
  return whole;
}

/** PNG (W3C, 3rd edition), chapters 5 and 11. */
async function readPng(bytes) {
  const all = view(bytes);
  const [shown, kept, pixels] = [[], [], []];
  let [exif, profile, header, isEnded, hasKey] = [];
  for (let at = 8; !isEnded && at < bytes.length; ) {
    need(at + 12 <= bytes.length);
    const end = at + 12 + all.getUint32(at);
    need(end <= bytes.length);
    const kind = text(bytes, at + 4);
    const data = bytes.subarray(at + 8, end - 4);
    const chunk = bytes.subarray(at, end);
    at = end;
    // What is critical has a capital.
    need(kind[0] >= "a" || crc(chunk.subarray(4, -4)) === all.getUint32(end - 4));
    header ??= data;
    isEnded = kind === "IEND";
    hasKey ||= kind === "tRNS";
    if (kind === "IDAT") pixels.push(data);
    if (kind === "eXIf") exif ??= data;
    else shown.push(chunk);
    if (kind === "iCCP") profile ??= data.subarray(data.indexOf(0) + 2);
    if (data.length <= OF_A_PNG[kind]) kept.push(chunk);
  }
  need(header?.length === 13);
  const [width, height] = [view(header).getUint32(0), view(header).getUint32(4)];
  const bits = header[8] * [1, 0, 3, 1, 2, 0, 4][header[9]];
  // Of seven passes over squares of eight, or all at once.
  const passes = header[12]
    ? [
        [8, 8, 0, 0],
        [8, 8, 4, 0],
        [4, 8, 0, 4],
        [4, 4, 2, 0],
        [2, 4, 0, 2],
        [2, 2, 1, 0],
        [1, 2, 0, 1],
      ]
    : [[1, 1, 0, 0]];
  const lengths = passes.map(([across, down, left, top]) => {
    const wide = Math.ceil((width - left) / across);
    return wide > 0 ? Math.ceil((height - top) / down) * (1 + Math.ceil((wide * bits) / 8)) : 0;
  });
  need((await inflated(pixels)).length >= lengths.reduce((sum, length) => sum + length));
  const orientation = exif && orientationIn(exif);
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

/** How much `parts` inflate to, and the first megabyte of it. Where the browser cannot tell, it is taken to be enough. */
async function inflated(parts) {
  if (!globalThis.DecompressionStream) return { length: Infinity };
  let length = 0;
  const reader = new Blob(parts).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const found = [];
  try {
    for (let next; !(next = await reader.read()).done; length += next.value.length) {
      if (length < 1 << 20) found.push(next.value);
    }
  } catch {
    // What came before it counts.
  }
  return { length, found };
}

const unpack = async (bytes) => joined((await inflated([bytes])).found ?? []);

async function pack(bytes) {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function pngChunk(kind, ...parts) {
  const content = joined([ascii(kind), ...parts]);
  const number = (value) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
  return joined([number(content.length - 4), content, number(crc(content))]);
}

let remainders;
function crc(bytes) {
  remainders ??= Int32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 8; bit--; ) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  let sum = -1;
  for (let n = 0; n < bytes.length; n++) sum = remainders[(sum ^ bytes[n]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** RFC 9649. */
function readWebp(bytes) {
  const all = view(bytes);
  const end = 8 + all.getUint32(4, true);
  need(end <= bytes.length);
  need(bytes.subarray(Math.max(0, end - ZEROS), end).some(Boolean));
  const chunks = chunksIn(bytes, 12, end);
  const find = (kind) => chunks.find((chunk) => text(chunk, 0) === kind);
  const content = (chunk) => chunk?.subarray(8, 8 + view(chunk).getUint32(4, true));
  const isExtended = text(chunks[0] ?? [], 0) === "VP8X";
  const [exif, profile] = isExtended ? ["EXIF", "ICCP"].map((kind) => content(find(kind))) : [];
  const orientation = exif && orientationIn(exif);
  const convert = profile && converterOf(profile);
  const frame = content(find("ANMF"));
  const pixels = (frame ? chunksIn(frame, 16, frame.length) : chunks).filter((chunk) =>
    /^(ALPH|VP8[ L])$/.test(text(chunk, 0)),
  );
  need(pixels.length);
  const last = pixels.at(-1);
  const isOpaque = text(pixels[0], 0) !== "ALPH" && !(text(last, 0) === "VP8L" && last[12] & 16);
  const extended = (flags, sides) => riffChunk("VP8X", Uint8Array.of(flags | (isOpaque ? 0 : 16), 0, 0, 0), sides);
  const clean = () => {
    if (!isExtended) return new Blob([riff(pixels.slice(0, 1))], { type: "image/webp" });
    const colours = joined(profile ? cleanProfile(profile) : []);
    const sides = frame ? frame.subarray(6, 12) : chunks[0].subarray(12, 18);
    const flags = (colours.length && 32) | (orientation > 1 && 8);
    const parts = [extended(flags, sides), ...(colours.length ? [riffChunk("ICCP", colours)] : []), ...pixels];
    if (orientation > 1) parts.push(riffChunk("EXIF", exifWith(orientation)));
    return new Blob([riff(parts)], { type: "image/webp" });
  };
  const hidden = ["VP8X", "EXIF", ...(convert ? ["ICCP"] : [])];
  const seen = chunks.filter((chunk) => !hidden.includes(text(chunk, 0)));
  const parts =
    isExtended && (exif || convert) && !frame
      ? [riff([extended(convert || !profile ? 0 : 32, chunks[0].subarray(12, 18)), ...seen])]
      : [bytes];
  return new Picture({ parts, orientation, isOpaque, convert, clean });
}

function chunksIn(bytes, from, end) {
  const chunks = [];
  for (let at = from; at + 8 <= end; ) {
    const next = at + 8 + view(bytes).getUint32(at + 4, true);
    need(next <= end);
    chunks.push(bytes.subarray(at, next + (next & 1 & (next < end))));
    at = next + ((next - at) & 1);
  }
  return chunks;
}

function riffChunk(kind, ...parts) {
  const content = joined(parts);
  const length = new Uint8Array(Uint32Array.of(content.length).buffer);
  return joined([ascii(kind), length, content, new Uint8Array(content.length & 1)]);
}

function riff(chunks) {
  const content = joined([ascii("WEBP"), ...chunks.flatMap((chunk) => [chunk, new Uint8Array(chunk.length & 1)])]);
  return joined([ascii("RIFF"), new Uint8Array(Uint32Array.of(content.length).buffer), content]);
}

/** The tags of a profile: what each is called, and what it says. None where it is no profile. */
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

/** The parts of a profile with nothing in it but how colours are converted (ICC.1:2022, chapter 7). */
function cleanProfile(profile) {
  const tags = tagsOf(profile).filter(([name]) => OF_A_PROFILE.includes(name));
  if (!tags.length) return [];
  const header = new Uint8Array(132 + tags.length * 12);
  // Version, class and spaces, signature, intent and illuminant; not when, by whom, for which device, and its digest.
  for (const [from, to] of [
    [8, 24],
    [36, 40],
    [64, 80],
  ])
    header.set(profile.subarray(from, to), from);
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
 * What converts the pixels of a profile of matrix and curves to sRGB: the codecs of some browsers leave that out where the
 * file is a WebP. Nothing where the profile is of another kind.
 */
function converterOf(profile) {
  try {
    const tags = Object.fromEntries(tagsOf(profile));
    if (text(profile, 16) !== "RGB " || tags.A2B0) return;
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
    // A tag is missing, or is cut.
  }
}

/** How much light a level between 0 and 1 stands for (ICC.1:2022, 10.6 and 10.18). */
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

/**
 * Whether all of a JPEG's pixels are there, told from its Huffman codes (ITU-T T.81, annexes F and G) without making anything
 * of them. Codecs forgive what is missing: they show grey in its place, or white, or the colours that they had last. The
 * backend does the same (`photo/entropy.rs`); both are held against the same files.
 */

/** The scans of a picture, as far as they were read. */
export class Scans {
  #tables = [[], []];
  #components = [];
  #mcus;
  #isProgressive;
  /** Whether it is coded in another way, of which nothing can be said here. */
  #isUnknown = false;
  #restarts = 0;
  /** Width and height. */
  sides;

  /** Takes in a segment that says how what follows is coded. */
  define(marker, segment) {
    if (marker === 0xc4) this.#addTables(segment);
    else if (marker === 0xdd) this.#restarts = (segment[0] << 8) | segment[1];
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc8 && marker !== 0xcc) {
      need(!this.#components.length);
      this.#isProgressive = marker === 0xc2;
      this.#isUnknown = marker > 0xc2 || segment[0] !== 8;
      this.#begin(segment);
    }
  }

  /** Whether every coefficient of every block was read. Where nothing can be said of that, it is enough that there is an end. */
  isComplete(isEnded) {
    if (this.#isUnknown) return isEnded;
    return this.#components.length > 0 && this.#components.every(({ lacks }) => lacks.every((bits) => bits === 0));
  }

  #begin([, y1, y0, x1, x0, count, ...parts]) {
    const [width, height] = [(x1 << 8) | x0, (y1 << 8) | y0];
    this.sides = [width, height];
    need(width && height && parts.length === 3 * count);
    const all = Array.from({ length: count }, (_, n) => [parts[3 * n], parts[3 * n + 1] >> 4, parts[3 * n + 1] & 15]);
    const [across, down] = [1, 2].map((n) => Math.max(...all.map((part) => part[n])));
    need(all.every(([, h, v]) => h && v));
    this.#mcus = [Math.ceil(width / 8 / across), Math.ceil(height / 8 / down)];
    this.#components = all.map(([id, h, v]) => ({
      id,
      h,
      v,
      blocks: [Math.ceil(Math.ceil((width * h) / across) / 8), Math.ceil(Math.ceil((height * v) / down) / 8)],
      // How many bits each coefficient lacks, once some of it was read.
      lacks: new Array(64).fill(Infinity),
      // Which coefficients are not zero so far, of a progressive picture.
      known: this.#isProgressive ? new Uint8Array(64 * this.#mcus[0] * h * this.#mcus[1] * v) : undefined,
    }));
  }

  /** For each code, by the next sixteen bits: how long it is, and what it says. */
  #addTables(segment) {
    for (let at = 0; at < segment.length; ) {
      const which = segment[at];
      const table = new Uint16Array(1 << 16);
      let value = at + 17;
      let from = 0;
      for (let length = 1; length <= 16; length++) {
        for (let n = segment[at + length]; n--; from += 1 << (16 - length)) {
          table.fill((length << 8) | segment[value++], from, from + (1 << (16 - length)));
        }
      }
      need(from <= 1 << 16 && value <= segment.length && which < 32);
      this.#tables[which >> 4][which & 15] = table;
      at = value;
    }
  }

  /** Reads the scan with this header, whose data begins `at`. Gives where it ends. */
  read([count, ...rest], bytes, at) {
    const bits = new Bits(bytes, at);
    if (this.#isUnknown) return bits.end();
    const members = Array.from({ length: count }, (_, n) => {
      const part = this.#components.find(({ id }) => id === rest[2 * n]);
      const tables = rest[2 * n + 1];
      need(part);
      return { part, dc: this.#tables[0][tables >> 4], ac: this.#tables[1][tables & 15] };
    });
    const [first, last, approximation] = this.#isProgressive ? rest.slice(2 * count) : [0, 63, 0];
    const [high, low] = [approximation >> 4, approximation & 15];
    need(count && first <= last && last < 64 && !(this.#isProgressive && !first && last) && !(first && count > 1));
    const [wide, tall] = count > 1 ? this.#mcus : members[0].part.blocks;
    const none = new Uint8Array(64);
    const state = { run: 0 };
    const needed = (table) => table ?? need(false);
    for (let mcu = 0; mcu < wide * tall; mcu++) {
      if (this.#restarts && mcu && mcu % this.#restarts === 0) {
        bits.restart();
        state.run = 0;
      }
      for (const { part, dc, ac } of members) {
        const [h, v] = count > 1 ? [part.h, part.v] : [1, 1];
        for (let block = 0; block < h * v; block++) {
          const [x, y] = [(mcu % wide) * h + (block % h), Math.floor(mcu / wide) * v + Math.floor(block / h)];
          const place = 64 * (y * this.#mcus[0] * part.h + x);
          const known = part.known?.subarray(place, place + 64) ?? none;
          if (!first) {
            if (high) bits.take(1);
            else bits.take(bits.code(needed(dc)));
          }
          if (!last) continue;
          const from = first || 1;
          if (high) refineBlock(bits, needed(ac), known, from, last, state);
          else readBlock(bits, needed(ac), known, from, last, state, this.#isProgressive);
        }
      }
      need(bits.lent <= bits.count);
    }
    for (const { part } of members) part.lacks.fill(low, first, last + 1);
    return bits.end();
  }
}

/** Reads the coefficients of a block; in a progressive picture, a run of blocks may have nothing more of this band. */
function readBlock(bits, ac, known, at, last, state, isProgressive) {
  if (state.run) return state.run--;
  while (at <= last) {
    const code = bits.code(ac);
    const [zeros, size] = [code >> 4, code & 15];
    if (size) {
      bits.take(size);
      at += zeros;
      need(at < 64);
      known[at++] = 1;
    } else if (zeros === 15) at += 16;
    else {
      if (isProgressive) state.run = (1 << zeros) - 1 + bits.take(zeros);
      return;
    }
  }
}

/** Reads a bit more of what is known, and what becomes known by it. */
function refineBlock(bits, ac, known, at, last, state) {
  while (at <= last && !state.run) {
    const code = bits.code(ac);
    let zeros = code >> 4;
    const size = code & 15;
    if (size) bits.take(1);
    else if (zeros < 15) {
      state.run = (1 << zeros) + bits.take(zeros);
      break;
    }
    for (; at <= last; at++) {
      if (known[at]) bits.take(1);
      else if (!zeros--) break;
    }
    if (size && at <= last) known[at] = 1;
    at++;
  }
  if (!state.run) return;
  for (; at <= last; at++) if (known[at]) bits.take(1);
  state.run--;
}

/** Entropy-coded data, bit by bit. At its end, and at a marker, it lends zeros, of which nothing may be used. */
class Bits {
  #bytes;
  #at;
  #held = 0;
  count = 0;
  lent = 0;

  constructor(bytes, at) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The next sixteen bits, which are not taken. */
  #next() {
    while (this.count < 16) {
      let byte = this.#bytes[this.#at];
      if (byte === undefined || (byte === 255 && this.#bytes[this.#at + 1] !== 0)) {
        byte = 0;
        this.lent += 8;
      } else this.#at += byte === 255 ? 2 : 1;
      this.#held = ((this.#held << 8) | byte) & 0xffffff;
      this.count += 8;
    }
    return (this.#held >> (this.count - 16)) & 0xffff;
  }

  take(count) {
    const taken = this.#next() >> (16 - count);
    this.count -= count;
    return taken;
  }

  code(table) {
    const entry = table[this.#next()];
    need(entry);
    this.count -= entry >> 8;
    return entry & 255;
  }

  /** Goes on behind a restart marker, which must come next. */
  restart() {
    const at = this.end();
    need(this.#bytes[at] === 255 && (this.#bytes[at + 1] & 0xf8) === 0xd0);
    this.#at = at + 2;
    this.#held = this.count = this.lent = 0;
  }

  /**
   * Where the next marker stands, or the end of the bytes. Cameras leave a few bytes before it; where the last blocks were read
   * from zeros and more of them follow, there was no picture.
   */
  end() {
    const used = this.#at - Math.floor(Math.max(0, this.count - this.lent) / 8);
    let at = this.#at;
    while ((at = this.#bytes.indexOf(255, at)) >= 0 && this.#bytes[at + 1] === 0) at += 2;
    if (at < 0) at = this.#bytes.length;
    need(at === used || this.#bytes.subarray(Math.max(0, used - 8), at).some(Boolean));
    return at;
  }
}
