// Form drafts, encrypted and stored at every keystroke: they survive a closed page, a crash and an update.
import { requestResult, read, write } from "./database.js";
import * as cacheBackup from "./cache_backup.js";
import { encryptJson, decryptJson } from "./encryption.js";

const running = new Map(); // key → promise of the write in progress
const pending = new Map(); // key → values to write after it

const store = async (session, key, values) => {
  const row = { key, by: session.person.id, ...(await encryptJson(session.key, values)) };
  await cacheBackup.putBox("drafts", key, row);
  await write(["drafts"], async ({ drafts }) => {
    drafts.put(row);
  });
};

/** One write at a time for each draft; of the waiting values only the newest are written. */
export function save(session, key, values) {
  pending.set(key, values);
  if (running.has(key)) return running.get(key);
  const work = (async () => {
    while (pending.has(key)) {
      const next = pending.get(key);
      pending.delete(key);
      await store(session, key, next);
    }
  })().finally(() => running.delete(key));
  running.set(key, work);
  return work;
}

/** The stored values, or null: none, or another officer's. */
export async function load(session, key) {
  const box = await read(["drafts"], ({ drafts }) => requestResult(drafts.get(key)));
  if (!box || box.by !== session.person.id) return null;
  return decryptJson(session.key, box);
}

/** Wait until no write of this draft is in progress or pending, so that no older keystroke overwrites what follows. */
export async function settle(key) {
  pending.delete(key);
  try {
    await running.get(key);
  } catch {
    /* the caller of save() has reported it */
  }
}

export async function remove(key) {
  await settle(key);
  await write(["drafts"], async ({ drafts }) => {
    drafts.delete(key);
  });
  await removeCopy(key);
}

/** Best effort: `database.js` removes copies that a killed browser left behind. */
export const removeCopy = (key) => cacheBackup.removeBox("drafts", key).catch(() => null);
