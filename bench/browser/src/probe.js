// Measures inside a page, from before any script of its own runs. The driver that is
// put in here is the page's own, and knows where its steps, its buttons and its photos are.
(() => {
  const driver = DRIVER;
  const seen = { blocked: 0, shift: 0 };

  const observe = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  observe("longtask", ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));
  observe("layout-shift", ({ hadRecentInput, value }) => (seen.shift += hadRecentInput ? 0 : value));

  const frame = () => new Promise(requestAnimationFrame);
  // The state in a frame's callback is on the screen when the next task runs.
  const painted = () => new Promise((resolve) => setTimeout(() => resolve(performance.now())));

  /** The time at which what `look` finds is on the screen. */
  async function when(look) {
    while (!look()) await frame();
    return painted();
  }

  const canBePressed = (element) =>
    !!element && !element.disabled && element.checkVisibility() && element.getClientRects().length > 0;

  /** Whether it weighs on the page; what a backend answers does not. */
  const isFile = (address) => /\.\w+$/.test(new URL(address).pathname);

  let pressed, picked;

  window.bench = {
    driver,

    /** When the first step can be used, from the beginning of the navigation. */
    async ready() {
      const ready = await when(() => canBePressed(driver.ready()));
      const arrived = {};
      for (const { name, responseEnd, encodedBodySize } of performance.getEntriesByType("resource")) {
        if (responseEnd <= ready && isFile(name)) arrived[name] = encodedBodySize;
      }
      return { ready, arrived: Object.values(arrived).reduce((sum, bytes) => sum + bytes, 0), ...seen };
    },

    /** Whether there is a button that opens the report. */
    waits: () => canBePressed(driver.opening()),

    /** Notes when the next click happens, and what the page's step is then. */
    listen() {
      pressed = undefined;
      addEventListener("click", ({ timeStamp }) => (pressed ??= timeStamp), { capture: true, once: true });
    },

    /** How long after that click the first step can be used. */
    async opened() {
      return (await when(() => canBePressed(driver.ready()))) - pressed;
    },

    /** How long after that click another step than `before` is on the screen. */
    async left(before) {
      return (await when(() => driver.step() && driver.step() !== before)) - pressed;
    },

    /** From the moment on at which photos are picked: when all of them are seen, and accepted; the longest gap. */
    watch(count) {
      let gap = 0;
      let isOver = false;
      picked = new Promise((resolve) => {
        const begin = async () => {
          const begun = performance.now();
          let before = begun;
          const tick = () => {
            const now = performance.now();
            // A browser lets a timer wait for four milliseconds by itself.
            gap = Math.max(gap, now - before - 4);
            before = now;
            if (!isOver) setTimeout(tick);
          };
          setTimeout(tick);
          const [thumbnails, accepted] = await Promise.all([
            when(() => driver.thumbnails() >= count),
            when(() => driver.accepted() >= count),
          ]);
          isOver = true;
          resolve({ thumbnails: thumbnails - begun, accepted: accepted - begun, gap });
        };
        // Before the page hears of it.
        driver.picker().addEventListener("input", begin, { capture: true, once: true });
      });
    },

    /** The figures of the watch, once it is over. */
    picked: () => picked,
  };
})();
