// A second copy, in Cache Storage, of every unconfirmed item, every draft and the offline bundle. Chromium may delete
// its IndexedDB when the disk is full (bench/field_faults.py, "storage full"); Cache Storage is not affected. Copies
// are encrypted as in the database and are read only to refill an empty database.
import { fromBase64, toBase64 } from "./encryption.js";

const ITEM_CACHE = "catatan";
const BOX_CACHE = "tulisan";
// Cache keys; no request is ever sent to these addresses.
const itemUrl = (id) => `/lapangan/${ITEM_CACHE}/${id}`;
const boxUrl = (store, key) => `/lapangan/${BOX_CACHE}/${store}/${encodeURIComponent(key)}`;

const toJson = ({ iv, ciphertext }) => ({ iv: toBase64(iv), ciphertext: toBase64(ciphertext) });
const fromJson = ({ iv, ciphertext }) => ({
  iv: fromBase64(iv),
  ciphertext: fromBase64(ciphertext).buffer,
});
const jsonResponse = (value) =>
  new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } });

const openCache = (name) => ("caches" in window ? caches.open(name) : null);

export const isFull = (error) => Boolean(error) && error.name === "QuotaExceededError";

/** Write prepared items {row, boxes}. Throws QuotaExceededError where there is no room. */
export async function putItems(prepared) {
  const cache = await openCache(ITEM_CACHE);
  if (!cache) return;
  for (const { row, boxes } of prepared) {
    const { text, label, ...rest } = row;
    const files = boxes.map(({ iv, ciphertext, ...metadata }) => ({
      ...metadata,
      ...toJson({ iv, ciphertext }),
    }));
    await cache.put(
      itemUrl(row.id),
      jsonResponse({ row: rest, text: toJson(text), label: toJson(label), files }),
    );
  }
}

export async function removeItems(ids) {
  const cache = await openCache(ITEM_CACHE);
  if (!cache) return;
  await Promise.all(ids.map((id) => cache.delete(itemUrl(id))));
}

const ANY_REVISION = { ignoreSearch: true };
const revisionOf = ({ url }) => Number(new URL(url).search.slice(1)) || 0;

/** Write metadata, with an encrypted box where there is one, under `store` and `key`. The previous revision is deleted
 * only after the new one is written: on a full disk both would be lost otherwise. Throws QuotaExceededError; without
 * Cache Storage, or with a broken one, nothing is written. */
export async function putBox(store, key, { iv, ciphertext, ...metadata }) {
  try {
    const cache = await openCache(BOX_CACHE);
    if (!cache) return;
    const older = await cache.keys(boxUrl(store, key), ANY_REVISION);
    const revision = 1 + Math.max(0, ...older.map(revisionOf));
    await cache.put(
      `${boxUrl(store, key)}?${revision}`,
      jsonResponse(ciphertext ? { ...metadata, ...toJson({ iv, ciphertext }) } : metadata),
    );
    await Promise.all(older.map((request) => cache.delete(request)));
  } catch (error) {
    if (isFull(error)) throw error;
  }
}

export async function removeBox(store, key) {
  const cache = await openCache(BOX_CACHE);
  if (cache) await cache.delete(boxUrl(store, key), ANY_REVISION);
}

/** Delete the boxes of `store` whose keys are not in `keys`: a browser killed between two writes leaves such boxes. */
export async function removeOthers(store, keys) {
  const cache = await openCache(BOX_CACHE);
  if (!cache) return;
  const known = new Set(keys.map((key) => boxUrl(store, key)));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(boxUrl(store, "")) && !known.has(pathname)) await cache.delete(request);
  }
}

async function forEachEntry(cache, visit) {
  for (const request of cache ? await cache.keys() : []) {
    try {
      visit(request, await (await cache.match(request)).json());
    } catch {
      /* an incomplete copy: its item was never reported as stored */
    }
  }
}

/** {device, rows, files, drafts, cache}, or null when there is no copy. A copy that cannot be read is left in place. */
export async function readAll() {
  const found = { device: null, rows: [], files: [], drafts: new Map(), cache: new Map() };
  await forEachEntry(await openCache(ITEM_CACHE), (_request, { row, text, label, files }) => {
    const boxes = files.map(({ iv, ciphertext, ...metadata }) => ({
      ...metadata,
      ...fromJson({ iv, ciphertext }),
    }));
    found.rows.push({ ...row, state: "saved", text: fromJson(text), label: fromJson(label) });
    found.files.push(...boxes);
  });
  const newest = new Map(); // an older revision remains only where the browser was killed before deleting it
  await forEachEntry(await openCache(BOX_CACHE), (request, content) => {
    const [store, key] = new URL(request.url).pathname.split("/").slice(-2).map(decodeURIComponent);
    if ((newest.get(`${store}/${key}`) || 0) > revisionOf(request)) return;
    newest.set(`${store}/${key}`, revisionOf(request));
    const { iv, ciphertext, ...metadata } = content;
    if (store === "meta") found.device = metadata;
    else found[store].set(key, { ...metadata, ...fromJson({ iv, ciphertext }) });
  });
  return found.device ? found : null;
}
