// A second copy, in another store, of every item that the office has not confirmed, of every draft, and of the parcel. A
// browser that meets a full disk may throw its IndexedDB away (bench/field_faults.py, "storage full"); the cache storage
// stands apart from it. What lies here is sealed as it is in the log, and is only ever read into a log that is empty.
import { fromBase64, toBase64 } from "./seal.js";

const ITEMS = "catatan";
const BOXES = "tulisan";
// Names, never asked of the office.
const address = (id) => `/lapangan/${ITEMS}/${id}`;
const place = (store, key) => `/lapangan/${BOXES}/${store}/${encodeURIComponent(key)}`;

const boxed = ({ iv, sealed }) => ({ iv: toBase64(iv), sealed: toBase64(sealed) });
const unboxed = ({ iv, sealed }) => ({ iv: fromBase64(iv), sealed: fromBase64(sealed).buffer });
const written = (facts) =>
  new Response(JSON.stringify(facts), { headers: { "Content-Type": "application/json" } });

const cupboard = (name) => ("caches" in window ? caches.open(name) : null);

export const isFull = (wrong) => Boolean(wrong) && wrong.name === "QuotaExceededError";

/** Throws QuotaExceededError where there is no room; before anything is called stored. */
export async function keep(entries) {
  const cache = await cupboard(ITEMS);
  if (!cache) return;
  for (const { row, boxes } of entries) {
    const { text, label, ...rest } = row;
    const files = boxes.map(({ iv, sealed, ...facts }) => ({ ...facts, ...boxed({ iv, sealed }) }));
    await cache.put(
      address(row.id),
      written({ row: rest, text: boxed(text), label: boxed(label), files }),
    );
  }
}

export async function drop(ids) {
  const cache = await cupboard(ITEMS);
  if (!cache) return;
  await Promise.all(ids.map((id) => cache.delete(address(id))));
}

const ANY_TURN = { ignoreSearch: true };
const turnOf = ({ url }) => Number(new URL(url).search.slice(1)) || 0;

/** What lies in `store` under `key`: facts, and with them a sealed box where there is one. The one before goes only when
 * the new one lies there, for a disk without room would else cost both. Throws QuotaExceededError; a browser that has no
 * such store, or a broken one, has the log alone. */
export async function keepBox(store, key, { iv, sealed, ...facts }) {
  try {
    const cache = await cupboard(BOXES);
    if (!cache) return;
    const older = await cache.keys(place(store, key), ANY_TURN);
    const turn = 1 + Math.max(0, ...older.map(turnOf));
    await cache.put(
      `${place(store, key)}?${turn}`,
      written(sealed ? { ...facts, ...boxed({ iv, sealed }) } : facts),
    );
    await Promise.all(older.map((request) => cache.delete(request)));
  } catch (wrong) {
    if (isFull(wrong)) throw wrong;
  }
}

export async function dropBox(store, key) {
  const cache = await cupboard(BOXES);
  if (cache) await cache.delete(place(store, key), ANY_TURN);
}

/** Lets go of the boxes of `store` that the log no longer knows: a browser killed in between left them. */
export async function sweep(store, keys) {
  const cache = await cupboard(BOXES);
  if (!cache) return;
  const known = new Set(keys.map((key) => place(store, key)));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith(place(store, "")) && !known.has(pathname)) await cache.delete(request);
  }
}

async function read(cache, take) {
  for (const request of cache ? await cache.keys() : []) {
    try {
      take(request, await (await cache.match(request)).json());
    } catch {
      /* half a copy: it was never called stored */
    }
  }
}

/** {phone, rows, files, drafts, cache}: what the log lost, or null when there is nothing. A copy that cannot be read is
 * left where it is. */
export async function all() {
  const found = { phone: null, rows: [], files: [], drafts: new Map(), cache: new Map() };
  await read(await cupboard(ITEMS), (_request, { row, text, label, files }) => {
    const pictures = files.map(({ iv, sealed, ...facts }) => ({
      ...facts,
      ...unboxed({ iv, sealed }),
    }));
    found.rows.push({ ...row, state: "saved", text: unboxed(text), label: unboxed(label) });
    found.files.push(...pictures);
  });
  const newest = new Map(); // of two turns the older one stayed only because the browser was killed
  await read(await cupboard(BOXES), (request, facts) => {
    const [store, key] = new URL(request.url).pathname.split("/").slice(-2).map(decodeURIComponent);
    if ((newest.get(`${store}/${key}`) || 0) > turnOf(request)) return;
    newest.set(`${store}/${key}`, turnOf(request));
    const { iv, sealed, ...rest } = facts;
    if (store === "meta") found.phone = rest;
    else found[store].set(key, { ...rest, ...unboxed({ iv, sealed }) });
  });
  return found.phone ? found : null;
}
