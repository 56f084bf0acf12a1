// A photo made small before it is kept. Redrawn on a canvas, so that nothing of the camera's EXIF (place, phone) stays.
const LONGEST = 1600;
const QUALITY = 0.8;

async function drawable(file) {
  if ("createImageBitmap" in window) return createImageBitmap(file);
  throw new Error("no pictures on this browser");
}

/** {bytes, canvas} of a picture at most 1600 px long. Throws when the file is no picture. */
export async function shrink(file) {
  const image = await drawable(file);
  const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  if (image.close) image.close();
  return { bytes: await bytesFrom(canvas, "image/jpeg"), canvas };
}

export async function bytesFrom(canvas, type) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) throw new Error("the picture could not be drawn");
  return new Response(blob).arrayBuffer();
}
