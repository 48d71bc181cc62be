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

  /** From here on this is the network of the page, in place of any other. */
  constructor() {
    const network = this;
    globalThis.fetch = async (input, init) => {
      const request = new Request(input, init);
      // What the browser or the test runner fetches for itself is none of ours.
      if (!request.url.startsWith(ORDER_LINE)) return realFetch(input, init);
      const { method, url, headers } = request;
      const answer = await network.#ask(method, url, Object.fromEntries(headers), await request.text());
      if (!answer.status) throw new TypeError("Failed to fetch");
      return new Response(answer.body, { status: answer.status });
    };
    globalThis.XMLHttpRequest = class {
      upload = {};
      status = 0;
      responseText = "";
      #headers = {};
      #aborted = false;

      open(method, url) {
        Object.assign(this, { method, url });
      }

      setRequestHeader(name, value) {
        this.#headers[name.toLowerCase()] = value;
      }

      async send(blob) {
        const total = blob.size;
        this.upload.onprogress?.(new ProgressEvent("progress", { lengthComputable: true, loaded: total / 2, total }));
        const answer = await network.#ask(this.method, this.url, this.#headers, "");
        if (this.#aborted) return;
        this.status = answer.status;
        this.responseText = answer.body;
        this.onloadend?.();
      }

      abort() {
        this.#aborted = true;
      }
    };
  }

  /**
   * How `what` ("GET", "GET /claim", "PUT /photos", each of the order line) is answered; a status of 0 is no answer,
   * and `{digest}` in the body becomes that of the photo. Of several answers each is given once, and the last for good.
   */
  answer(what, status, body) {
    const answers = this.#answers.get(what) ?? [];
    this.#answers.set(what, [...answers, { status, body }]);
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

  /** Everything that was asked of `what`, in order: token, key, path, body. */
  asked(what) {
    return this.#asked.filter((request) => request.what === what);
  }

  async #ask(method, url, headers, body) {
    const path = url.slice(ORDER_LINE.length);
    const [, room, digest] = path.split("/");
    const what = room ? `${method} /${room}` : method;
    const token = headers.authorization ?? "";
    this.#asked.push({ what, path, token, key: headers["idempotency-key"] ?? "", body });
    await this.#held.get(what)?.released;
    const answers = this.#answers.get(what) ?? [{ status: 0, body: "" }];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return { status: answer.status, body: answer.body.replace("{digest}", digest) };
  }
}

/** What the element's class hands over, with a new token for each time of asking; keeps what it hears in `heard`. */
export function embedding(lang, messages, desk, drawer, isDraftOff) {
  const heard = [];
  let tokens = 0;
  return {
    endpoint: "https://shop.example/damage/",
    orderLine: "1042-1",
    lang,
    messages: JSON.parse(messages),
    desk,
    drawer,
    isDraftOff,
    heard,
    getToken: async () => `token-${++tokens}`,
    announce: (name, reference) => heard.push(reference ? `${name} ${reference}` : name),
  };
}
