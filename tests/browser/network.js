/**
 * The network, as a test would have it: stands in for `fetch` and `XMLHttpRequest` of this page. It decides nothing. It
 * gives the answers that it was told to give, and keeps what it was asked.
 */

const ORDER_LINE = "https://shop.example/damage/order-lines/1042-1";
const realFetch = globalThis.fetch;

export class Network {
  #answers = new Map();
  #held = new Map();
  #asked = [];
  #leaves = 0.5;
  #aborted = 0;
  #underWay = new Set();

  /** From here on this is the network of the page, in place of any other. */
  constructor() {
    const network = this;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      // What the browser or the test runner fetches for itself is none of ours.
      if (!request.url.startsWith(ORDER_LINE)) return realFetch(input, init);
      const { method, url, headers, signal } = request;
      const givenUp = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const asked = network.#ask(method, url, Object.fromEntries(headers), await request.text());
      const answer = await Promise.race([asked, givenUp]);
      if (!answer.status) throw new TypeError("Failed to fetch");
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    };
    globalThis.XMLHttpRequest = class {
      upload = {};
      #headers = {};
      #answer = {};
      #isAborted = false;

      constructor() {
        this.#becomes(0, { status: 0, body: "", headers: {} });
      }

      open(method, url) {
        this.readyState = 1;
        Object.assign(this, { method, url });
      }

      setRequestHeader(name, value) {
        this.#headers[name.toLowerCase()] = value;
      }

      getResponseHeader(name) {
        return this.#answer.headers[name] ?? null;
      }

      async send({ size }) {
        const move = (part) => this.#moves(part, size);
        if (network.#leaves) move(network.#leaves);
        network.#underWay.add(move);
        const answer = await network.#ask(this.method, this.url, this.#headers, "", size);
        network.#underWay.delete(move);
        if (this.#isAborted) return;
        // Who is answered, or is lost on the way back, had everything sent.
        if (answer.status || answer.isLost) move(1);
        this.#becomes(4, answer);
        this.onloadend?.(new ProgressEvent("loadend"));
      }

      /** As the standard has it, aborting what is done takes its answer away. */
      abort() {
        this.#isAborted = true;
        if (this.readyState === 1) network.#aborted++;
        this.#becomes(0, { status: 0, body: "", headers: {} });
      }

      #moves(part, total) {
        this.upload.onprogress?.(new ProgressEvent("progress", { lengthComputable: true, loaded: total * part, total }));
      }

      #becomes(readyState, answer) {
        this.#answer = answer;
        Object.assign(this, { readyState, status: answer.status, responseText: answer.body, responseURL: this.url });
      }
    };
  }

  /**
   * How `what` ("GET", "GET /claim", "PUT /photos", each of the order line) is answered; a status of 0 is no answer to
   * what did not even leave whole, and `{digest}` in the body becomes that of the photo. Of several answers each is
   * given once, and the last for good.
   */
  answer(what, status, body, headers) {
    // Bytes are lent, and may be others by the time that they are asked for.
    const kept = typeof body === "string" ? body : body.slice();
    this.#add(what, { status, body: kept, headers: headers ? JSON.parse(headers) : {} });
  }

  /** `what` arrives, and its answer is lost on the way back. */
  lose(what) {
    this.#add(what, { status: 0, body: "", headers: {}, isLost: true });
  }

  /** Whatever answers `what` had are over. */
  forget(what) {
    this.#answers.delete(what);
  }

  #add(what, answer) {
    this.#answers.set(what, [...(this.#answers.get(what) ?? []), answer]);
  }

  /** Lets `what` wait for its answer until it is released. */
  hold(what) {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    this.#held.set(what, { released, release });
  }

  release(what) {
    this.#held.get(what)?.release();
    this.#held.delete(what);
  }

  /** How much of each photo leaves before it waits for its answer: nothing is 0, all of it 1. */
  leaves(part) {
    this.#leaves = part;
  }

  /** More of every photo that is under way has left. */
  moves(part) {
    this.#underWay.forEach((move) => move(part));
  }

  /** How many uploads were given up on the way. */
  aborted() {
    return this.#aborted;
  }

  /** Everything that was asked of `what`, in order: token, key, path, body. */
  asked(what) {
    return this.#asked.filter((request) => request.what === what);
  }

  async #ask(method, url, headers, body, size = body.length) {
    const [path, query] = url.slice(ORDER_LINE.length).split("?");
    const [, room, digest] = path.split("/");
    const what = room ? `${method} /${room}` : method;
    const token = headers.authorization ?? "";
    this.#asked.push({ what, path, query: query ?? "", token, key: headers["idempotency-key"] ?? "", body, size });
    await this.#held.get(what)?.released;
    const answers = this.#answers.get(what) ?? [{ status: 0, body: "", headers: {} }];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return { ...answer, body: typeof answer.body === "string" ? answer.body.replace("{digest}", digest) : answer.body };
  }
}

/** What the element's class hands over, with a new token for each time of asking; keeps what it hears in `heard`. */
export function embedding(lang, messages, desk, drawer, isDraftOff) {
  const heard = [];
  let tokens = 0;
  const given = {
    endpoint: "https://shop.example/damage/",
    address: ORDER_LINE,
    ahead: Promise.reject(),
    lang,
    messages: JSON.parse(messages),
    drawer,
    isDraftOff,
    heard,
    code: undefined,
    getReport: async () => (await given.code?.(), desk),
    getToken: async () => `token-${++tokens}`,
    holdsBack: false,
    announce(name, ...told) {
      heard.push([name, ...told].filter(Boolean).join(" "));
      return !(name === "before-submit" && this.holdsBack);
    },
  };
  return given;
}

/** A desk on which everything lies for ever. */
export function idleDesk() {
  return { warm() {}, prepare: () => new Promise(() => {}), close() {} };
}

/** The code of the report, as it comes over a bad line. */
export class Code {
  #refusals;
  #arrives;
  #arrived = new Promise((resolve) => (this.#arrives = resolve));

  /** Cannot be had for the first `refusals` times. */
  constructor(refusals) {
    this.#refusals = refusals;
    this.asked = 0;
    this.get = () => (++this.asked > this.#refusals ? this.#arrived : Promise.reject(new TypeError("no connection")));
  }

  arrive() {
    this.#arrives();
  }
}
