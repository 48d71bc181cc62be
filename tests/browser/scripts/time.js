/** Time under the test's control. */

import { replace } from "./stubs.js";

/** More timers than any test has due at one time. */
const MOST_STEPS = 1000;

/** @typedef {{ id: number, at: number, work: (...given: unknown[]) => void, given: unknown[] }} Timer */

const realSetTimeout = setTimeout;

/** Time that passes only in `pass`. Timers from before go on as they were. */
export class Time {
  #now = 0;
  /** For how long the device has slept: its clock has gone on, and nothing else. */
  #slept = 0;
  /** @type {Timer[]} */
  #waiting = [];

  constructor() {
    // Beyond the ids of the browser's own timers.
    let id = 1e9;
    /** @type {(work: Timer["work"], ms?: number, ...given: unknown[]) => number} */
    const set = (work, ms = 0, ...given) => {
      this.#waiting.push({ id: ++id, at: this.#now + ms, work, given });
      return id;
    };
    replace(globalThis, "setTimeout", set);
    const realClear = clearTimeout;
    /** @param {number} id */
    const clear = (id) => {
      realClear(id);
      this.#waiting = this.#waiting.filter((waiting) => waiting.id !== id);
    };
    replace(globalThis, "clearTimeout", clear);
    const [realStopwatch, realNow] = [performance.now.bind(performance), Date.now];
    replace(performance, "now", () => realStopwatch() + this.#now);
    replace(Date, "now", () => realNow() + this.#now + this.#slept);
    /** @param {number} ms */
    const timeout = (ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), ms);
      return controller.signal;
    };
    replace(AbortSignal, "timeout", timeout);
  }

  /**
   * The device sleeps, with the page open.
   *
   * @param {number} ms
   */
  sleep(ms) {
    this.#slept += ms;
  }

  /** In how many milliseconds each timer is due. */
  waits() {
    return this.#waiting.map(({ at }) => at - this.#now);
  }

  /**
   * Lets time pass, and runs the timers that are due by then, in their order.
   *
   * @param {number} ms
   */
  async pass(ms) {
    const end = this.#now + ms;
    await this.#others();
    /** @type {Timer | undefined} */
    let next;
    for (let steps = 0; (next = this.#next(end)); await this.#others()) {
      if (++steps > MOST_STEPS)
        throw new Error("time stands still: a timer of 0 ms starts the next one, again and again");
      this.#now = next.at;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.work(...next.given);
    }
    this.#now = end;
  }

  /** @param {number} end */
  #next(end) {
    const due = this.#waiting.filter(({ at }) => at <= end);
    return due.reduce(
      (first, other) => (first && first.at <= other.at ? first : other),
      /** @type {Timer | undefined} */ (undefined),
    );
  }

  /** Runs all work that waits for no timer. */
  #others() {
    return new Promise((resolve) => realSetTimeout(resolve));
  }
}
