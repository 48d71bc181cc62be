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
   * @type {Array<UnfinishedPhoto["processed"] | undefined>}
   */
  const pending = [];
  /** @param {MessageEvent<{ asked?: PhotoRequest, place?: number }>} event */
  self.onmessage = async ({ data: { asked, place = 0 } }) => {
    try {
      if (!asked) {
        const processed = pending[place];
        delete pending[place];
        return self.postMessage({ answer: await processed?.() });
      }
      const { processed, ...preview } = await previewOf(...asked);
      const answer = { ...preview, place: pending.push(processed) - 1 };
      self.postMessage({ answer }, { transfer: [preview.thumbnail, preview.luma.buffer] });
    } catch {
      self.postMessage({});
    }
  };
  new Intl.DateTimeFormat();
  self.postMessage("ready");
}
