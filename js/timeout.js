/**
 * The result of `promise`. Rejects with a `TimeoutError` if it takes longer than `ms` milliseconds.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<T>}
 */
export const within = (promise, ms) => {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, ms, new DOMException("", "TimeoutError"));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
