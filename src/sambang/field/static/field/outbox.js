// The outbox: an append-only store of the items recorded on this phone (docs/decisions/0018-field-protocol.md).
// States: saved → sent → received, or refused. Only a receipt with the hash of the stored bytes confirms an item.
import { isFull, read, requestResult, write } from "./database.js";
import * as cacheBackup from "./cache_backup.js";
import { officeNow } from "./clock.js";
import {
  decrypt,
  decryptJson,
  decryptText,
  encodeText,
  encrypt,
  encryptJson,
  sha256,
  toBase64,
} from "./encryption.js";
import * as drafts from "./drafts.js";
import { localTimestamp } from "./format.js";
import { applyReceipts } from "./receipts.js";

export const SCHEMA = 1;
const KEEP_DAYS = 14;
const DAY = 86_400_000;
const STORES = ["meta", "items", "files", "drafts"];

const channel = "BroadcastChannel" in window ? new BroadcastChannel("lapangan") : null;
const listeners = new Set();
const decrypted = new Map(); // id → {item, label}; both are immutable

export function onChange(listener) {
  listeners.add(listener);
}

function notifyListeners() {
  for (const listener of listeners) listener();
}

function announceChange() {
  notifyListeners();
  if (channel) channel.postMessage("log");
}
if (channel) channel.onmessage = notifyListeners;

const fileKey = (by, hash) => `${by}/${hash}`;
export const isWaiting = (row) => row.state === "saved" || row.state === "sent";
const needsAttention = (row) => row.state === "refused" && !row.corrected_by;

/** {item, row, boxes}: the item, its encrypted row, and its encrypted files. */
async function prepare(session, entry, sequence, moment) {
  const { person, key, device } = session;
  const files = await Promise.all(
    (entry.files || []).map(async ({ bytes, name }) => ({
      sha256: await sha256(bytes),
      size: bytes.byteLength,
      name,
      ...(await encrypt(key, bytes)),
    })),
  );
  const item = {
    id: crypto.randomUUID(),
    sequence,
    device,
    by: person.id,
    schema: SCHEMA,
    kind: entry.kind,
    recorded_at: localTimestamp(moment),
    body: entry.body,
    files: files.map(({ sha256: hash, size, name }) => ({ sha256: hash, size, name })),
  };
  if (entry.corrects) item.corrects = entry.corrects;
  const text = encodeText(JSON.stringify(item));
  const row = {
    id: item.id,
    by: person.id,
    sequence,
    kind: item.kind,
    state: "saved",
    size: text.byteLength,
    sha256: await sha256(text),
    files: item.files,
    text: await encrypt(key, text),
    label: await encryptJson(key, entry.label || ""),
  };
  const boxes = files.map(({ sha256: hash, iv, ciphertext }) => ({
    key: fileKey(person.id, hash),
    by: person.id,
    sha256: hash,
    iv,
    ciphertext,
  }));
  return { item, row, boxes };
}

/** Store entries {kind, body, label, files?: [{bytes, name}], corrects?}, all or none; resolves with the items when
 * they are on flash storage. `forms`: the keys of the forms whose drafts they were, deleted in the same transaction. */
export async function append(session, entries, forms = []) {
  for (;;) {
    const [last = 0, latest = 0, names = {}] = await read(["meta"], async ({ meta }) =>
      Promise.all(["sequence", "latest", "names"].map((name) => requestResult(meta.get(name)))),
    );
    // The office keeps the later of two values: timestamps increase even if the phone's clock was set back.
    const now = Math.max((await officeNow()).getTime(), latest + 1);
    const prepared = await Promise.all(
      entries.map((entry, index) =>
        prepare(session, entry, last + index + 1, new Date(now + index)),
      ),
    );
    const ids = prepared.map(({ item }) => item.id);
    const counters = { sequence: last + prepared.length, latest: now + prepared.length };
    await backUp(prepared, ids, { device: session.device, names, ...counters });
    const done = forms.map((key) => drafts.rowKey(session, key));
    const isStored = await insert(prepared, last, counters, done).catch(async (error) => {
      await removeBackup(ids); // it was not reported as stored, so it must not be restored
      throw error;
    });
    if (isStored) {
      for (const key of done) await cacheBackup.removeBox("drafts", key).catch(() => null);
      announceChange();
      return prepared.map(({ item }) => item);
    }
    await removeBackup(ids);
  }
}

/** False where another tab took the sequence number: encryption cannot happen inside the transaction. */
function insert(prepared, last, counters, done) {
  return write(STORES, async ({ meta, items, files, drafts: draftStore }) => {
    if (((await requestResult(meta.get("sequence"))) || 0) !== last) return false;
    for (const [name, value] of Object.entries(counters)) meta.put(value, name);
    for (const key of done) draftStore.delete(key);
    for (const { item, row, boxes } of prepared) {
      items.add(row);
      for (const box of boxes) files.put(box);
      const corrected = item.corrects && (await requestResult(items.get(item.corrects)));
      if (corrected) items.put({ ...corrected, corrected_by: row.id });
    }
    return true;
  });
}

/** Write the backup before the database, so that a full disk fails here and leaves the database intact. A browser
 * without Cache Storage, or with a broken one, has the database alone. */
async function backUp(prepared, ids, device) {
  try {
    await cacheBackup.putBox("meta", "phone", device);
    await cacheBackup.putItems(prepared);
  } catch (error) {
    await removeBackup(ids);
    if (isFull(error)) throw error;
  }
}

