/** The element that mounts the widget. */

import { ORDER_LINE } from "./network.js";

/** @import { DraftStore, HostConfig, PhotoProcessor } from "../../../js/types.d.ts" */

/**
 * The configuration that the element's class hands over, with a new token at each call. Keeps the events in `heard`.
 *
 * @param {string} lang
 * @param {string} messages As JSON.
 * @param {PhotoProcessor} processor
 * @param {DraftStore} draftStore
 * @param {boolean} isDraftOff
 * @param {string} orderLine The JSON of the order line that the page gives; empty without one.
 * @returns {HostConfig & { heard: string[], code: (() => Promise<void>) | undefined, holdsBack: boolean }}
 */
export function hostConfig(lang, messages, processor, draftStore, isDraftOff, orderLine) {
  /** @type {string[]} */
  const heard = [];
  let tokens = 0;
  /** @type {ReturnType<typeof hostConfig>} */
  const given = {
    endpoint: "https://shop.example/damage/",
    address: ORDER_LINE,
    ahead: Promise.reject(),
    lang,
    messages: JSON.parse(messages),
    draftStore,
    isDraftOff,
    heard,
    code: undefined,
    async getPhotoProcessor() {
      await given.code?.();
      return processor;
    },
    getToken: async () => `token-${++tokens}`,
    holdsBack: false,
    given: orderLine
      ? { orderLine: JSON.parse(orderLine), refuse: () => void heard.push("given is refused") }
      : undefined,
    announce(event, ...values) {
      const [name] = event.split(" ");
      heard.push([name, ...values].filter(Boolean).join(" "));
      return !(name === "before-submit" && this.holdsBack);
    },
  };
  return given;
}

/**
 * A processor that never finishes.
 *
 * @returns {PhotoProcessor}
 */
export function idleProcessor() {
  return { warm() {}, prepare: () => new Promise(() => {}), close() {} };
}

/** The code of the report, over a bad connection. */
export class Code {
  #refusals;
  #arrives = () => {};
  /** @type {Promise<void>} */
  #arrived = new Promise((resolve) => (this.#arrives = resolve));

  /** @param {number} refusals How many requests for it fail. */
  constructor(refusals) {
    this.#refusals = refusals;
    this.asked = 0;
    /** @returns {Promise<void>} */
    this.get = () => (++this.asked > this.#refusals ? this.#arrived : Promise.reject(new TypeError("no connection")));
  }

  arrive() {
    this.#arrives();
  }
}
