/** How the report lies in the page around it. */

/**
 * Whether the page has the colour of the report's own `step`, and keeps what is in it off its edge by itself: then a margin
 * within the report would be a second one.
 */
export function isFlush(host, step) {
  const paper = getComputedStyle(step).backgroundColor;
  const leftOf = (element) => element.getBoundingClientRect().left;
  for (let at = host; at && at !== document.body; at = at.assignedSlot ?? at.parentElement ?? at.getRootNode().host) {
    const { background, backgroundColor } = getComputedStyle(at);
    if (!background.startsWith("rgba(0, 0, 0, 0) none"))
      return backgroundColor === paper && leftOf(host) - leftOf(at) >= 8;
  }
  const colours = [document.body, document.documentElement].map((at) => getComputedStyle(at).backgroundColor);
  const behind = colours.find((colour) => colour !== "rgba(0, 0, 0, 0)") ?? "rgb(255, 255, 255)";
  return behind === paper && leftOf(host) >= 8;
}
