// What is being typed, sealed and stored at every keystroke: it survives a closed page, a crash and an update.
import { promised, read, write } from "./store.js";
import * as copy from "./copy.js";
import { sealJson, unsealJson } from "./seal.js";

const running = new Map(); // key → the write under way
const newest = new Map(); // key → what is to be written after it

const store = async (session, key, values) => {
  const row = { key, by: session.person.id, ...(await sealJson(session.key, values)) };
  await copy.keepBox("drafts", key, row);
  await write(["drafts"], async ({ drafts }) => {
    drafts.put(row);
  });
};

/** One write at a time for each draft; of those that wait only the newest is written. */
export function keep(session, key, values) {
  newest.set(key, values);
  if (running.has(key)) return running.get(key);
  const work = (async () => {
    while (newest.has(key)) {
      const values = newest.get(key);
      newest.delete(key);
      await store(session, key, values);
    }
  })().finally(() => running.delete(key));
  running.set(key, work);
  return work;
}

export async function find(session, key) {
  const box = await read(["drafts"], ({ drafts }) => promised(drafts.get(key)));
  if (!box || box.by !== session.person.id) return null;
  return unsealJson(session.key, box);
}

/** Nothing of this draft is on its way any more: what comes after is not overtaken by an older keystroke. */
export async function settle(key) {
  newest.delete(key);
  try {
    await running.get(key);
  } catch {
    /* the draft's own writer said so already */
  }
}

export async function drop(key) {
  await settle(key);
  await write(["drafts"], async ({ drafts }) => {
    drafts.delete(key);
  });
  await forgetCopy(key);
}

/** After the log let go of it: what is left behind by a browser killed in between, `store.js` sweeps away. */
export const forgetCopy = (key) => copy.dropBox("drafts", key).catch(() => null);
