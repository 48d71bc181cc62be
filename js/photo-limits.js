/** How photos are scaled and encoded, how many are processed at a time, and how long anything may take. */

/** In px: enough to read a shipping label on a photo of the whole parcel. */
export const LONGER_SIDE = 2048;
/** In px: the second try, where a canvas of that size fails. */
export const SMALLER_SIDE = 1280;
/** In px: a panorama or a long screenshot keeps this much of its shorter side, however long the other becomes. */
export const SHORTER_SIDE = 400;
/** Below it, text on labels frays; above it, bytes grow faster than the visible difference. */
export const QUALITY = 0.85;
/** In px: the least that a scaling codec must give. It has a few sizes to choose from, and 2048 is seldom among them. */
export const LONG_ENOUGH = 1900;
/** JPEG decoders scale by n/8. Above 5/8 it costs as much as decoding in full. */
export const MOST_EIGHTHS = 5;
/** In px: twice the size on the page, for dense screens; and enough to judge sharpness and light. */
export const THUMBNAIL_SIDE = 320;
/** In px: the side of the square that is checked in each corner. */
export const CORNER = 4;
/** In ms: reading codes is a courtesy, and no photo waits for it longer. */
export const CODES_WAIT = 2000;
/** In ms: the reader is 5 kB. Where it has not come by then, the codec decides without it. */
export const READER_WAIT = 20_000;
/** One worker is slower for a batch than the page itself. More than two need too much memory of a phone. */
export const WORKERS = 2;
/** In GiB: a phone with no more gets one worker, and so does a touch device that does not say how much it has. */
export const LITTLE_MEMORY = 2;
/** How many previewed photos, 12 MB each, may wait in a worker before it makes one of them for sending. */
export const PREVIEWS_AHEAD = 3;
/** In bytes: larger files are processed alone. 48 megapixels are 10 MB and more as JPEG, and 192 MB decoded. */
export const LARGE_FILE = 8 << 20;
/** In ms: how long a worker may take to start. In a tunnel its script never comes. */
export const START_WAIT = 3000;
/** In ms: the slowest phone needs some seconds for a photo. A worker that takes longer has died without an event. */
export const WORKER_WAIT = 60_000;