const removeBackup = (ids) => cacheBackup.removeItems(ids).catch(() => null);

export const loadRows = () => read(["items"], ({ items }) => requestResult(items.getAll()));

/** The officer's own items on this phone, by sequence number: [{row, item, label}]. */
export async function loadEntries(session) {
  const own = (await loadRows()).filter((row) => row.by === session.person.id);
  own.sort((one, other) => one.sequence - other.sequence);
  return Promise.all(
    own.map(async (row) => {
      if (!decrypted.has(row.id)) {
        decrypted.set(row.id, {
          item: await decryptJson(session.key, row.text),
          label: await decryptJson(session.key, row.label),
        });
      }
      return { row, ...decrypted.get(row.id) };
    }),
  );
}

export function clearDecrypted() {
  decrypted.clear();
}

/** The exact text whose hash the row holds. */
export const itemText = (session, row) => decryptText(session.key, row.text);

export async function fileBytes(session, hash) {
  const box = await read(["files"], ({ files }) =>
    requestResult(files.get(fileKey(session.person.id, hash))),
  );
  return box ? decrypt(session.key, box) : null;
}

/** {waiting, quarantined, unconfirmedOf(personId)}, over all officers of this phone. */
export async function loadCounts() {
  const rows = await loadRows();
  return {
    waiting: rows.filter(isWaiting).length,
    quarantined: rows.filter(needsAttention).length,
    unconfirmedOf: (id) =>
      rows.filter((row) => row.by === id && (isWaiting(row) || needsAttention(row))).length,
  };
}

export async function markSent(ids) {
  await write(["items"], async ({ items }) => {
    for (const id of ids) {
      const row = await requestResult(items.get(id));
      if (row && row.state === "saved") items.put({ ...row, state: "sent" });
    }
  });
}

/** Apply the office's receipts; returns the changed rows. */
export async function receive(epoch, receipts) {
  const changed = await write(["items", "meta"], async ({ items, meta }) => {
    const seen = await requestResult(meta.get("seen"));
    const rows = await requestResult(items.getAll());
    const result = applyReceipts(epoch, receipts, { rows, seen });
    for (const row of result.rows) items.put(row);
    meta.put(result.seen, "seen");
    return result.rows;
  });
  await removeBackup(changed.filter((row) => row.state === "received").map((row) => row.id));
  if (changed.length) announceChange();
  return changed;
}

/** Note the office's epoch. A new epoch means that the office was restored from a backup and may lack items that it had
 * confirmed: everything still on this phone is offered again. */
export async function noteEpoch(epoch) {
  const isRestored = await write(["items", "meta"], async ({ items, meta }) => {
    const known = await requestResult(meta.get("epoch"));
    if (known === epoch) return false;
    meta.put(epoch, "epoch");
    meta.put({ epoch, number: 0 }, "seen");
    if (!known) return false;
    for (const row of await requestResult(items.getAll())) {
      if (row.state === "received" || row.state === "sent") items.put({ ...row, state: "saved" });
    }
    return true;
  });
  if (isRestored) announceChange();
}

export async function retryRefused(id) {
  await write(["items"], async ({ items }) => {
    const row = await requestResult(items.get(id));
    if (row && row.state === "refused") items.put({ ...row, state: "saved", reason: "" });
  });
  announceChange();
}

/** Delete items that were confirmed KEEP_DAYS ago by the office's clock; the phone's clock may be wrong by months. */
export async function prune(officeTime) {
  const before = new Date(officeTime).getTime() - KEEP_DAYS * DAY;
  if (!Number.isFinite(before)) return;
  await write(["items", "files"], async ({ items, files }) => {
    const isOld = (row) => row.state === "received" && new Date(row.received_at).getTime() < before;
    const needed = new Set();
    for (const row of await requestResult(items.getAll())) {
      if (isOld(row)) items.delete(row.id);
      else for (const file of row.files) needed.add(fileKey(row.by, file.sha256));
    }
    for (const key of await requestResult(files.getAllKeys()))
      if (!needed.has(key)) files.delete(key);
  });
}

/** {blob, count}: every unconfirmed item and its files, encrypted, in the format of "An exported file" in 0018. */
export async function exportFile(device) {
  const rows = (await loadRows()).filter((row) => row.state !== "received");
  const encode = ({ iv, ciphertext }) => ({ iv: toBase64(iv), sealed: toBase64(ciphertext) });
  const head = { sambang: "lapangan", schema: SCHEMA, device, made_at: localTimestamp() };
  const items = rows.map((row) => ({
    id: row.id,
    by: row.by,
    sha256: row.sha256,
    ...encode(row.text),
  }));
  const parts = [JSON.stringify({ ...head, items }).slice(0, -1), ',"files":['];
  const keys = new Set(
    rows.flatMap((row) => row.files.map((file) => fileKey(row.by, file.sha256))),
  );
  let separator = "";
  for (const key of keys) {
    // One file at a time: all of them together may not fit into the memory of a cheap phone.
    const file = await read(["files"], ({ files }) => requestResult(files.get(key)));
    if (!file) continue;
    parts.push(separator, JSON.stringify({ by: file.by, sha256: file.sha256, ...encode(file) }));
    separator = ",";
  }
  parts.push("]}");
  return { blob: new Blob(parts, { type: "application/json" }), count: rows.length };
}
