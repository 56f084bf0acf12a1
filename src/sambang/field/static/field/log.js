// The append-only log of what was recorded on this phone (docs/decisions/0018-field-protocol.md).
// States: saved → sent → received, or refused. Only a receipt that names our very bytes moves an item to received.
import { isFull, promised, read, write } from "./store.js";
import * as copy from "./copy.js";
import {
  bytesOf,
  seal,
  sealJson,
  sha256,
  toBase64,
  unseal,
  unsealJson,
  unsealText,
} from "./seal.js";

export const SCHEMA = 1;
const KEEP_DAYS = 14;
const DAY = 86_400_000;
const STORES = ["meta", "items", "files", "drafts"];

const channel = "BroadcastChannel" in window ? new BroadcastChannel("lapangan") : null;
const listeners = new Set();
const opened = new Map(); // id → {item, label}, unsealed; neither ever changes

export function onChange(listener) {
  listeners.add(listener);
}

function announce() {
  for (const listener of listeners) listener();
  if (channel) channel.postMessage("log");
}
if (channel)
  channel.onmessage = () => {
    for (const listener of listeners) listener();
  };

const fileKey = (by, hash) => `${by}/${hash}`;
export const isWaiting = (row) => row.state === "saved" || row.state === "sent";

/** Local time with its offset: the office reads when it was on the officer's own clock. */
export function localTime(moment = new Date()) {
  const minutes = -moment.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 23);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

async function prepared(session, entry, sequence, moment) {
  const { person, key, device } = session;
  const files = await Promise.all(
    (entry.files || []).map(async ({ bytes, name }) => ({
      sha256: await sha256(bytes),
      size: bytes.byteLength,
      name,
      ...(await seal(key, bytes)),
    })),
  );
  const item = {
    id: crypto.randomUUID(),
    sequence,
    device,
    by: person.id,
    schema: SCHEMA,
    kind: entry.kind,
    recorded_at: localTime(moment),
    body: entry.body,
    files: files.map(({ sha256: hash, size, name }) => ({ sha256: hash, size, name })),
  };
  if (entry.mends) item.mends = entry.mends;
  const text = bytesOf(JSON.stringify(item));
  const row = {
    id: item.id,
    by: person.id,
    sequence,
    kind: item.kind,
    state: "saved",
    size: text.byteLength,
    sha256: await sha256(text),
    files: item.files,
    text: await seal(key, text),
    label: await sealJson(key, entry.label || ""),
  };
  const boxes = files.map(({ sha256: hash, iv, sealed }) => ({
    key: fileKey(person.id, hash),
    by: person.id,
    sha256: hash,
    iv,
    sealed,
  }));
  return { item, row, boxes };
}

/** Store entries {kind, body, label, files?: [{bytes, name}], mends?} whole or not at all; resolves when they are on
 * the flash. `draft`: the key of the draft that they were typed into; it goes in the same transaction. */
export async function append(session, entries, draft = null) {
  for (;;) {
    const [last = 0, latest = 0, names = {}] = await read(["meta"], async ({ meta }) =>
      Promise.all(["sequence", "latest", "names"].map((name) => promised(meta.get(name)))),
    );
    // Of two words about one thing the later stands: so a phone whose clock was set back still counts onwards.
    const now = Math.max(Date.now(), latest + 1);
    const ready = await Promise.all(
      entries.map((entry, index) =>
        prepared(session, entry, last + index + 1, new Date(now + index)),
      ),
    );
    const ids = ready.map(({ item }) => item.id);
    await copied(ready, ids, {
      device: session.device,
      sequence: last + ready.length,
      latest: now + ready.length,
      names,
    });
    // Sealing cannot happen inside a transaction, so the number is taken only if no other tab took it meanwhile.
    const done = await write(STORES, async ({ meta, items, files, drafts }) => {
      if (((await promised(meta.get("sequence"))) || 0) !== last) return false;
      meta.put(last + ready.length, "sequence");
      meta.put(now + ready.length, "latest");
      if (draft) drafts.delete(draft);
      for (const { item, row, boxes } of ready) {
        items.add(row);
        for (const box of boxes) files.put(box);
        const mended = item.mends && (await promised(items.get(item.mends)));
        if (mended) items.put({ ...mended, mended: row.id });
      }
      return true;
    }).catch(async (wrong) => {
      await uncopied(ids); // it is not called stored, so it must not come back either
      throw wrong;
    });
    if (done) {
      if (draft) await copy.dropBox("drafts", draft).catch(() => null);
      announce();
      return ready.map(({ item }) => item);
    }
    await uncopied(ids);
  }
}

/** The second copy first: a disk without room is met there, and the log itself is spared. A browser that has no such
 * store, or a broken one, has the log alone. */
async function copied(ready, ids, phone) {
  try {
    await copy.keepBox("meta", "phone", phone);
    await copy.keep(ready);
  } catch (wrong) {
    await uncopied(ids);
    if (isFull(wrong)) throw wrong;
  }
}

const uncopied = (ids) => copy.drop(ids).catch(() => null);

export const rows = () => read(["items"], ({ items }) => promised(items.getAll()));

/** Everything that this person recorded and the phone still holds, in order: [{row, item, label}]. */
export async function held(session) {
  const mine = (await rows()).filter((row) => row.by === session.person.id);
  mine.sort((one, other) => one.sequence - other.sequence);
  return Promise.all(
    mine.map(async (row) => {
      if (!opened.has(row.id)) {
        opened.set(row.id, {
          item: await unsealJson(session.key, row.text),
          label: await unsealJson(session.key, row.label),
        });
      }
      return { row, ...opened.get(row.id) };
    }),
  );
}

