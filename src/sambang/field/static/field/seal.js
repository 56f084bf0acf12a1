// What lies on the phone is sealed with a key that this code can use and nobody can read out.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const bytesOf = (text) => encoder.encode(text);

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function toBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  // In steps: a whole picture as arguments of one call overflows the stack.
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export async function keyFrom(base64) {
  const raw = fromBase64(base64);
  if (raw.length !== 32) throw new Error("a key of 32 bytes was expected");
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return key;
}

export async function seal(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

export const unseal = (key, { iv, sealed }) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);

export const sealJson = (key, value) => seal(key, encoder.encode(JSON.stringify(value)));
export const unsealText = async (key, box) => decoder.decode(await unseal(key, box));
export const unsealJson = async (key, box) => JSON.parse(await unsealText(key, box));

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
