/** Bytes of a file: read as text and numbers, and put together. */

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * Four bytes as text.
 *
 * @param {Bytes} bytes
 * @param {number} at
 */
export const text = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 4));

/** @param {string} letters */
export const ascii = (letters) => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** @param {Bytes} bytes */
export const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * @param {Bytes} bytes
 * @param {string} letters
 */
export const startsWith = (bytes, letters) => ascii(letters).every((byte, n) => bytes[n] === byte);

/**
 * Throws unless `isSo`.
 *
 * @param {unknown} isSo
 * @returns {asserts isSo}
 */
export function need(isSo) {
  if (!isSo) throw new Error("the file is incomplete");
}

/**
 * @param {Bytes[]} parts
 * @returns {Bytes}
 */
export function joined(parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, 0);
  return whole;
}
