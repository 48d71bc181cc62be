/**
 * What the report and the page around it must not do to each other: keys that set off the page's shortcuts, a second press
 * that meets a control of the next page, a header in front of what has the focus.
 */

export { pageHistory } from "./page-history.js";

/** Keys that type nothing: the page's dialogs close on one, and keep the focus by another. */
const FOR_PAGE = /^(Escape|Tab|F\d|Shift|Control|Alt|Meta)/;

/** Whether a key writes or moves in a text: all but those, and letters with Ctrl or Cmd that do not edit. */
const isTyping = ({ key, ctrlKey, metaKey, altKey, isComposing }) =>
  isComposing || !(FOR_PAGE.test(key) || ((ctrlKey || metaKey) && !altKey && /^[^acvxyz]$/i.test(key)));

/** Keeps what is typed and pasted in `container` from listeners of the page, which would take it for shortcuts. */
export function keepInside(container) {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    container.addEventListener(type, (event) => {
      // Files are heard by the report wherever on the page they are pasted.
      const isKept = type.startsWith("key") ? isTyping(event) : !event.clipboardData?.files.length;
      // What the shop has put into a slot is the shop's.
      if (isKept && container.contains(event.target)) event.stopPropagation();
    });
  }
}

/** In ms: the longest that Windows takes for a double click by itself. Nobody sees something new and presses it sooner. */
const REACTION = 500;

/** In px: how far apart two presses of one finger may be. Controls lie further apart. */
const NEARBY = 32;

const controlOf = (element) => element.closest("a, button, input, label, summary, textarea");

/**
 * Takes no press for a control that came under the pointer by the press before it, and keeps what gets the focus from lying
 * behind something of the page, until `signal` says that it is over. Gives what is to be told that another page is shown.
 */
export function guardPresses(root, signal) {
  let shownAt = 0;
  let last = { at: -REACTION };
  let down, isStray;
  const hears = (type, listener) => root.addEventListener(type, listener, { capture: true, signal });
  hears("pointerdown", ({ target, timeStamp: at, x, y }) => {
    down = controlOf(target);
    isStray =
      down !== last.control &&
      at - Math.max(last.at, shownAt) < REACTION &&
      Math.hypot(x - last.x, y - last.y) < NEARBY;
    // Whoever goes on pressing is heard in the end.
    if (!isStray) last = { at, x, y, control: down };
  });
  // It would move the focus.
  hears("mousedown", (event) => isStray && event.preventDefault());
  hears("click", (event) => {
    // Keys and screen readers press without a pointer. A press that began on what is gone was meant for that.
    if (!event.detail || !(isStray || down?.isConnected === false)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  hears("focusin", ({ target, timeStamp }) => {
    // What is in a slot is the page's. What was pressed just now can be seen, and is not to move away under the pointer.
    const isPressed = controlOf(target) === last.control && timeStamp - last.at < REACTION;
    if (isPressed || target.getRootNode() !== root) return;
    requestAnimationFrame(() => {
      bringIntoView(target);
      const topOf = () => target.getBoundingClientRect().top;
      const top = topOf();
      // Headers that hide while one reads on come back gently when the page moves.
      setTimeout(() => root.activeElement === target && topOf() === top && bringIntoView(target), REACTION);
    });
  });
  // What has the focus by now, had it before anybody could look.
  if (root.activeElement) bringIntoView(root.activeElement);
  // As events have it, in browsers without a stopwatch too.
  return () => (shownAt = new Event("shown").timeStamp);
}

/** Brings what has the focus into view, below whatever the page has in front there: WCAG 2.2, 2.4.11. */
function bringIntoView(focused) {
  if (!focused.isConnected) return;
  // A page begins above its heading.
  const shown = focused.localName === "h2" ? focused.closest(".step") : (focused.closest("label") ?? focused);
  const { host } = shown.getRootNode();
  // Where the header comes back because the page moves, it is in front only then.
  for (let tries = 3; tries--; ) {
    const { top, left, width } = shown.getBoundingClientRect();
    const isFree = (y) => host.contains(host.getRootNode().elementFromPoint(left + width / 2, y));
    if (isFree(top + 1) && isFree(focused.getBoundingClientRect().bottom - 1)) return;
    const from = Math.max(top, 0) + 1;
    let y = from;
    // All of it is behind something: a dialog, a curtain. That is for the page to take away.
    while (!isFree(y)) if ((y += 8) > innerHeight) return;
    shown.style.scrollMarginTop = `${parseFloat(getComputedStyle(shown).scrollMarginTop) + y - from}px`;
    shown.scrollIntoView({ block: "start", behavior: "instant" });
  }
}
