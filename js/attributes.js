/** The attributes of an element, read as the report needs them. */

/**
 * The last order line of each element.
 *
 * @type {WeakMap<Element, string>}
 */
const orderLines = new WeakMap();
/** @param {Element} element */
export const endpointOf = (element) => element.getAttribute("endpoint") || location.origin;
/**
 * The element's order line, or else its last one: no report is without, and a page that renders its HTML again may lose it.
 *
 * @param {Element} element
 */
export const orderLineOf = (element) => {
  const line = element.getAttribute("order-line") ?? orderLines.get(element) ?? "";
  orderLines.set(element, line);
  return line;
};
/** @param {Element} element */
export const addressOf = (element) =>
  `${endpointOf(element).replace(/\/+$/, "")}/order-lines/${encodeURIComponent(orderLineOf(element))}`;

/** @param {Element} element */
export const isDraftOff = (element) => element.getAttribute("draft") === "off";
/**
 * The order line, and how it is reported on: another one is another report.
 *
 * @param {Element} element
 */
export const aboutOf = (element) => [addressOf(element), element.getAttribute("draft")].join();
