// Measures inside a page, from before any script of its own runs. The driver that is
// put in here is the page's own, and knows where its steps, its buttons and its photos are.
(() => {
  const driver = DRIVER;
  const seen = { blocked: 0, shift: 0 };

  /** @type {(type: string, each: (entry: PerformanceEntry & { hadRecentInput?: boolean, value?: number }) => void) => PerformanceObserver | void} */
  const observe = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  observe("longtask", ({ duration }) => (seen.blocked += Math.max(0, duration - 50)));
  observe("layout-shift", ({ hadRecentInput, value }) => (seen.shift += (!hadRecentInput && value) || 0));

  const frame = () => new Promise(requestAnimationFrame);
  // The state in a frame's callback is on the screen when the next task runs.
  const painted = () => new Promise((resolve) => setTimeout(() => resolve(performance.now())));

  /**
   * When the result of `look` is on the screen, in ms since the navigation began.
   *
   * @param {() => unknown} look
   */
  async function when(look) {
    while (!look()) await frame();
    return painted();
  }

  /** @param {HTMLButtonElement | null | undefined} element */
  const canBePressed = (element) =>
    !!element && !element.disabled && element.checkVisibility() && element.getClientRects().length > 0;

  /**
   * Whether an address is a file of the page, and not an answer of the backend.
   *
   * @param {string} address
   */
  const isFile = (address) => /\.\w+$/.test(new URL(address).pathname);

  let pressed = Number.NaN;
  /** @type {Promise<{ thumbnails: number, accepted: number, gap: number }> | undefined} */
  let picked;

  window.bench = {
    driver,

    /** When the first step can be used, from the beginning of the navigation. */
    async ready() {
      const ready = await when(() => canBePressed(driver.ready()));
      /** @type {Record<string, number>} */
      const arrived = {};
      const files = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType("resource"));
      for (const { name, responseEnd, encodedBodySize } of files) {
        if (responseEnd <= ready && isFile(name)) arrived[name] = encodedBodySize;
      }
      return { ready, arrived: Object.values(arrived).reduce((sum, bytes) => sum + bytes, 0), ...seen };
    },

    /** Notes when the next click happens, and what the page's step is then. */
    listen() {
      pressed = Number.NaN;
      addEventListener("click", ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true });
    },

    /** How long after that click the first step can be used. */
    async opened() {
      return (await when(() => canBePressed(driver.ready()))) - pressed;
    },

    /**
     * How long after that click another step than `before` is on the screen.
     *
     * @param {string} before
     */
    async left(before) {
      return (await when(() => driver.step() && driver.step() !== before)) - pressed;
    },

    /**
     * From the moment on at which photos are picked: when all of them are seen, and accepted; the longest gap.
     *
     * @param {number} count
     */
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
