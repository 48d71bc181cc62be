// One FilePond for each group of photos: it previews them, makes them smaller and sends them while the customer goes on.

import * as FilePond from "filepond";
import dutch from "filepond/locale/nl-nl.js";
import FileValidateType from "filepond-plugin-file-validate-type";
import ImageExifOrientation from "filepond-plugin-image-exif-orientation";
import ImagePreview from "filepond-plugin-image-preview";
import ImageResize from "filepond-plugin-image-resize";
import ImageTransform from "filepond-plugin-image-transform";
import { authorization, digestOf, discardPhoto, photoAddress } from "../shared/api.js";
import { SUBJECTS, WORDS } from "../shared/words.js";
import "filepond/dist/filepond.min.css";
import "filepond-plugin-image-preview/dist/filepond-plugin-image-preview.min.css";

FilePond.registerPlugin(FileValidateType, ImageExifOrientation, ImagePreview, ImageResize, ImageTransform);
FilePond.setOptions({
  ...dutch,
  labelIdle: `<span class="filepond--label-action">${WORDS.photos.choose}</span>`,
  credits: false,
  allowMultiple: true,
  acceptedFileTypes: ["image/jpeg", "image/png", "image/webp"],
  imagePreviewMaxHeight: 160,
  imageResizeTargetWidth: 2048,
  imageResizeTargetHeight: 2048,
  imageResizeMode: "contain",
  imageResizeUpscale: false,
  imageTransformOutputMimeType: "image/jpeg",
  imageTransformOutputQuality: 85,
});

const { FileStatus } = FilePond;

/** Turns the file inputs of the form into ponds. `onChange` is called when something became of a photo. */
export function createPonds({ policy }, onChange) {
  const ponds = {};
  /** The photos as they are sent, by FilePond's id: FilePond itself goes on showing the file as picked. */
  const thumbnails = new Map();
  const count = () => SUBJECTS.reduce((sum, subject) => sum + ponds[subject].getFiles().length, 0);

  for (const subject of SUBJECTS) {
    ponds[subject] = FilePond.create(document.getElementById(subject), {
      server: { process: sender(subject), revert: (sha256, load) => discardPhoto(sha256).then(load) },
      beforeAddFile: () => count() < policy.photos_max,
      onpreparefile: ({ id }, output) => {
        thumbnails.set(id, URL.createObjectURL(output));
        onChange();
      },
      onaddfile: onChange,
      onprocessfile: onChange,
      onremovefile: (_error, { id }) => {
        URL.revokeObjectURL(thumbnails.get(id));
        thumbnails.delete(id);
        onChange();
      },
    });
  }

  // A file that is no photo stays in the pond, with words that say so.
  const photos = (subject) => ponds[subject].getFiles().filter(({ status }) => status !== FileStatus.LOAD_ERROR);
  const all = () => SUBJECTS.flatMap(photos);
  return {
    count: (subject) => photos(subject).length,
    thumbnails: (subject) =>
      photos(subject)
        .filter(({ id }) => thumbnails.has(id))
        .map(({ id, filename }) => ({ src: thumbnails.get(id), alt: filename })),
    areSent: () => all().every(({ status }) => status === FileStatus.PROCESSING_COMPLETE),
    haveFailed: () => all().some(({ status }) => status === FileStatus.PROCESSING_ERROR),
    digests: () =>
      Object.fromEntries(
        SUBJECTS.map((subject) => [subject, [...new Set(photos(subject).map(({ serverId }) => serverId))]]),
      ),
  };
}

/** Sends a photo of `subject`, as FilePond wants it done where the backend takes no forms. */
function sender(subject) {
  return (_field, file, _metadata, load, error, progress, abort) => {
    const request = new XMLHttpRequest();
    let isAborted = false;
    request.upload.onprogress = (event) => progress(event.lengthComputable, event.loaded, event.total);
    request.onerror = () => error(WORDS.photos.failed);

    async function send() {
      const sha256 = await digestOf(file);
      const headers = await authorization();
      if (isAborted) return;
      request.open("PUT", photoAddress(sha256, subject));
      request.setRequestHeader("Authorization", headers.Authorization);
      request.onload = () => (request.status < 300 ? load(sha256) : error(WORDS.photos.failed));
      request.send(file);
    }

    send().catch(() => error(WORDS.photos.failed));
    return {
      abort() {
        isAborted = true;
        request.abort();
        abort();
      },
    };
  };
}
