// Photos are resized before they are stored. Drawing on a canvas also removes EXIF data (position, phone model).
const LONGEST_SIDE = 1600; // pixels
const QUALITY = 0.8;

/** {bytes, canvas} of a photo file as JPEG, no side longer than 1600 pixels. Throws when the file is not an image. */
export async function resizePhoto(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  if (image.close) image.close();
  return { bytes: await encodeCanvas(canvas, "image/jpeg"), canvas };
}

export async function encodeCanvas(canvas, type) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) throw new Error("the canvas could not be encoded");
  return new Response(blob).arrayBuffer();
}
