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
