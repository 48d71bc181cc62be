// One Uppy for each group of photos: it makes them smaller and sends them while the customer goes on.

import Compressor from "@uppy/compressor";
import Uppy from "@uppy/core";
import Dutch from "@uppy/locales/lib/nl_NL.js";
import XHRUpload from "@uppy/xhr-upload";
import { authorization, digestOf, discardPhoto, photoAddress } from "../shared/api.js";
import { SUBJECTS, WORDS } from "../shared/words.js";

/** An Uppy for each subject. */
export function createUppies({ policy }) {
  const uppies = {};
  const count = () => SUBJECTS.reduce((sum, subject) => sum + uppies[subject].getFiles().length, 0);
  for (const subject of SUBJECTS) {
    uppies[subject] = new Uppy({
      id: subject,
      autoProceed: true,
      locale: Dutch,
      restrictions: { allowedFileTypes: ["image/jpeg", "image/png", "image/webp"] },
      // A restriction counts the files of one Uppy; the shop counts those of the whole report.
      onBeforeFileAdded(file, files) {
        if (Object.hasOwn(files, file.id)) return false;
        if (count() < policy.photos_max) return true;
        uppies[subject].info(WORDS.photos.full(policy.photos_max), "error", 5000);
        return false;
      },
    })
      .use(Compressor, { maxWidth: 2048, maxHeight: 2048, quality: 0.85, mimeType: "image/jpeg" })
      .use(XHRUpload, {
        method: "PUT",
        formData: false,
        endpoint: async (file) => photoAddress(await digestOf(file.data), subject),
        async onBeforeRequest(xhr) {
          xhr.setRequestHeader("Authorization", (await authorization()).Authorization);
        },
      })
      .on("file-removed", (file) => {
        const sha256 = file.response?.body?.sha256;
        if (sha256) discardPhoto(sha256);
      });
  }
  return uppies;
}

/** Waits until all photos are sent, and sends again what failed. Says whether the backend has them all. */
export async function finishUploads(uppies) {
  const all = await Promise.all(
    Object.values(uppies).map(async (uppy) => {
      // Photos that were picked one after the other are uploads of their own.
      while (Object.keys(uppy.getState().currentUploads).length > 0) {
        await new Promise((resolve) => uppy.once("complete", resolve));
      }
      if (uppy.getFiles().some(({ error }) => error)) await uppy.retryAll();
      return uppy.getFiles().every(({ progress }) => progress.uploadComplete);
    }),
  );
  return all.every(Boolean);
}

/** The digests of the photos, as a claim names them. The backend's answer to each has its own. */
export function digests(uppies) {
  return Object.fromEntries(
    SUBJECTS.map((subject) => [
      subject,
      [...new Set(uppies[subject].getFiles().map(({ response }) => response.body.sha256))],
    ]),
  );
}
