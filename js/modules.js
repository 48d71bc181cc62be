/**
 * Modules of WebAssembly: fetched, looked at, and joined. None runs that is not of the build that this file is of.
 */

/** In ms: what has not come by then is asked for again, or said not to come. */
const ANSWER_WAIT = 60_000;

/** What `get` promises, got once. After a failure the next to ask tries again. */
export const once = (get) => {
  let had;
  return () =>
    (had ??= get().catch((error) => {
      had = undefined;
      // What is wrong with the network the browser says itself.
      if (!(error instanceof TypeError)) console.error(error);
      throw error;
    }));
};

/** Ends a request that is not answered, in browsers that can. */
const endOfWait = () => {
  try {
    return AbortSignal.timeout(ANSWER_WAIT);
  } catch {
    // It is waited for until the browser gives up.
  }
};

/** Fetches the module at `url` and joins it to the one that runs, whose memory and functions it uses. */
export async function join(url, module) {
  const answer = await fetch(url, { signal: endOfWait() });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await WebAssembly.instantiate(await check(answer, REPORT_DIGEST), { a: module });
}

/**
 * What is in `answer`, unless that is not the module that this file was built with; a package for bundlers does not say which
 * that is.
 */
export async function check(answer, expected) {
  const module = await answer.arrayBuffer();
  if (!expected || !isSecureContext) return module;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", module));
  if (btoa(String.fromCharCode(...digest)) !== expected) throw new Error(`${answer.url} is of another build`);
  return module;
}
