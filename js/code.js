/**
 * The code of the report, which is fetched once for all reports of the page: the first module and the style sheet at the start, and
 * later the parts that the first page does not need.
 */

import { begin, getImports, shared } from "glue";
import { check, instantiate, join, once } from "./modules.js";

/** @import { Messages } from "./types.d.ts" */

/**
 * Imports a script of this build. Rejects while it cannot be fetched.
 *
 * @typedef {<T>(href: string | URL, integrity: string) => Promise<T>} ImportChecked
 */

/** The style sheets of all reports: that of the first page, and that of the others, which is empty until it is loaded. */
export const sheets = [new CSSStyleSheet(), new CSSStyleSheet()];
/**
 * The photo processor's script.
 *
 * @type {() => Promise<typeof import("./photo-worker.js")>}
 */
export let getCodec;
/**
 * The same, once the widget's second module is there as well.
 *
 * @type {typeof getCodec}
 */
export let getLoadedCodec;
/**
 * The address of `photo-reader.js`, once it is fetched: few photos need it.
 *
 * @type {() => Promise<string>}
 */
export let getReader;
/** @type {() => Promise<typeof import("./host-page.js")>} */
export let getHostPage;
/**
 * The messages of the pages after the first, in a language.
 *
 * @type {(language: string) => Promise<Messages>}
 */
export let getLaterMessages;
/** Whether a module of another build runs here. Only loading the page again changes that. */
let isSpoilt = false;

/**
 * Says where the later parts are. Throws where another build runs.
 *
 * @param {ImportChecked} importChecked
 * @param {URL & { reader?: URL, hostPage?: URL, words?: Record<string, URL> }} codec The address of `photo-worker.js`. A bundler may
 * put the reader, the host page and the words into other folders.
 */
export function locate(importChecked, codec) {
  if (isSpoilt) throw new Error("another build runs here");
  getCodec = once(() => importChecked(codec, WORKER_INTEGRITY));
  const { href } = codec.reader ?? new URL("photo-reader.js", codec);
  getReader = once(async () => (await importChecked(href, READER_INTEGRITY)) && href);
  /** @type {Record<string, () => Promise<Messages>>} */
  const words = {};
  getLaterMessages = (language) =>
    (words[language] ??= once(async () => {
      const answer = await fetch(codec.words?.[language] ?? new URL(`${language}-report.json`, codec));
      if (!answer.ok) throw new Error(`${answer.url}: ${answer.status}`);
      return answer.json();
    }))();
  getHostPage = once(async () => {
    /** @type {typeof import("./host-page.js")} */
    const hostPage = await importChecked((codec.hostPage ?? new URL("host-page.js", codec)).href, HOST_PAGE_INTEGRITY);
    sheets[1].replaceSync(hostPage.styles.report);
    // In print, the boxes around the report are the page's, and the report's own style sheet does not reach them.
    const paper = new CSSStyleSheet();
    paper.replaceSync(hostPage.styles.paper);
    // Asked of the class: on the document itself, a form of that name would come first.
    Reflect.get(Document.prototype, "adoptedStyleSheets", document).push(paper);
    return hostPage;
  });
}

/**
 * Starts the first module and the style sheet, then begins to fetch the later parts.
 *
 * @param {Response} wasm The first module.
 * @param {Response} style
 * @param {URL} report The address of the second module.
 */
export async function load(wasm, style, report) {
  // Checked while it compiles: with its digest in the request, no browser compiles a module before all of it is there.
  const copy = wasm.clone();
  const bound = instantiate(wasm, getImports()).then(begin);
  const isOurs = check(copy, WASM_DIGEST);
  isOurs.catch(() =>
    bound.then(
      () => (isSpoilt = true),
      () => {},
    ),
  );
  const [rules, module] = await Promise.all([style.text(), bound, isOurs]);
  sheets[0].replaceSync(rules);
  // Linked once: a second time would overwrite the memory in use.
  const getModule = once(() =>
    join(report, async () => ({ a: module, b: (await getHostPage()).reportImports(...shared()) })),
  );
  getLoadedCodec = async () => (await Promise.all([getCodec(), getHostPage(), getModule()]))[0];
  getLoadedCodec().catch(() => {});
}
