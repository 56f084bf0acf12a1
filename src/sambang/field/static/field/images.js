// Photos are resized before they are stored, in a worker where the browser can. Drawing on a canvas also removes EXIF
// data (position, phone model).
import { IMAGE_WORKER, trustedAddress } from "./trusted_scripts.js";

const [MAX_SIDE, QUALITY] = [1600, 0.8]; // pixels, JPEG quality: as in image_worker.js

let worker; // undefined before the first photo, null if the browser has no such worker
const waiting = new Map(); // id → {resolve, reject} of the photos in the worker
let ids = 0;

function startWorker() {
  if (!IMAGE_WORKER || typeof OffscreenCanvas === "undefined") return null;
  try {
    const started = new Worker(trustedAddress(IMAGE_WORKER));
    started.addEventListener("message", ({ data: { id, error, ...resized } }) => {
      const { resolve, reject } = waiting.get(id);
      waiting.delete(id);
      if (error) reject(new Error(error));
      else resolve(resized);
    });
    started.addEventListener("error", (event) => {
      event.preventDefault(); // the script did not load or memory ran out: the page resizes the photo itself
      worker = null;
      for (const { reject } of waiting.values()) reject(new WorkerFailure());
      waiting.clear();
    });
    return started;
  } catch {
    return null;
  }
}

class WorkerFailure extends Error {}

/** {bytes, thumbnail} of a photo file as JPEG, no side longer than 1600 pixels; the thumbnail can be drawn on a canvas.
 * Throws when the file is not an image. */
export async function resizePhoto(file) {
  if (worker === undefined) worker = startWorker();
  if (!worker) return resizeInPage(file);
  ids += 1;
  const id = ids;
  const resized = new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
  });
  worker.postMessage({ id, file });
  return resized.catch((error) => {
    if (error instanceof WorkerFailure) return resizeInPage(file);
    throw error;
  });
}

async function resizeInPage(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, MAX_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  if (image.close) image.close();
  return { bytes: await encodeCanvas(canvas, "image/jpeg"), thumbnail: canvas };
}

export async function encodeCanvas(canvas, type) {
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob) throw new Error("the canvas could not be encoded");
  return new Response(blob).arrayBuffer();
}
