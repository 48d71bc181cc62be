/**
 * Replaces `fetch` and `XMLHttpRequest` of this page. The test decides each answer, and reads each request.
 */

export const ORDER_LINE = "https://shop.example/damage/order-lines/1042-1";
const realFetch = globalThis.fetch;

/**
 * An answer of the backend. A status of 0 is none.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {string | Uint8Array<ArrayBuffer>} body
 * @property {Record<string, string>} headers
 * @property {boolean} [isLost] The request arrives, and its answer is lost.
 */

/** @typedef {{ what: string, path: string, query: string, token: string, key: string, body: string, size: number }} Asked */

/** @type {Answer} */
const NO_ANSWER = { status: 0, body: "", headers: {} };

export class Network {
  /** @type {Map<string, Answer[]>} */
  #answers = new Map();
  /** @type {Map<string, { released: Promise<void>, release: () => void }>} */
  #held = new Map();
  /** @type {Asked[]} */
  #asked = [];
  #leaves = 0.5;
  #aborted = 0;
  /** @type {Set<(part: number) => void>} */
  #underWay = new Set();

  /** Replaces the network of the page. */
  constructor() {
    const network = this;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      // The browser and the test runner fetch for themselves.
      if (!request.url.startsWith(ORDER_LINE)) return realFetch(input, init);
      const { method, url, headers, signal } = request;
      /** @type {Promise<never>} */
      const givenUp = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const asked = network.#ask(method, url, Object.fromEntries(headers), await request.text());
      const answer = await Promise.race([asked, givenUp]);
      if (!answer.status) throw new TypeError("Failed to fetch");
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    };
    class Upload {
      /** @type {{ onprogress?: (event: ProgressEvent) => void }} */
      upload = {};
      /** @type {((event: ProgressEvent) => void) | undefined} */
      onloadend;
      readyState = 0;
      status = 0;
      /** @type {Answer["body"]} */
      responseText = "";
      responseURL = "";
      #method = "";
      #url = "";
      /** @type {Record<string, string>} */
      #headers = {};
      #answer = NO_ANSWER;
      #isAborted = false;

      /**
       * @param {string} method
       * @param {string} url
       */
      open(method, url) {
        this.readyState = 1;
        this.#method = method;
        this.#url = url;
      }

      /**
       * @param {string} name
       * @param {string} value
       */
      setRequestHeader(name, value) {
        this.#headers[name.toLowerCase()] = value;
      }

      /** @param {string} name */
      getResponseHeader(name) {
        return this.#answer.headers[name] ?? null;
      }

      /** @param {Blob} body */
      async send({ size }) {
        /** @param {number} part */
        const move = (part) => this.#moves(part, size);
        if (network.#leaves) move(network.#leaves);
        network.#underWay.add(move);
        const answer = await network.#ask(this.#method, this.#url, this.#headers, "", size);
        network.#underWay.delete(move);
        if (this.#isAborted) return;
        // Answered, or lost on the way back: everything was sent.
        if (answer.status || answer.isLost) move(1);
        this.#setState(4, answer);
        this.onloadend?.(new ProgressEvent("loadend"));
      }

      /** By the standard, aborting a request that is over removes its answer. */
      abort() {
        this.#isAborted = true;
        if (this.readyState === 1) network.#aborted++;
        this.#setState(0, NO_ANSWER);
      }

      /**
       * @param {number} part
       * @param {number} total
       */
      #moves(part, total) {
        this.upload.onprogress?.(
          new ProgressEvent("progress", { lengthComputable: true, loaded: total * part, total }),
        );
      }

      /**
       * @param {number} readyState
       * @param {Answer} answer
       */
      #setState(readyState, answer) {
        this.#answer = answer;
        this.readyState = readyState;
        this.status = answer.status;
        this.responseText = answer.body;
        this.responseURL = this.#url;
      }
    }
    Object.defineProperty(globalThis, "XMLHttpRequest", { configurable: true, writable: true, value: Upload });
  }

  /**
   * Answers requests. Of several answers each is given once, and the last for good.
   *
   * @param {string} what "GET", "GET /claim", "PUT /photos", each of the order line.
   * @param {number} status 0 is no answer to a request that did not leave whole.
   * @param {string | Uint8Array<ArrayBuffer>} body `{digest}` becomes that of the photo.
   * @param {string} [headers] As JSON.
   */
  answer(what, status, body, headers) {
    // Rust lends the bytes, and may change them before the request comes.
    const kept = typeof body === "string" ? body : body.slice();
    this.#add(what, { status, body: kept, headers: headers ? JSON.parse(headers) : {} });
  }

  /**
   * Lets requests arrive, and loses the answer on the way back.
   *
   * @param {string} what
   */
  lose(what) {
    this.#add(what, { ...NO_ANSWER, isLost: true });
  }

  /**
   * Forgets the answers of these requests.
   *
   * @param {string} what
   */
  forget(what) {
    this.#answers.delete(what);
  }

  /**
   * @param {string} what
   * @param {Answer} answer
   */
  #add(what, answer) {
    this.#answers.set(what, [...(this.#answers.get(what) ?? []), answer]);
  }

  /**
   * Keeps the answers of these requests back until `release`.
   *
   * @param {string} what
   */
  hold(what) {
    let release = () => {};
    /** @type {Promise<void>} */
    const released = new Promise((resolve) => (release = resolve));
    this.#held.set(what, { released, release });
  }

  /** @param {string} what */
  release(what) {
    this.#held.get(what)?.release();
    this.#held.delete(what);
  }

  /**
   * How much of each photo is sent before it waits for its answer.
   *
   * @param {number} part From 0 to 1.
   */
  leaves(part) {
    this.#leaves = part;
  }

  /**
   * Sends more of every photo that is under way.
   *
   * @param {number} part From 0 to 1.
   */
  moves(part) {
    this.#underWay.forEach((move) => move(part));
  }

  /** How many uploads were aborted on the way. */
  aborted() {
    return this.#aborted;
  }

  /**
   * These requests, in order.
   *
   * @param {string} what
   */
  asked(what) {
    return this.#asked.filter((request) => request.what === what);
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, string>} headers
   * @param {string} body
   * @param {number} size In bytes.
   * @returns {Promise<Answer>}
   */
  async #ask(method, url, headers, body, size = body.length) {
    const [path, query] = url.slice(ORDER_LINE.length).split("?");
    const [, room, digest] = path.split("/");
    const what = room ? `${method} /${room}` : method;
    const token = headers.authorization ?? "";
    this.#asked.push({ what, path, query: query ?? "", token, key: headers["idempotency-key"] ?? "", body, size });
    await this.#held.get(what)?.released;
    const answers = this.#answers.get(what) ?? [NO_ANSWER];
    const answer = (answers.length > 1 && answers.shift()) || answers[0];
    return { ...answer, body: typeof answer.body === "string" ? answer.body.replace("{digest}", digest) : answer.body };
  }
}
