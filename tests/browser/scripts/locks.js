/** Locks of other tabs, and locks that are lost. */

import { put } from "./stubs.js";

/**
 * A tab that has the lock of the draft `line`, and hears no message any more.
 *
 * @param {string} line
 * @returns {Promise<void>}
 */
export function freezeTab(line) {
  return new Promise((resolve) => {
    const frozen = navigator.locks.request(line, () => new Promise(() => resolve()));
    // Another tab steals the lock in the end.
    frozen.catch(() => {});
  });
}

/**
 * Steals the lock of the draft `line`, and releases it at once.
 *
 * @param {string} line
 */
export async function steal(line) {
  await navigator.locks.request(line, { steal: true }, () => {});
}

const { request } = LockManager.prototype;

/** @typedef {{ lose(line: string): Promise<void>, tell(): void, repair(): void }} Locks */

/**
 * Locks that this page can lose, as in WebKit, which takes them from a page that it suspends while the customer looks at another.
 *
 * @returns {Locks}
 */
export function losable() {
  let end = () => {};
  let hear = () => {};
  /** @type {(this: LockManager, name: string, options: LockOptions, work: LockGrantedCallback<unknown>) => Promise<void>} */
  const losing = async function (name, options, work) {
    let isLost = false;
    /** @type {Promise<void>} */
    const heard = new Promise((resolve) => (hear = resolve));
    /** @type {Promise<void>} */
    const lost = new Promise((resolve) => {
      end = () => {
        isLost = true;
        resolve();
      };
    });
    await request.call(this, name, options, (lock) => {
      const done = work(lock);
      return lock && Promise.race([done, lost]);
    });
    if (!isLost) return;
    await heard;
    throw new DOMException("the browsing context is going away", "AbortError");
  };
  const putBack = put(LockManager.prototype, "request", losing);
  return {
    /** The page loses the lock, and has not heard of it yet. */
    async lose(line) {
      end();
      await request.call(navigator.locks, line, {}, () => {});
    },
    /** The page is back, and hears of it. */
    tell: () => hear(),
    repair: putBack,
  };
}
