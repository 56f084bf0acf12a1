// A second copy, in another store, of every item that the office has not confirmed. A browser that meets a full disk may
// throw its IndexedDB away (bench/field_faults.py, "storage full"); the cache storage stands apart from it. What lies here
// is sealed as it is in the log, and is only ever read into a log that is empty.
import { fromBase64, toBase64 } from "./seal.js";

const NAME = "catatan";
const address = (id) => `/lapangan/catatan/${id}`; // a name, never asked of the office

const boxed = ({ iv, sealed }) => ({ iv: toBase64(iv), sealed: toBase64(sealed) });
const unboxed = ({ iv, sealed }) => ({ iv: fromBase64(iv), sealed: fromBase64(sealed).buffer });

const cupboard = () => ("caches" in window ? caches.open(NAME) : null);

/** Throws QuotaExceededError where there is no room; before anything is called stored. */
export async function keep(device, entries) {
  const cache = await cupboard();
  if (!cache) return;
  for (const { row, boxes } of entries) {
    const { text, label, ...rest } = row;
    const files = boxes.map(({ iv, sealed, ...facts }) => ({ ...facts, ...boxed({ iv, sealed }) }));
    const copy = { device, row: rest, text: boxed(text), label: boxed(label), files };
    await cache.put(address(row.id), new Response(JSON.stringify(copy), { headers: { "Content-Type": "application/json" } }));
  }
}

export async function drop(ids) {
  const cache = await cupboard();
  if (!cache) return;
  await Promise.all(ids.map((id) => cache.delete(address(id))));
}

/** {device, rows, files}: what the log lost, or null when there is nothing. A copy that cannot be read is left where it is. */
export async function all() {
  const cache = await cupboard();
  if (!cache) return null;
  const found = { device: null, rows: [], files: [] };
  for (const request of await cache.keys()) {
    try {
      const { device, row, text, label, files } = await (await cache.match(request)).json();
      found.rows.push({ ...row, state: "saved", text: unboxed(text), label: unboxed(label) });
      found.files.push(...files.map(({ iv, sealed, ...facts }) => ({ ...facts, ...unboxed({ iv, sealed }) })));
      found.device = device;
    } catch { /* half a copy: it was never called stored */ }
  }
  return found.rows.length ? found : null;
}
