/**
 * Modules of WebAssembly: fetched, checked, and linked. A module of another build never runs.
 */

/** In ms: how long a module may take before it is asked for again, or given up. */
const ANSWER_WAIT = 60_000;

/**
 * The result of `get`, which is called once. After a failure the next call tries again.
 *
 * @template T
 * @param {() => Promise<T>} get
 * @returns {() => Promise<T>}
 */
export const once = (get) => {
  /** @type {Promise<T> | undefined} */
  let had;
  return () =>
    (had ??= get().catch((error) => {
      had = undefined;
      // The browser reports network errors itself.
      if (!(error instanceof TypeError)) console.error(error);
      throw error;
    }));
};

/** Aborts a request that takes too long, in browsers that can. */
const endOfWait = () => {
  try {
    return AbortSignal.timeout(ANSWER_WAIT);
  } catch {
    // The request goes on until the browser gives up.
  }
};

/**
 * Compiles a module while it arrives, and links it.
 *
 * @param {Response} answer
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 */
export async function instantiate(answer, imports) {
  try {
    return (await WebAssembly.instantiateStreaming(answer, imports)).instance;
  } catch (error) {
    if (answer.bodyUsed) throw error;
    // A server that calls it something else than WebAssembly: then browsers do not even begin to read it.
    console.warn("damage-report: WebAssembly is not served as application/wasm", error);
    return (await WebAssembly.instantiate(await answer.arrayBuffer(), imports)).instance;
  }
}

/**
 * Fetches the module at `url` and links it to the one that runs, whose memory and functions it uses.
 *
 * @param {URL} url
 * @param {() => Promise<WebAssembly.Imports>} getImports
 */
export async function join(url, getImports) {
  const imports = getImports();
  // A rejection is handled where it is awaited.
  imports.catch(() => {});
  const answer = await fetch(url, { signal: endOfWait() });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await WebAssembly.instantiate(await check(answer, REPORT_DIGEST), await imports);
}

/**
 * The bytes of `answer`. Rejects where they are not the module that this file was built with.
 *
 * @param {Response} answer
 * @param {string} expected The SHA-256 in Base64; empty in a package for bundlers, which accepts any module.
 */
export async function check(answer, expected) {
  const module = await answer.arrayBuffer();
  if (!expected || !isSecureContext) return module;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", module));
  if (btoa(String.fromCharCode(...digest)) !== expected) throw new Error(`${answer.url} is of another build`);
  return module;
}
