// Form drafts, encrypted and stored at every keystroke: they survive a closed page, a crash and an update. Each officer
// and each tab have their own draft of a form; the draft of a closed tab belongs to the next tab that opens the form.
import { requestResult, read, write } from "./database.js";
import * as cacheBackup from "./cache_backup.js";
import { encryptJson, decryptJson } from "./encryption.js";

const LOCK = "lapangan-tab-";
// Without Web Locks (before 2022) nobody knows which tabs are open: all of them share one draft.
const TAB = navigator.locks ? crypto.randomUUID() : "";
if (TAB) navigator.locks.request(LOCK + TAB, () => new Promise(() => {})); // until this page is closed

const running = new Map(); // key → promise of the current write
const pending = new Map(); // key → values to write next

/** The key of the draft of a form: this officer's, in this tab. */
export const rowKey = (session, key) => `${key}#${session.person.id}.${TAB}`;
const tabOf = (row) => row.key.slice(row.key.lastIndexOf(".") + 1);

function anyTab(session, key) {
  const prefix = `${key}#${session.person.id}.`;
  return IDBKeyRange.bound(prefix, `${prefix}\uffff`);
}

const store = async (session, key, values) => {
  const row = {
    key: rowKey(session, key),
    by: session.person.id,
    written: Date.now(),
    ...(await encryptJson(session.key, values)),
  };
  await cacheBackup.putBox("drafts", row.key, row);
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

/** The officer's values stored by this tab, else the newest ones of a closed tab; null where there are none. */
export async function load(session, key) {
  const rows = await read(["drafts"], ({ drafts }) =>
    requestResult(drafts.getAll(anyTab(session, key))),
  );
  const own = rows.find((row) => tabOf(row) === TAB);
  if (own) return decryptJson(session.key, own);
  const open = await openTabs();
  const left = rows.filter((row) => !open.has(tabOf(row)));
  left.sort((one, other) => other.written - one.written);
  for (const row of left)
    if (await adopt(row, rowKey(session, key))) return decryptJson(session.key, row);
  return null;
}

async function openTabs() {
  if (!TAB) return new Set();
  const { held } = await navigator.locks.query();
  return new Set(held.map(({ name }) => name.replace(LOCK, "")));
}

/** Make the draft of a closed tab this tab's; false where another tab was faster. */
async function adopt(row, key) {
  const adopted = { ...row, key };
  await cacheBackup.putBox("drafts", adopted.key, adopted);
  const isAdopted = await write(["drafts"], async ({ drafts }) => {
    if (!(await requestResult(drafts.get(row.key)))) return false;
    drafts.delete(row.key);
    drafts.put(adopted);
    return true;
  });
  await removeCopy(isAdopted ? row.key : adopted.key);
  return isAdopted;
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

export async function remove(session, key) {
  await settle(key);
  const row = rowKey(session, key);
  await write(["drafts"], async ({ drafts }) => {
    drafts.delete(row);
  });
  await removeCopy(row);
}

/** Best effort: `database.js` removes copies that a killed browser left behind. */
const removeCopy = (row) => cacheBackup.removeBox("drafts", row).catch(() => null);
