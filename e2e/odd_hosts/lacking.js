// Browser APIs that may be absent, refuse or never answer: one a page, which `?lacks=` names. It runs before any other script there.

/**
 * By what the widget touches: how it is broken, and what comes of that where it is not a whole report that is sent. "words": the
 * shop's own words and `damage-report-error`; "silent words": those words alone, since there is no element; "refused": each photo
 * is refused in words.
 */
// biome-ignore lint/correctness/noUnusedVariables: `lackings.js` opens a frame for each.
const LACKING = {
  AbortController: ["absent: words", "throws: words"],
  "AbortSignal.timeout": ["absent", "throws"],
  BarcodeDetector: ["absent", "throws"],
  "Blob.prototype.arrayBuffer": ["absent: refused", "throws: refused", "rejects: refused"],
  "Blob.prototype.slice": ["absent: refused", "throws: refused"],
  BroadcastChannel: ["absent", "throws"],
  "BroadcastChannel.prototype.close": ["throws"],
  "BroadcastChannel.prototype.postMessage": ["throws"],
  CSSStyleSheet: ["absent: silent words", "throws: silent words"],
  "CSSStyleSheet.prototype.replaceSync": ["throws: silent words"],
  "CanvasRenderingContext2D.prototype.drawImage": ["throws"],
  CompressionStream: ["absent", "throws"],
  DecompressionStream: ["absent", "throws"],
  "Element.prototype.scrollIntoView": ["absent", "throws"],
  "ElementInternals.prototype.states": ["absent", "getter throws"],
  Headers: ["absent", "throws"],
  "Headers.prototype.get": ["throws"],
  "HTMLElement.prototype.attachInternals": ["absent", "throws"],
  "HTMLCanvasElement.prototype.getContext": ["throws", "gives null"],
  "IDBDatabase.prototype.transaction": ["throws"],
  "IDBFactory.prototype.open": ["absent", "throws", "gives a dead request"],
  IDBKeyRange: ["absent"],
  "IDBObjectStore.prototype.delete": ["throws"],
  "IDBObjectStore.prototype.get": ["throws", "gives a dead request"],
  "IDBObjectStore.prototype.openCursor": ["throws", "gives a dead request"],
  "IDBObjectStore.prototype.put": ["throws", "gives a dead request"],
  "ImageBitmap.prototype.close": ["throws"],
  ImageDecoder: ["absent", "throws"],
  IntersectionObserver: ["absent", "throws", "gives a dead object"],
  "Intl.DateTimeFormat": ["absent", "throws"],
  "Intl.NumberFormat": ["absent: words", "throws: words"],
  "Intl.PluralRules": ["absent", "throws"],
  "Intl.getCanonicalLocales": ["absent: words", "throws: words"],
  "LockManager.prototype.request": ["absent", "throws", "rejects", "is silent"],
  MutationObserver: ["absent: words", "throws: words"],
  OffscreenCanvas: ["absent", "throws"],
  Request: ["absent", "throws"],
  "Response.prototype.arrayBuffer": ["rejects: words", "is silent: words"],
  "Response.prototype.clone": ["throws: words"],
  "Response.prototype.json": ["rejects: words", "is silent: words"],
  "Response.prototype.text": ["rejects: words", "is silent: words"],
  "SubtleCrypto.prototype.decrypt": ["throws", "rejects", "is silent"],
  "SubtleCrypto.prototype.digest": ["throws: words", "rejects: words", "is silent: words"],
  "SubtleCrypto.prototype.encrypt": ["throws", "rejects", "is silent"],
  "SubtleCrypto.prototype.generateKey": ["throws", "rejects", "is silent"],
  TextDecoder: ["absent: words", "throws: words"],
  TextEncoder: ["absent: words", "throws: words"],
  WebAssembly: ["absent: words"],
  "WebAssembly.instantiate": ["throws: words", "rejects: words"],
  "WebAssembly.instantiateStreaming": ["absent", "throws", "rejects", "is silent: words"],
  Worker: ["absent", "throws", "gives a dead object"],
  XMLHttpRequest: ["absent", "throws"],
  "URL.createObjectURL": ["absent", "throws"],
  "XMLHttpRequest.prototype.send": ["throws"],
  createImageBitmap: ["absent", "throws", "rejects", "is silent"],
  "crypto.getRandomValues": ["absent", "throws"],
  "crypto.subtle": ["absent: words", "getter throws: words"],
  fetch: ["absent: words", "throws: words", "rejects: words", "is silent: words"],
  getComputedStyle: ["absent", "throws"],
  "history.go": ["absent", "throws"],
  "history.pushState": ["absent", "throws"],
  "history.replaceState": ["absent", "throws"],
  "history.scrollRestoration": ["getter throws"],
  "history.state": ["absent", "getter throws"],
  indexedDB: ["absent", "getter throws"],
  "navigator.connection": ["absent", "getter throws"],
  "navigator.deviceMemory": ["absent", "getter throws"],
  "navigator.locks": ["absent", "getter throws"],
  "navigator.maxTouchPoints": ["absent", "getter throws"],
  "navigator.onLine": ["absent", "getter throws"],
  performance: ["absent", "getter throws"],
  "performance.now": ["absent", "throws"],
  queueMicrotask: ["absent", "throws: words"],
  requestAnimationFrame: ["absent", "throws", "is silent"],
  trustedTypes: ["absent", "getter throws"],
  "trustedTypes.createPolicy": ["throws"],
};

/**
 * @param {string} name
 * @param {string} how
 */
function lack(name, how) {
  const names = name.split(".");
  const last = names.pop() ?? "";
  const owner = names.reduce((object, name) => Reflect.get(object, name), /** @type {object} */ (window));
  const refuse = () => {
    throw new DOMException("refused", "SecurityError");
  };
  /** @type {Record<string, PropertyDescriptor>} */
  const ways = {
    absent: { value: undefined },
    "getter throws": { get: refuse },
    throws: {
      value: function () {
        refuse();
      },
    },
    rejects: { value: () => Promise.reject(new DOMException("refused", "UnknownError")) },
    "is silent": { value: () => new Promise(() => {}) },
    "gives null": { value: () => null },
    "gives a dead request": { value: () => new EventTarget() },
    "gives a dead object": {
      value: class {
        observe() {}
        unobserve() {}
        disconnect() {}
        postMessage() {}
        terminate() {}
      },
    },
  };
  Object.defineProperty(owner, last, { configurable: true, ...ways[how] });
}

const lacks = new URLSearchParams(location.search).get("lacks");
// All frames have one history: none is to lead the others back.
if (lacks && !lacks.startsWith("history")) history.go = history.pushState = () => {};
if (lacks) {
  const [name, how] = lacks.split(": ");
  lack(name, how);
}
