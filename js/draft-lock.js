/** The lock that one tab holds on a draft, and how another tab takes it over. */

import { within } from "./timeout.js";
import { ANSWER_WAIT, COURTESY, SHORT_HOLD } from "./draft-limits.js";

/**
 * @param {string} name The draft's name, the same in every tab of this origin.
 * @param {() => Promise<boolean>} isUntouched Whether this tab saved the draft last. Rejects if the database does not answer.
 * @param {() => void} onAsked Called when another tab asks for the lock, before `wanted`.
 */
export function draftLock(name, isUntouched, onAsked) {
  /** @type {((value?: unknown) => void) | undefined} */
  let releaseLock;
  /** @type {BroadcastChannel | undefined} */
  let channel;
  /** @type {() => void} */
  let onWanted = () => {};
  /**
   * Promises whether another tab has taken the draft.
   *
   * @type {Promise<boolean> | undefined}
   */
  let taken;

  /**
   * Requests the lock, and resolves to whether this tab gets it within `ms` milliseconds.
   *
   * @param {number} ms
   */
  const askFor = (ms) => {
    const patience = new AbortController();
    setTimeout(() => patience.abort(), ms);
    return ask({ signal: patience.signal });
  };
  /**
   * @param {LockOptions} options
   * @returns {Promise<boolean>}
   */
  const ask = (options) =>
    new Promise((resolve) => {
      const held = navigator.locks.request(name, options, (lock) => {
        resolve(Boolean(lock));
        return lock && new Promise((end) => (releaseLock = end));
      });
      held.catch(async (error) => {
        // Either the wait timed out, or the browser allows this page no locks at all, and then none is needed.
        if (!releaseLock) return resolve(error.name !== "AbortError");
        releaseLock = undefined;
        // Another tab stole the lock, or WebKit released it while it suspended this page in the background. If the page was only
        // suspended, this tab takes the lock again, unless another tab holds it or has changed the draft.
        taken = askFor(SHORT_HOLD).then(async (isBack) => !isBack || !(await isUntouched().catch(() => true)));
        if (await taken) onWanted();
      });
    });

  const unlock = () => {
    releaseLock?.();
    releaseLock = undefined;
  };

  return {
    /** Promises whether another tab has taken the draft. */
    isTaken: () => taken,
    /**
     * See `DraftStore`.
     *
     * @param {boolean} takeOver
     * @param {() => void} wanted
     */
    async lock(takeOver, wanted) {
      onWanted = wanted;
      if (releaseLock || !navigator.locks) return true;
      taken = undefined;
      try {
        channel ??= new BroadcastChannel(name);
        channel.onmessage = () => {
          if (!releaseLock) return;
          onAsked();
          onWanted();
        };
        if (takeOver) channel.postMessage("wanted");
      } catch {
        // Without a channel, the other tab is not asked: it loses the lock after `COURTESY`.
      }
      if (!takeOver) return within(ask({ ifAvailable: true }), ANSWER_WAIT);
      return (await within(askFor(COURTESY), ANSWER_WAIT)) || within(ask({ steal: true }), ANSWER_WAIT);
    },
    unlock,
    close() {
      unlock();
      channel?.close();
    },
  };
}
