/** JPEG files as most cameras write them: the codec may read them without the reader. */

/**
 * Width and height of a JPEG as cameras and browsers write it: one scan up to the end marker, and an orientation that every
 * browser understands. Gives nothing for any other file, and for one that may lack a part: the reader looks closer.
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {[width: number, height: number] | undefined}
 */
export function sidesOfPlainJpeg(bytes) {
  const view = new DataView(bytes.buffer);
  /** @type {[number, number] | undefined} */
  let sides;
  let app1s = 0;
  try {
    for (let at = 2; view.getUint16(0) === 0xffd8 && bytes[at] === 0xff; ) {
      const marker = bytes[at + 1];
      const start = at;
      at += 2 + view.getUint16(at + 2);
      // Baseline. EXIF comes before other segments of its kind, and once.
      if (marker === 0xc0 || marker === 0xc1) sides = [view.getUint16(start + 7), view.getUint16(start + 5)];
      if (marker === 0xe1 && app1s++ && view.getUint32(start + 4) === 0x45786966) return;
      if (marker !== 0xda) continue;
      const scan = at;
      while ((at = bytes.indexOf(0xff, at)) > 0 && (bytes[at + 1] === 0 || (bytes[at + 1] & 0xf8) === 0xd0)) at += 2;
      if (bytes[at + 1] !== 0xd9) return;
      // No photo has sixteen zeros in a row in its pixels: a full card left them.
      const words = new Uint32Array(bytes.buffer, 0, at >> 2);
      for (let word = (scan >> 2) + 1; word < words.length; word += 4) {
        if (!(words[word] | words[word + 1] | words[word + 2] | words[word + 3])) return;
      }
      return sides;
    }
  } catch {
    // The file ends before its end marker.
  }
}
