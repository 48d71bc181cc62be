/** How long the draft store waits, and how much it does at a time. */

/** In ms: how long storage may take to answer. A damaged profile, or a tab of another version, never does. */
export const ANSWER_WAIT = 3000;
/** In ms: a slow phone needs seconds to write a photo to its disk. A transaction that takes longer has died without an event. */
export const WRITE_WAIT = 10_000;
/** In ms: if a picked photo is processed sooner, the original file is not saved. */
export const PROCESSING_WAIT = 1000;
/** In bytes: photos are read, encrypted and saved in parts of this size, each too small to block the page. */
export const PART = 1 << 18;
/** In ms: how long another tab may take to save its changes before the lock is taken from it. */
export const COURTESY = 1500;
/** In ms: how long a tab that lost the lock waits to get it back. */
export const SHORT_HOLD = 300;
