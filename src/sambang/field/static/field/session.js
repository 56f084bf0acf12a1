// The signed-in officer and the key that decrypts what that officer recorded on this phone.
import { ApiError, request } from "./api.js";
import * as cacheBackup from "./cache_backup.js";
import { noteOfficeTime } from "./clock.js";
import { getMeta, requestResult, setMeta, storageEstimate, write } from "./database.js";
import { importKey } from "./encryption.js";
import { adoptLanguage, setLanguage } from "./language.js";
import { clearDecrypted } from "./outbox.js";

const page = document.documentElement.dataset;
export const VERSION = page.version;

/** {person, key, device} as stored on the phone; person is null when nobody is signed in. */
export async function loadSession() {
  let device = await getMeta("device");
  if (!device) {
    device = crypto.randomUUID();
    // Two tabs may start on a new phone at once: the first id is kept.
    device = await write(["meta"], async ({ meta }) => {
      const existing = await requestResult(meta.get("device"));
      if (!existing) meta.put(device, "device");
      return existing || device;
    });
  }
  const person = (await getMeta("person")) || null;
  const key = person ? (await getMeta("key")) || null : null;
  return { person: key ? person : null, key, device };
}

/** {person id: name} of every officer who has signed in on this phone. */
export const loadNames = async () => (await getMeta("names")) || {};

/** The phone's model, shown in the office's list of devices. */
function modelName() {
  const model = /Android [^;)]+; ([^;)]+)/.exec(navigator.userAgent);
  return (model ? model[1] : navigator.platform || "HP").slice(0, 60);
}

/** Set the language, also for the office's responses, and reload the page. */
export async function changeLanguage(code) {
  setLanguage(code);
  try {
    const { csrf } = await request("siapa.json");
    await fetch(page.setLanguage, {
      method: "POST",
      body: new URLSearchParams({ language: code, csrfmiddlewaretoken: csrf }),
      credentials: "same-origin",
      headers: { "X-CSRFToken": csrf },
      redirect: "manual",
    });
  } catch {
    /* no network: the office's setting stays unchanged */
  }
  window.location.reload();
}

async function signOutAtOffice(identity) {
  const form = new URLSearchParams({ csrfmiddlewaretoken: identity.csrf });
  const answer = await fetch(page.signOut, {
    method: "POST",
    body: form,
    credentials: "same-origin",
    headers: { "X-CSRFToken": identity.csrf },
  });
  if (!answer.ok) throw new ApiError("server");
  await setMeta({ signing_out: undefined });
}

/** {identity, session}: the user who is signed in at the office, and the resulting session. If nobody is signed in
 * there, the session of the phone's officer stays: recording continues, only sending waits. */
export async function syncSession() {
  let identity = await request("siapa.json");
  if (typeof identity.epoch !== "string" || !("person" in identity)) throw new ApiError("portal");
  if (await getMeta("signing_out")) {
    await signOutAtOffice(identity);
    identity = await request("siapa.json");
  }
  await noteOfficeTime(identity.time);
  let session = await loadSession();
  if (identity.person && (!session.person || session.person.id !== identity.person.id)) {
    if (session.person) await clearSession();
    session = await startSession(identity, session.device);
  }
  return { identity, session };
}

async function startSession(identity, device) {
  const { key: rawKey } = await request("hp.json", {
    method: "POST",
    csrf: identity.csrf,
    json: { device, name: modelName(), version: VERSION },
  }).catch((error) => {
    if (error.kind === "signed_out") error.kind = "forbidden"; // signed in but refused: the phone is revoked
    throw error;
  });
  adoptLanguage(identity.language);
  const person = { id: identity.person.id, name: identity.person.name };
  const key = await importKey(rawKey);
  const names = { ...(await loadNames()), [person.id]: person.name };
  await setMeta({ person, key, names });
  const [sequence, latest] = [(await getMeta("sequence")) || 0, (await getMeta("latest")) || 0];
  await cacheBackup
    .putBox("meta", "phone", { device, sequence, latest, names })
    .catch((error) => console.warn(error));
  return { person, key, device };
}

/** Delete the key and the offline bundle. Items and drafts stay, encrypted, until the same officer signs in again. */
async function clearSession() {
  await write(["meta", "cache"], async ({ meta, cache }) => {
    for (const key of ["person", "key", "positions"]) meta.delete(key);
    cache.clear();
  });
  await cacheBackup.removeOthers("cache", []).catch((error) => console.warn(error));
  clearDecrypted();
}

export async function signOut() {
  await setMeta({ signing_out: true });
  await clearSession();
  try {
    await syncSession();
  } catch {
    /* no network: the next syncSession() signs out at the office */
  }
}

/** The fields of a request that describe this phone. */
export async function deviceReport() {
  const { used, quota } = await storageEstimate();
  return {
    made: (await getMeta("sequence")) || 0,
    version: VERSION,
    storage: { used, quota },
    clock: new Date().toISOString(),
  };
}
