/**
 * The photo processor's delivered file: the page imports it, and each worker runs it, so steps and results are the same in both.
 */

import { previewOf } from "./photo-codec.js";

export { givesBackWhatIsDrawn } from "./photo-codec.js";
export { photoProcessor, warm } from "./photo-processor.js";

/** @import { PhotoRequest, UnfinishedPhoto } from "./photo-codec.js" */

const isWorker = typeof WorkerGlobalScope !== "undefined" && self instanceof WorkerGlobalScope;
if (isWorker) {
  /**
   * How to make the photos that are to be sent, by the number that their previews were answered with.
   *
   * @type {Array<UnfinishedPhoto["print"] | undefined>}
   */
  const prints = [];
  /** @param {MessageEvent<{ asked?: PhotoRequest, place?: number }>} event */
  self.onmessage = async ({ data: { asked, place = 0 } }) => {
    try {
      if (!asked) {
        const print = prints[place];
        delete prints[place];
        return self.postMessage({ answer: await print?.() });
      }
      const { print, ...preview } = await previewOf(...asked);
      const answer = { ...preview, place: prints.push(print) - 1 };
      self.postMessage({ answer }, { transfer: [preview.thumbnail, preview.luma.buffer] });
    } catch {
      self.postMessage({});
    }
  };
  new Intl.DateTimeFormat();
  self.postMessage("ready");
}
