// SurveyJS sends files as they are, and its documentation leaves what is done before to `onUploadFiles`. Its users do
// this there: the browser's decoder and a canvas, on the page itself.

const SIDE = 2048;
const QUALITY = 0.85;

/** The photo upright and at most 2048 px, as a JPEG without metadata. */
export async function shrink(file) {
  const photo = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(photo.width, photo.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(photo.width * scale);
  canvas.height = Math.round(photo.height * scale);
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  photo.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((jpeg) => (jpeg ? resolve(jpeg) : reject(new Error("no canvas"))), "image/jpeg", QUALITY);
  });
}