export function forgetOpened() {
  opened.clear();
}

/** The exact text of an item, as it was hashed. */
export const textOf = (session, row) => unsealText(session.key, row.text);

export async function fileOf(session, hash) {
  const box = await read(["files"], ({ files }) =>
    promised(files.get(fileKey(session.person.id, hash))),
  );
  return box ? unseal(session.key, box) : null;
}

export async function counts() {
  const all = await rows();
  const waiting = all.filter(isWaiting).length;
  const quarantined = all.filter((row) => row.state === "refused" && !row.mended).length;
  return {
    waiting,
    quarantined,
    of: (id) =>
      all.filter((row) => row.by === id && row.state !== "received" && !row.mended).length,
  };
}

export async function markSent(ids) {
  await write(["items"], async ({ items }) => {
    for (const id of ids) {
      const row = await promised(items.get(id));
      if (row && row.state === "saved") items.put({ ...row, state: "sent" });
    }
  });
}

/** What a receipt makes of its item: a new row, or null where the receipt proves nothing about our bytes. */
function settled(row, receipt) {
  if (!row || !receipt || receipt.sha256 !== row.sha256) return null;
  const kept = new Set(
    (receipt.files || []).filter((file) => file.state === "kept").map((file) => file.sha256),
  );
  const missing = row.files.filter((file) => !kept.has(file.sha256)).map((file) => file.sha256);
  if (receipt.outcome === "stored" || receipt.outcome === "already") {
    if (missing.length) return { ...row, state: "sent", missing };
    return {
      ...row,
      state: "received",
      missing: [],
      why: "",
      number: receipt.number,
      epoch: receipt.epoch,
      received_at: receipt.received_at,
    };
  }
  if (receipt.outcome === "incomplete") return { ...row, state: "sent", missing };
  if (receipt.outcome === "refused")
    return { ...row, state: "refused", why: String(receipt.why || ""), number: receipt.number };
  return null;
}

/** Takes the office's receipts; returns the rows that they moved. */
export async function receive(epoch, receipts) {
  const moved = await write(["items", "meta"], async ({ items, meta }) => {
    const before = await promised(meta.get("seen"));
    const seen = before && before.epoch === epoch ? { ...before } : { epoch, number: 0 };
    const after = [];
    for (const receipt of receipts) {
      const row = settled(await promised(items.get(receipt.id)), receipt);
      if (!row) continue;
      items.put(row);
      after.push(row);
      if (receipt.epoch === epoch && receipt.number > seen.number)
        Object.assign(seen, { number: receipt.number, item: row.id });
    }
    meta.put(seen, "seen");
    return after;
  });
  await uncopied(moved.filter((row) => row.state === "received").map((row) => row.id));
  if (moved.length) announce();
  return moved;
}

/** Meets the office's epoch. A new one: it was restored from a backup and may have forgotten what it had received, so
 * everything that this phone still holds is offered again. */
export async function meet(epoch) {
  const again = await write(["items", "meta"], async ({ items, meta }) => {
    const known = await promised(meta.get("epoch"));
    if (known === epoch) return false;
    meta.put(epoch, "epoch");
    meta.put({ epoch, number: 0 }, "seen");
    if (!known) return false;
    for (const row of await promised(items.getAll())) {
      if (row.state === "received" || row.state === "sent") items.put({ ...row, state: "saved" });
    }
    return true;
  });
  if (again) announce();
}

export async function offerAgain(id) {
  await write(["items"], async ({ items }) => {
    const row = await promised(items.get(id));
    if (row && row.state === "refused") items.put({ ...row, state: "saved", why: "" });
  });
  announce();
}

/** Lets go of what the office confirmed KEEP_DAYS ago, by the office's clock: the phone's may be wrong by months. */
export async function prune(officeTime) {
  const before = new Date(officeTime).getTime() - KEEP_DAYS * DAY;
  if (!Number.isFinite(before)) return;
  await write(["items", "files"], async ({ items, files }) => {
    const all = await promised(items.getAll());
    const old = (row) => row.state === "received" && new Date(row.received_at).getTime() < before;
    const needed = new Set();
    for (const row of all) {
      if (old(row)) items.delete(row.id);
      else for (const file of row.files) needed.add(fileKey(row.by, file.sha256));
    }
    for (const key of await promised(files.getAllKeys())) if (!needed.has(key)) files.delete(key);
  });
}

/** A file of everything that the office has not confirmed, sealed as it lies here: to be handed over by any way. */
export async function exported(device) {
  const waiting = (await rows()).filter((row) => row.state !== "received");
  const box = ({ iv, sealed }) => ({ iv: toBase64(iv), sealed: toBase64(sealed) });
  const parts = [
    `{"sambang":"lapangan","schema":${SCHEMA},"device":${JSON.stringify(device)},"made_at":"${localTime()}","items":[`,
  ];
  parts.push(
    waiting
      .map((row) =>
        JSON.stringify({ id: row.id, by: row.by, sha256: row.sha256, ...box(row.text) }),
      )
      .join(","),
  );
  parts.push('],"files":[');
  const keys = new Set(
    waiting.flatMap((row) => row.files.map((file) => fileKey(row.by, file.sha256))),
  );
  let first = true;
  for (const key of keys) {
    // one picture at a time: all of them together may not fit into a cheap phone's memory
    const file = await read(["files"], ({ files }) => promised(files.get(key)));
    if (!file) continue;
    parts.push(
      (first ? "" : ",") + JSON.stringify({ by: file.by, sha256: file.sha256, ...box(file) }),
    );
    first = false;
  }
  parts.push("]}");
  return { blob: new Blob(parts, { type: "application/json" }), count: waiting.length };
}
