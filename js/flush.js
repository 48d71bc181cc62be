/**
 * Whether the report needs no margin of its own: the page behind it has the colour of the report's `step`, and pads its content.
 *
 * @param {Element} host
 * @param {Element} step
 */
export function isFlush(host, step) {
  const paper = getComputedStyle(step).backgroundColor;
  /** @param {Element} element */
  const leftOf = (element) => element.getBoundingClientRect().left;
  for (
    let at = /** @type {Element | undefined} */ (host);
    at && at !== document.body;
    at = at.assignedSlot ?? at.parentElement ?? /** @type {Partial<ShadowRoot>} */ (at.getRootNode()).host
  ) {
    const { background, backgroundColor } = getComputedStyle(at);
    if (!background.startsWith("rgba(0, 0, 0, 0) none"))
      return backgroundColor === paper && leftOf(host) - leftOf(at) >= 8;
  }
  const colours = [document.body, document.documentElement].map((at) => getComputedStyle(at).backgroundColor);
  const behind = colours.find((colour) => colour !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)";
  return behind === paper && leftOf(host) >= 8;
}
