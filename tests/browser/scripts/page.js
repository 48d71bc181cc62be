/** The device, the browser and the page: their clock, memory, workers, markup, errors and network state. */

import { put, replace } from "./stubs.js";

export { asItWas } from "./stubs.js";

// Errors in the widget come from deep call stacks.
Object.assign(Error, { stackTraceLimit: 60 });

/**
 * A device whose clock is `days` ahead. Returns the function that sets it right.
 *
 * @param {number} days
 */
export function shiftClock(days) {
  const RealDate = Date;
  const ahead = days * 24 * 60 * 60 * 1000;
  class DateAhead extends RealDate {
    /** @param {[] | [string | number]} given */
    constructor(...given) {
      super(given.length ? given[0] : RealDate.now() + ahead);
    }

    static now() {
      return RealDate.now() + ahead;
    }
  }
  globalThis.Date = /** @type {DateConstructor} */ (DateAhead);
  return () => (globalThis.Date = RealDate);
}

/** A page that allows no workers. Returns the function that allows them again. */
export function forbidWorkers() {
  class Refused {
    constructor() {
      throw new DOMException("refused", "SecurityError");
    }
  }
  return put(globalThis, "Worker", Refused);
}

/**
 * A device with that much memory. Returns a function that counts the workers that were started, and undoes the stubs.
 *
 * @param {number} memory In GiB; -1 where the browser does not say.
 * @param {boolean} isTouched
 */
export function onDevice(memory, isTouched) {
  const RealWorker = Worker;
  const told = { deviceMemory: memory < 0 ? undefined : memory, maxTouchPoints: isTouched ? 5 : 0 };
  for (const [name, value] of Object.entries(told))
    Object.defineProperty(navigator, name, { value, configurable: true });
  let count = 0;
  globalThis.Worker = class extends RealWorker {
    /** @param {ConstructorParameters<typeof Worker>} given */
    constructor(...given) {
      super(...given);
      count++;
    }
  };
  return () => {
    globalThis.Worker = RealWorker;
    for (const name of Object.keys(told)) Reflect.deleteProperty(navigator, name);
    return count;
  };
}

/**
 * Workers that die: together they receive that many more messages. Returns the function that undoes it.
 *
 * @param {number} times
 */
export function deadWorkers(times) {
  const real = Worker.prototype.postMessage;
  Worker.prototype.postMessage = /** @this {Worker} @param {unknown} message */ function (message) {
    if (times-- > 0) real.apply(this, [message]);
  };
  return () => (Worker.prototype.postMessage = real);
}

/**
 * A page that throws where a script makes nodes from markup, as `require-trusted-types-for 'script'` has it. Returns the function
 * that undoes it.
 */
export function forbidMarkup() {
  /** @type {Array<[on: object, name: string]>} */
  const sinks = [
    [Element.prototype, "innerHTML"],
    [Element.prototype, "outerHTML"],
    [ShadowRoot.prototype, "innerHTML"],
    [HTMLIFrameElement.prototype, "srcdoc"],
  ];
  /** @type {Array<[on: object, name: string]>} */
  const methods = [
    [Element.prototype, "insertAdjacentHTML"],
    [Range.prototype, "createContextualFragment"],
    [DOMParser.prototype, "parseFromString"],
    [Document.prototype, "write"],
  ];
  /** @type {(name: string) => () => never} */
  const refuse = (name) => () => {
    throw new TypeError(`${name} requires a trusted type`);
  };
  const real = [...sinks, ...methods].map(([on, name]) => ({
    on,
    name,
    as: Object.getOwnPropertyDescriptor(on, name) ?? {},
  }));
  for (const {
    on,
    name,
    as: { get },
  } of real.slice(0, sinks.length)) {
    Object.defineProperty(on, name, { configurable: true, get, set: refuse(name) });
  }
  for (const [on, name] of methods) {
    Object.defineProperty(on, name, { configurable: true, writable: true, value: refuse(name) });
  }
  return () => real.forEach(({ on, name, as }) => Object.defineProperty(on, name, as));
}

/** Listens to the page's errors, until `stop`. */
export class Errors {
  /** @type {string[]} */
  #heard = [];
  /** @param {Event & { message?: string, reason?: unknown }} event */
  #listener = (event) => {
    this.#heard.push(String(event.message ?? event.reason));
    event.preventDefault();
  };

  constructor() {
    addEventListener("error", this.#listener);
    addEventListener("unhandledrejection", this.#listener);
  }

  /** The messages so far. */
  heard() {
    return this.#heard;
  }

  stop() {
    removeEventListener("error", this.#listener);
    removeEventListener("unhandledrejection", this.#listener);
  }
}

/**
 * The plural categories of whole numbers in `lang`.
 *
 * @param {string} lang
 */
export function pluralCategories(lang) {
  return new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
}

const realSetTimeout = setTimeout;

/** The next frame; or a moment later, because a page in the background paints none. */
export function frame() {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    realSetTimeout(resolve, 50);
  });
}

/**
 * Fixes `Math.random` at `n`. With 0, no wait between two tries is longer than it must be.
 *
 * @param {number} n
 */
export function chance(n) {
  replace(Math, "random", () => n);
}

/** @param {boolean} isOnline */
export function setOnline(isOnline) {
  replace(navigator, "onLine", isOnline);
  dispatchEvent(new Event(isOnline ? "online" : "offline"));
}

/** Whether the browser would ask before this page is left. */
export function asksBeforeLeaving() {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}
