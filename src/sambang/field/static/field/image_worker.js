// The worker of images.js: decoding and encoding a photo takes seconds on a cheap phone, and the page stays usable.
const [MAX_SIDE, SMALL_SIDE, QUALITY] = [1600, 96, 0.8]; // pixels, pixels, JPEG quality

function draw(image, longest) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d").drawImage(image, 0, 0, width, height);
  return canvas;
}

async function resize(file) {
  const image = await createImageBitmap(file);
  const canvas = draw(image, MAX_SIDE);
  image.close();
  const thumbnail = draw(canvas, SMALL_SIDE).transferToImageBitmap();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return { bytes: await blob.arrayBuffer(), thumbnail };
}

self.addEventListener("message", async ({ data: { id, file } }) => {
  try {
    const resized = await resize(file);
    self.postMessage({ id, ...resized }, [resized.bytes, resized.thumbnail]);
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
