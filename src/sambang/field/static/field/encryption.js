// AES-GCM encryption with the officer's non-extractable key, SHA-256, and base64.
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const encodeText = (text) => encoder.encode(text);

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

export function toBase64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  // In chunks: a whole photo spread into one call overflows the stack.
  for (let start = 0; start < bytes.length; start += 0x8000)
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return btoa(text);
}

/** A CryptoKey from 32 bytes in base64; scripts can use it but not read it. */
export async function importKey(base64) {
  const raw = fromBase64(base64);
  if (raw.length !== 32) throw new Error("a key of 32 bytes was expected");
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  return key;
}

/** {iv, ciphertext}: a fresh 12-byte iv and the bytes with their authentication tag. */
export async function encrypt(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, ciphertext: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
}

export const decrypt = (key, { iv, ciphertext }) =>
  crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, ciphertext);

export const encryptJson = (key, value) => encrypt(key, encoder.encode(JSON.stringify(value)));
export const decryptText = async (key, box) => decoder.decode(await decrypt(key, box));
export const decryptJson = async (key, box) => JSON.parse(await decryptText(key, box));

/** As 64 hexadecimal digits. */
export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
