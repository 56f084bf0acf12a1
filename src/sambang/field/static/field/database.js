// The IndexedDB database. A write resolves after the complete event of a transaction with strict durability: the data
// is then on flash storage, not only in memory.
import * as cacheBackup from "./cache_backup.js";

const NAME = "lapangan";
const STORES = ["meta", "items", "files", "drafts", "cache"];

// One migration for each version. A migration may add, never remove: recorded items outlive every version of this file.
const MIGRATIONS = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("items", { keyPath: "id" });
    db.createObjectStore("files", { keyPath: "key" });
    db.createObjectStore("drafts", { keyPath: "key" });
    db.createObjectStore("cache");
  },
];

let connection = null; // a promise

/** A database without a device id, while Cache Storage holds copies, was deleted by the browser: restore it. The device
 * id is restored too, because the office finds the officer's key by it. */
async function restored(db) {
  if (await storedDevice(db)) {
    removeOrphanedDrafts(db).catch((error) => console.warn(error)); // not awaited: nothing depends on it
    return db;
  }
  const backup = await cacheBackup.readAll().catch(() => null);
  if (!backup) return db;
  await new Promise((resolve, reject) => {
    const transaction = db.transaction(STORES, "readwrite", { durability: "strict" });
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
    const [meta, items, files, drafts, cache] = STORES.map((name) => transaction.objectStore(name));
    const device = meta.get("device");
    device.onsuccess = () => {
      if (device.result) return; // another tab restored it first
      for (const [key, value] of Object.entries(backup.device)) meta.put(value, key);
      const sequences = [backup.device.sequence, ...backup.rows.map((row) => row.sequence)];
      meta.put(Math.max(...sequences), "sequence");
      for (const row of backup.rows) items.put(row);
      for (const file of backup.files) files.put(file);
      for (const draft of backup.drafts.values()) drafts.put(draft);
      for (const [key, box] of backup.cache) cache.put(box, key);
    };
  });
  return db;
}

async function removeOrphanedDrafts(db) {
  const store = db.transaction(["drafts"], "readonly").objectStore("drafts");
  await cacheBackup.removeOthers("drafts", await requestResult(store.getAllKeys()));
}

const storedDevice = (db) =>
  requestResult(db.transaction(["meta"], "readonly").objectStore("meta").get("device"));

export function open() {
  if (!connection) {
    connection = new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, MIGRATIONS.length);
      request.onupgradeneeded = (event) => {
        for (const migrate of MIGRATIONS.slice(event.oldVersion)) migrate(request.result);
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const db = request.result;
        // Another tab upgrades the database, or Android closed the file: reconnect at the next use.
        db.onversionchange = () => {
          db.close();
          connection = null;
        };
        db.onclose = () => {
          connection = null;
        };
        resolve(db);
      };
    }).then(restored);
    connection.catch(() => {
      connection = null;
    });
  }
  return connection;
}

/** The result of an IDBRequest as a promise. */
export function requestResult(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function begin(stores, mode) {
  const options = mode === "readwrite" ? { durability: "strict" } : {};
  try {
    return (await open()).transaction(stores, mode, options);
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    connection = null;
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
    const byName = Object.fromEntries(stores.map((name) => [name, transaction.objectStore(name)]));
    work(byName).then(
      (value) => {
        result = value;
      },
      (error) => {
        failure = error;
        try {
          transaction.abort();
        } catch {
          reject(error);
        }
      },
    );
  });
}

/** Run `work({store, …})` in one strict transaction; resolves after its complete event. `work` may await only requests
 * of this transaction: IndexedDB commits a transaction that waits for anything else. */
export const write = (stores, work) => run(stores, "readwrite", work);
export const read = (stores, work) => run(stores, "readonly", work);

export const getMeta = (key) => read(["meta"], ({ meta }) => requestResult(meta.get(key)));
/** Set each key; undefined deletes it. */
export const setMeta = (values) =>
  write(["meta"], async ({ meta }) => {
    for (const [key, value] of Object.entries(values))
      value === undefined ? meta.delete(key) : meta.put(value, key);
  });

export const { isFull } = cacheBackup;

/** {used, quota, persisted}: bytes, and whether the browser promised never to evict them. */
export async function storageEstimate() {
  const estimate = navigator.storage?.estimate ? await navigator.storage.estimate() : {};
  const persisted = navigator.storage?.persisted ? await navigator.storage.persisted() : false;
  return { used: estimate.usage || 0, quota: estimate.quota || 0, persisted };
}

export async function requestPersistence() {
  if (!navigator.storage?.persist) return false;
  return navigator.storage.persist();
}
