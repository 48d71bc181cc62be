/**
 * What a browser can be, and these tests' browser is not: a clock that is days off, a page that allows no workers or
 * no markup. Each function changes the page and gives back what puts it right again.
 */

// What goes wrong in the widget does so far below where the browser notices.
Error.stackTraceLimit = 60;

/** A device whose clock is `days` ahead. */
export function shiftClock(days) {
  const RealDate = Date;
  const ahead = days * 24 * 60 * 60 * 1000;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      given.length ? super(...given) : super(RealDate.now() + ahead);
    }

    static now() {
      return RealDate.now() + ahead;
    }
  };
  return () => (globalThis.Date = RealDate);
}

/** A page that lets no worker start. */
export function forbidWorkers() {
  const RealWorker = Worker;
  globalThis.Worker = class {
    constructor() {
      throw new DOMException("refused", "SecurityError");
    }
  };
  return () => (globalThis.Worker = RealWorker);
}

/** A page that creates nothing from markup, as `require-trusted-types-for 'script'` has it. */
export function forbidMarkup() {
  const sinks = [
    [Element.prototype, "innerHTML"],
    [Element.prototype, "outerHTML"],
    [ShadowRoot.prototype, "innerHTML"],
    [HTMLIFrameElement.prototype, "srcdoc"],
  ];
  const methods = [
    [Element.prototype, "insertAdjacentHTML"],
    [Range.prototype, "createContextualFragment"],
    [DOMParser.prototype, "parseFromString"],
    [Document.prototype, "write"],
  ];
  const refuse = (name) => () => {
    throw new TypeError(`${name} requires a trusted type`);
  };
  const real = [...sinks, ...methods].map(([on, name]) => [on, name, Object.getOwnPropertyDescriptor(on, name)]);
  for (const [on, name, { get }] of real.slice(0, sinks.length)) {
    Object.defineProperty(on, name, { configurable: true, get, set: refuse(name) });
  }
  for (const [on, name] of methods) {
    Object.defineProperty(on, name, { configurable: true, writable: true, value: refuse(name) });
  }
  return () => real.forEach(([on, name, as]) => Object.defineProperty(on, name, as));
}

/** Hears what the page's error handlers hear, until it is put right; `heard()` gives the messages. */
export class Errors {
  #heard = [];
  #listener = (event) => {
    this.#heard.push(String(event.message ?? event.reason));
    event.preventDefault();
  };

  constructor() {
    addEventListener("error", this.#listener);
    addEventListener("unhandledrejection", this.#listener);
  }

  heard() {
    return this.#heard;
  }

  stop() {
    removeEventListener("error", this.#listener);
    removeEventListener("unhandledrejection", this.#listener);
  }
}

/** The plural categories of whole numbers in `lang`. */
export function pluralCategories(lang) {
  return new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
}

const realWait = setTimeout;

/** The next frame; or a moment later, since a page that nobody looks at paints none. */
export function frame() {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve);
    realWait(resolve, 50);
  });
}

/** What puts this page right again. */
const undo = [];

/** Everything below is as the browser has it. */
export function asItWas() {
  undo.splice(0).reverse().forEach((step) => step());
}

/** From here on `object[name]` is `value`, until everything is as it was. */
function replace(object, name, value) {
  const real = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { configurable: true, writable: true, value });
  undo.push(() => (real ? Object.defineProperty(object, name, real) : delete object[name]));
}

/** What is left to chance comes out as `n`, from 0 to 1: with 0, no wait between two tries is longer than it must be. */
export function chance(n) {
  replace(Math, "random", () => n);
}

/** The browser hears that there is a network, or that there is none. */
export function setOnline(isOnline) {
  replace(navigator, "onLine", isOnline);
  dispatchEvent(new Event(isOnline ? "online" : "offline"));
}

/** Whether somebody wants to be asked before this page is left. */
export function asksBeforeLeaving() {
  return !dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/** Counts the pictures that are let go from here on. */
export function countClosedBitmaps() {
  let count = 0;
  const { close } = ImageBitmap.prototype;
  replace(ImageBitmap.prototype, "close", function () {
    count++;
    close.call(this);
  });
  return () => count;
}

/** Far more than anything here has to do at one time. */
const MOST_STEPS = 1000;

/** Time that only passes when it is told to. What was waiting before goes on as it was. */
export class Time {
  #now = 0;
  #waiting = [];

  constructor() {
    replace(globalThis, "setTimeout", (work, ms = 0, ...given) => this.#waiting.push({ at: this.#now + ms, work, given }));
    replace(AbortSignal, "timeout", (ms) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new DOMException("too late", "TimeoutError")), ms);
      return controller.signal;
    });
  }

  /** In how many milliseconds whatever is waited for is due. */
  waits() {
    return this.#waiting.map(({ at }) => at - this.#now);
  }

  /** Lets `ms` milliseconds pass, and everything happen that is due by then, in its order. */
  async pass(ms) {
    const end = this.#now + ms;
    await this.#others();
    for (let next, steps = 0; (next = this.#next(end)); await this.#others()) {
      if (++steps > MOST_STEPS) throw new Error("time stands still: somebody waits for no time at all, again and again");
      this.#now = next.at;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      next.work(...next.given);
    }
    this.#now = end;
  }

  #next(end) {
    const due = this.#waiting.filter(({ at }) => at <= end);
    return due.reduce((first, other) => (first && first.at <= other.at ? first : other), undefined);
  }

  /** Lets everybody have their turn who does not wait for time. */
  #others() {
    return new Promise((resolve) => realWait(resolve));
  }
}
