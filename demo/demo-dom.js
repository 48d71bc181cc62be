// Elements of the demo page: by id, by the part of a template, or fresh from a template.

/**
 * An element that the page always has.
 *
 * @param {string} id
 */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * A part of a template that its HTML always has.
 *
 * @param {ParentNode} root
 * @param {string} name
 */
export const part = (root, name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));

/**
 * The content of a template. Imported rather than cloned, so that the widget's class is in place before a script sets anything on
 * its element.
 *
 * @param {string} id
 */
export const fromTemplate = (id) => document.importNode(/** @type {HTMLTemplateElement} */ (byId(id)).content, true);

/**
 * The one element that a template's content has.
 *
 * @param {string} id
 */
export const elementFrom = (id) => /** @type {HTMLElement} */ (fromTemplate(id).firstElementChild);

/**
 * Elements of one kind on the page.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 */
export const all = (selector) => /** @type {NodeListOf<T>} */ (document.querySelectorAll(selector));
