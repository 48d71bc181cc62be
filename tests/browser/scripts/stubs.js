/** Stubs for functions and properties of the browser. */

/**
 * The steps that undo every stub of `replace`.
 *
 * @type {Array<() => void>}
 */
const undo = [];

/** Undoes every stub of `replace`, the latest first. */
export function asItWas() {
  undo
    .splice(0)
    .reverse()
    .forEach((step) => step());
}

/**
 * Stubs `object[name]` with `value`, until `asItWas`.
 *
 * @param {object} object
 * @param {string} name
 * @param {unknown} value
 */
export function replace(object, name, value) {
  undo.push(put(object, name, value));
}

/**
 * Stubs `owner[name]` with `value`, and returns the function that undoes it.
 *
 * @param {object} owner
 * @param {string} name
 * @param {unknown} value
 */
export function put(owner, name, value) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}
