// The one database on the phone. A strict transaction's complete event means: it is on the flash, not only in memory.
import * as copy from "./copy.js";

const NAME = "lapangan";

// One step a version; a step adds, it never removes: what an officer typed outlives every version of this file.
const STEPS = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("items", { keyPath: "id" });
    db.createObjectStore("files", { keyPath: "key" });
    db.createObjectStore("drafts", { keyPath: "key" });
    db.createObjectStore("cache");
  },
];

let opening = null;

/** A log that does not know its own phone, beside copies: the browser lost it. What the office has not confirmed, and what
 * was being typed, goes in again, and the phone keeps its name, by which the office finds the officer's key. */
async function refilled(db) {
  if (await has(db, "device")) {
    swept(db).catch((wrong) => console.warn(wrong)); // nobody waits for it
    return db;
  }
  const lost = await copy.all().catch(() => null);
  if (!lost) return db;
  await new Promise((resolve, reject) => {
    const names = ["meta", "items", "files", "drafts", "cache"];
    const transaction = db.transaction(names, "readwrite", { durability: "strict" });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    const [meta, items, files, drafts, cache] = names.map((name) => transaction.objectStore(name));
    const asked = meta.get("device"); // another tab may have been first
    asked.onsuccess = () => {
      if (asked.result) return;
      for (const [key, value] of Object.entries(lost.phone)) meta.put(value, key);
      meta.put(Math.max(lost.phone.sequence, ...lost.rows.map((row) => row.sequence)), "sequence");
      for (const row of lost.rows) items.put(row);
      for (const file of lost.files) files.put(file);
      for (const draft of lost.drafts.values()) drafts.put(draft);
      for (const [key, box] of lost.cache) cache.put(box, key);
    };
  });
  return db;
}

async function swept(db) {
  const store = db.transaction(["drafts"], "readonly").objectStore("drafts");
  await copy.sweep("drafts", await promised(store.getAllKeys()));
}

const has = (db, key) =>
  promised(db.transaction(["meta"], "readonly").objectStore("meta").get(key));

export function open() {
  if (!opening) {
    opening = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, STEPS.length);
      request.onupgradeneeded = (event) => {
        for (const step of STEPS.slice(event.oldVersion)) step(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        // Another tab brings a newer version, or Android closed the file behind our back: open again at the next use.
        db.onversionchange = () => {
          db.close();
          opening = null;
        };
        db.onclose = () => {
          opening = null;
        };
        resolve(db);
      };
    }).then(refilled);
    opening.catch(() => {
      opening = null;
    });
  }
  return opening;
}

export function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function begin(stores, mode) {
  const options = mode === "readwrite" ? { durability: "strict" } : {};
  try {
    return (await open()).transaction(stores, mode, options);
  } catch (wrong) {
    if (wrong.name !== "InvalidStateError") throw wrong;
    opening = null;
    return (await open()).transaction(stores, mode, options);
  }
}

async function run(stores, mode, work) {
  const transaction = await begin(stores, mode);
  return new Promise((resolve, reject) => {
    let result;
    let failure = null;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () =>
      reject(failure && failure.name !== "AbortError" ? failure : transaction.error || failure);
    const names = Object.fromEntries(stores.map((name) => [name, transaction.objectStore(name)]));
    work(names).then(
      (value) => {
        result = value;
      },
      (wrong) => {
        failure = wrong;
        try {
          transaction.abort();
        } catch {
          reject(wrong);
        }
      },
    );
  });
}

/** Run `work({store, …})` in one strict transaction; resolves only after its complete event. Inside, await nothing but
 * requests of this transaction: it ends by itself when it waits for anything else. */
export const write = (stores, work) => run(stores, "readwrite", work);
export const read = (stores, work) => run(stores, "readonly", work);

export const meta = (key) => read(["meta"], ({ meta: store }) => promised(store.get(key)));
export const remember = (facts) =>
  write(["meta"], async ({ meta: store }) => {
    for (const [key, value] of Object.entries(facts))
      value === undefined ? store.delete(key) : store.put(value, key);
  });

export const { isFull } = copy;

/** {used, quota, kept}: bytes, and whether the browser promised never to clear them by itself. */
export async function storage() {
  const asked = navigator.storage?.estimate ? await navigator.storage.estimate() : {};
  const kept = navigator.storage?.persisted ? await navigator.storage.persisted() : false;
  return { used: asked.usage || 0, quota: asked.quota || 0, kept };
}

export async function askToKeep() {
  if (!navigator.storage || !navigator.storage.persist) return false;
  return navigator.storage.persist();
}
