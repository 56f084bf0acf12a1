// Whose phone it is now: the officer who is signed in, with the key that unseals what that officer recorded here.
import { meta, promised, remember, storage, write } from "./store.js";
import * as copy from "./copy.js";
import { keyFrom } from "./seal.js";
import { forgetOpened } from "./log.js";
import { ask, trouble } from "./net.js";

const page = document.documentElement.dataset;
export const VERSION = page.version;

/** {person, key, device} as the phone remembers it; person null when nobody is signed in here. */
export async function remembered() {
  let device = await meta("device");
  if (!device) {
    device = crypto.randomUUID();
    // Two tabs may open a new phone at once: the first name stays.
    device = await write(["meta"], async ({ meta: store }) => {
      const other = await promised(store.get("device"));
      if (!other) store.put(device, "device");
      return other || device;
    });
  }
  const person = (await meta("person")) || null;
  const key = person ? (await meta("key")) || null : null;
  return { person: key ? person : null, key, device };
}

export const names = async () => (await meta("names")) || {};

/** The phone's own name for the office's list of phones. */
function phoneName() {
  const model = /Android [^;)]+; ([^;)]+)/.exec(navigator.userAgent);
  return (model ? model[1] : navigator.platform || "HP").slice(0, 60);
}

async function signOutAtOffice(who) {
  const form = new URLSearchParams({ csrfmiddlewaretoken: who.csrf });
  const answer = await fetch(page.signOut, {
    method: "POST",
    body: form,
    credentials: "same-origin",
    headers: { "X-CSRFToken": who.csrf },
  });
  if (!answer.ok) throw trouble("office");
  await remember({ leaving: undefined });
}

/** Asks the office who we are, and follows: {who, session}. The session is of the person who is signed in at the
 * office; signed out there, the phone's own officer goes on recording, and only sending waits. */
export async function meetOffice() {
  let who = await ask("siapa.json");
  if (typeof who.epoch !== "string" || !("person" in who)) throw trouble("portal");
  if (await meta("leaving")) {
    await signOutAtOffice(who);
    who = await ask("siapa.json");
  }
  await remember({ clock: new Date(who.time).getTime() - Date.now(), met: who.time });
  let session = await remembered();
  if (who.person && (!session.person || session.person.id !== who.person.id)) {
    if (session.person) await forget();
    session = await begin(who, session.device);
  }
  return { who, session };
}

async function begin(who, device) {
  const { key } = await ask("hp.json", {
    method: "POST",
    csrf: who.csrf,
    json: { device, name: phoneName(), version: VERSION },
  }).catch((wrong) => {
    if (wrong.kind === "door") wrong.kind = "right"; // signed in and yet refused: the office shut this phone out
    throw wrong;
  });
  const person = { id: who.person.id, name: who.person.name };
  const usable = await keyFrom(key);
  const known = { ...(await names()), [person.id]: person.name };
  await remember({ person, key: usable, names: known });
  const [sequence, latest] = [(await meta("sequence")) || 0, (await meta("latest")) || 0];
  await copy
    .keepBox("meta", "phone", { device, sequence, latest, names: known })
    .catch((wrong) => console.warn(wrong));
  return { person, key: usable, device };
}

/** Forgets the key and the parcel; the log and the drafts stay, sealed, until the same person is back. */
export async function forget() {
  await write(["meta", "cache"], async ({ meta: store, cache }) => {
    store.delete("person");
    store.delete("key");
    store.delete("positions");
    cache.clear();
  });
  await copy.sweep("cache", []).catch((wrong) => console.warn(wrong));
  forgetOpened();
}

export async function signOut() {
  await remember({ leaving: true });
  await forget();
  try {
    await meetOffice();
  } catch {
    /* no signal: the office hears of it at the next meeting */
  }
}

/** How many hours the phone's clock is off, by what the office said last. */
export async function clockOff() {
  return Math.round(((await meta("clock")) || 0) / 360_000) / 10;
}

export async function report() {
  const { used, quota } = await storage();
  return {
    made: (await meta("sequence")) || 0,
    version: VERSION,
    storage: { used, quota },
    clock: new Date().toISOString(),
  };
}
