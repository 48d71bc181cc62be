// Makes photos upright and smaller, without metadata, by the browser's own codecs. One at a time: phones have little
// memory, and a decoded photo of 12 MP takes 48 MB of it.

const SIDE = 2048;
const QUALITY = 0.85;

let last = Promise.resolve();

self.onmessage = ({ data: { id, file } }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id, jpeg: await prepare(file) });
    } catch {
      self.postMessage({ id });
    }
  });
};

async function prepare(file) {
  // Decoding turns it upright.
  const photo = await createImageBitmap(file);
  const { width, height } = photo;
  const side = Math.min(SIDE, Math.max(width, height));
  // Given one side, the browser keeps the shape.
  const small = await createImageBitmap(photo, {
    ...(width > height ? { resizeWidth: side } : { resizeHeight: side }),
    resizeQuality: "high",
  });
  photo.close();
  const canvas = new OffscreenCanvas(small.width, small.height);
  canvas.getContext("2d", { alpha: false }).drawImage(small, 0, 0);
  small.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
}
