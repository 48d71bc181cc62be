/**
 * Holds that a page can lose, as in WebKit, which takes them from a page that it puts aside while the customer looks at
 * another. See `tabs.rs`.
 */

const { request } = LockManager.prototype;

/** From here on what this page holds can be lost. */
export function losable() {
  let end, hear;
  LockManager.prototype.request = async function (name, options, work) {
    let isLost = false;
    const heard = new Promise((resolve) => (hear = resolve));
    const lost = new Promise((resolve) => (end = () => resolve((isLost = true))));
    await request.call(this, name, options, (lock) => {
      const done = work(lock);
      return lock && Promise.race([done, lost]);
    });
    if (!isLost) return;
    await heard;
    throw new DOMException("the browsing context is going away", "AbortError");
  };
  return {
    /** What the page holds, it holds no longer. It has not heard of that yet. */
    async lose(line) {
      end();
      await request.call(navigator.locks, line, () => {});
    },
    /** The page is back, and hears of it. */
    tell: () => hear(),
    repair: () => (LockManager.prototype.request = request),
  };
}
