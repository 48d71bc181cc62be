/**
 * Keeps the report and the page around it from disturbing each other: keys that set off the page's shortcuts, a second press
 * that meets a control of the next page, a page header that covers the focus. Brings the style of the report's pages along, since it
 * is loaded before they are shown.
 */

export { reportImports } from "report-glue";
export { draftWrites } from "./draft-writes.js";
export { dataFor } from "./page-data.js";
export { pageHistory } from "./page-history.js";

/** The style sheets that the first page does without: that of the report's pages, and that of the page on paper. */
export const styles = { report: REPORT_STYLE, paper: PAPER_STYLE };

/** Keys that type nothing: the page's dialogs close on one, and keep the focus by another. */
const FOR_PAGE = /^(Escape|Tab|F\d|Shift|Control|Alt|Meta)/;

/**
 * Whether a key writes or moves in a text: every key but these, and but letters with Ctrl or Cmd that do not edit.
 *
 * @param {KeyboardEvent} event
 */
const isTyping = ({ key, ctrlKey, metaKey, altKey, isComposing }) =>
  isComposing || !(FOR_PAGE.test(key) || ((ctrlKey || metaKey) && !altKey && /^[^acvxyz]$/i.test(key)));

/**
 * Keeps typing and pasting in `container` from listeners of the page, which would take it for shortcuts.
 *
 * @param {HTMLElement} container
 */
export function keepInside(container) {
  for (const type of ["keydown", "keypress", "keyup", "input", "copy", "cut", "paste"]) {
    container.addEventListener(type, (event) => {
      // The report takes files wherever on the page they are pasted.
      const isKept = type.startsWith("key")
        ? isTyping(/** @type {KeyboardEvent} */ (event))
        : !(/** @type {Partial<ClipboardEvent>} */ (event).clipboardData?.files.length);
      // The content of a slot is the shop's.
      if (isKept && container.contains(/** @type {Node} */ (event.target))) event.stopPropagation();
    });
  }
}

/** In ms: the longest double click of Windows by default. Nobody sees a new control and presses it sooner. */
const REACTION = 500;

/** In px: how far apart two presses of one finger may be. Controls lie further apart. */
const NEARBY = 32;

/** @typedef {{ at: number, x: number, y: number, control?: Element | null }} Press */

/** @param {Element} element */
const controlOf = (element) => element.closest("a, button, input, label, summary, textarea");

/**
 * Ignores a press on a control that the press before it brought under the pointer, and keeps the focus from being covered by the
 * page.
 *
 * @param {ShadowRoot} root
 * @param {AbortSignal} signal Ends it.
 * @returns {() => unknown} To be called when another page of the report is shown.
 */
export function guardPresses(root, signal) {
  let shownAt = 0;
  let last = /** @type {Press} */ ({ at: -REACTION });
  /** @type {Element | null | undefined} */
  let down;
  let isStray = false;
  /**
   * @template {keyof GlobalEventHandlersEventMap} K
   * @param {K} type
   * @param {(event: GlobalEventHandlersEventMap[K] & { target: HTMLElement }) => void} listener
   */
  const hears = (type, listener) =>
    root.addEventListener(type, /** @type {EventListener} */ (/** @type {unknown} */ (listener)), {
      capture: true,
      signal,
    });
  hears("pointerdown", ({ target, timeStamp: at, x, y }) => {
    down = controlOf(target);
    isStray =
      down !== last.control &&
      at - Math.max(last.at, shownAt) < REACTION &&
      Math.hypot(x - last.x, y - last.y) < NEARBY;
    // After a pause, the next press counts.
    if (!isStray) last = { at, x, y, control: down };
  });
  // It would move the focus.
  hears("mousedown", (event) => isStray && event.preventDefault());
  hears("click", (event) => {
    // Keys and screen readers press without a pointer. A press that began on a removed control was meant for that control.
    if (!event.detail || !(isStray || down?.isConnected === false)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
  hears("focusin", ({ target, timeStamp }) => {
    // The content of a slot is the page's. A pressed control is in view, and must not move away under the pointer.
    const isPressed = controlOf(target) === last.control && timeStamp - last.at < REACTION;
    if (isPressed || target.getRootNode() !== root) return;
    requestAnimationFrame(() => {
      bringIntoView(target);
      const topOf = () => target.getBoundingClientRect().top;
      const top = topOf();
      // A header that hides while the page scrolls down slides back when it scrolls up.
      setTimeout(() => root.activeElement === target && topOf() === top && bringIntoView(target), REACTION);
    });
  });
  // The focus moved before these listeners were there.
  if (root.activeElement) bringIntoView(/** @type {HTMLElement} */ (root.activeElement));
  // An event has the time in browsers without `performance` too.
  return () => (shownAt = new Event("shown").timeStamp);
}

/**
 * Brings the focused element into view, below any header that the page has in front there: WCAG 2.2, 2.4.11.
 *
 * @param {HTMLElement} focused
 */
function bringIntoView(focused) {
  if (!focused.isConnected) return;
  // A page begins above its heading.
  const shown =
    (focused.localName === "h2" ? /** @type {HTMLElement} */ (focused.closest(".step")) : focused.closest("label")) ??
    focused;
  const { host } = /** @type {ShadowRoot} */ (shown.getRootNode());
  // A header that slides back covers the element only after the page has moved.
  for (let tries = 3; tries--; ) {
    const { top, left, width } = shown.getBoundingClientRect();
    const around = /** @type {DocumentOrShadowRoot & Node} */ (host.getRootNode());
    /** @param {number} y */
    const isFree = (y) => host.contains(around.elementFromPoint(left + width / 2, y));
    if (isFree(top + 1) && isFree(focused.getBoundingClientRect().bottom - 1)) return;
    const from = Math.max(top, 0) + 1;
    let y = from;
    // A dialog or a curtain covers all of it: the page takes that away.
    while (!isFree(y)) if ((y += 8) > innerHeight) return;
    shown.style.scrollMarginTop = `${parseFloat(getComputedStyle(shown).scrollMarginTop) + y - from}px`;
    shown.scrollIntoView({ block: "start", behavior: "instant" });
  }
}
