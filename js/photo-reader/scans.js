/**
 * Whether all of a JPEG's pixels are there, told from its Huffman codes (ITU-T T.81, annexes F and G) without decoding them. Codecs
 * forgive missing pixels: they show grey instead, or white, or the last colours. The backend does the same
 * (`photo/entropy.rs`); both are tested with the same files.
 */

import { need } from "./bytes.js";

/** @import { Bytes } from "./bytes.js" */

/**
 * For each next sixteen bits: the length of the code that they begin with, in the upper byte, and its value in the lower. Zero
 * where no code has these bits.
 *
 * @typedef {Uint16Array} Table
 */

/**
 * @typedef {object} Component
 * @property {number} id
 * @property {number} h Blocks across in one MCU, the smallest coded unit.
 * @property {number} v Blocks down in one MCU.
 * @property {[across: number, down: number]} blocks Of the whole picture.
 * @property {number[]} lacks How many bits each coefficient lacks, once some of it was read; infinite before.
 * @property {Uint8Array} [known] Of a progressive picture: which coefficients are not zero so far.
 */

/**
 * @typedef {object} State
 * @property {number} run How many of the next blocks of a progressive picture have no more coefficients of this band.
 */

/** The scans of a picture, as far as they were read. */
export class Scans {
  /**
   * By class, DC and AC, and by number.
   *
   * @type {[dc: Table[], ac: Table[]]}
   */
  #tables = [[], []];
  /** @type {Component[]} */
  #components = [];
  /**
   * How many MCUs there are, across and down.
   *
   * @type {[across: number, down: number]}
   */
  #mcus = [0, 0];
  #isProgressive = false;
  /** Whether it is coded in a way that is not read here. */
  #isUnknown = false;
  /** After how many MCUs a restart marker comes; 0 where there are none. */
  #restarts = 0;
  /** @type {[width: number, height: number] | undefined} */
  sides;

  /**
   * Reads a segment that defines how the scans after it are coded.
   *
   * @param {number} marker
   * @param {Bytes} segment
   */
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

  /**
   * Whether every coefficient of every block was read. Of an unknown coding it is enough that the file has an end.
   *
   * @param {boolean} isEnded
   */
  isComplete(isEnded) {
    if (this.#isUnknown) return isEnded;
    return this.#components.length > 0 && this.#components.every(({ lacks }) => lacks.every((bits) => bits === 0));
  }

  /** @param {Bytes} segment A frame header (B.2.2). */
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
      lacks: new Array(64).fill(Infinity),
      known: this.#isProgressive ? new Uint8Array(64 * this.#mcus[0] * h * this.#mcus[1] * v) : undefined,
    }));
  }

  /** @param {Bytes} segment Huffman tables (B.2.4.2). */
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

  /**
   * Reads a scan.
   *
   * @param {Bytes} header The segment before it (B.2.3).
   * @param {Bytes} bytes The file.
   * @param {number} at Where the scan's data begins.
   * @returns {number} Where it ends.
   */
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
    /** @param {Table | undefined} table */
    const needed = (table) => {
      need(table);
      return table;
    };
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

/**
 * Reads the coefficients `at` to `last` of a block. In a progressive picture, a run of blocks may have no more of this band.
 *
 * @param {Bits} bits
 * @param {Table} ac
 * @param {Uint8Array} known
 * @param {number} at
 * @param {number} last
 * @param {State} state
 * @param {boolean} isProgressive
 */
function readBlock(bits, ac, known, at, last, state, isProgressive) {
  if (state.run) {
    state.run--;
    return;
  }
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

/**
 * Reads one more bit of each known coefficient, and the coefficients that become known.
 *
 * @param {Bits} bits
 * @param {Table} ac
 * @param {Uint8Array} known
 * @param {number} at
 * @param {number} last
 * @param {State} state
 */
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

/** Entropy-coded data, bit by bit. At its end, and at a marker, it lends zeros, none of which may be used. */
class Bits {
  #bytes;
  #at;
  #held = 0;
  /** How many bits are held. */
  count = 0;
  /** How many of these were lent. */
  lent = 0;

  /**
   * @param {Bytes} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** The next sixteen bits. They stay. */
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

  /**
   * The next bits, at most sixteen.
   *
   * @param {number} count
   */
  take(count) {
    const taken = this.#next() >> (16 - count);
    this.count -= count;
    return taken;
  }

  /**
   * The value of the next code.
   *
   * @param {Table} table
   */
  code(table) {
    const entry = table[this.#next()];
    need(entry);
    this.count -= entry >> 8;
    return entry & 255;
  }

  /** Skips a restart marker, which must come next. */
  restart() {
    const at = this.end();
    need(this.#bytes[at] === 255 && (this.#bytes[at + 1] & 0xf8) === 0xd0);
    this.#at = at + 2;
    this.#held = this.count = this.lent = 0;
  }

  /**
   * Where the next marker is, or the end of the bytes. Cameras leave a few bytes before it. If the last blocks were read from
   * zeros and more zeros follow, the pixels are missing.
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
