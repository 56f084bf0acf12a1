// The offline bundle: the chosen visits and their IKM, downloaded and stored encrypted, whole or not at all.
import { ApiError, request } from "./api.js";
import * as cacheBackup from "./cache_backup.js";
import { read, requestResult, write } from "./database.js";
import { decryptJson, encryptJson } from "./encryption.js";
import { SCHEMA } from "./outbox.js";

const LISTS = ["visits", "businesses", "attendance", "months", "kinds", "difficulties", "units"];

export async function fetchOpenVisits() {
  const { visits } = await request("kunjungan.json");
  if (!Array.isArray(visits)) throw new ApiError("portal");
  return visits;
}

export async function downloadBundle(session, visitIds) {
  const chosen = visitIds.map((id) => `&kunjungan=${encodeURIComponent(id)}`).join("");
  const bundle = await request(`bekal.json?hp=${session.device}${chosen}`);
  if (bundle.schema > SCHEMA) throw new ApiError("outdated");
  if (!LISTS.every((name) => Array.isArray(bundle[name]))) throw new ApiError("portal");
  if (bundle.person?.id && bundle.person.id !== session.person.id) throw new ApiError("signed_out");
  const box = await encryptJson(session.key, bundle);
  await cacheBackup.putBox("cache", session.person.id, box);
  // Another tab may have signed out during the download: then nothing is stored.
  const isStored = await write(["meta", "cache"], async ({ meta, cache }) => {
    const person = await requestResult(meta.get("person"));
    const isSame = Boolean(person) && person.id === session.person.id;
    if (isSame) cache.put(box, session.person.id);
    return isSame;
  });
  if (!isStored) await cacheBackup.removeBox("cache", session.person.id);
}

export async function loadBundle(session) {
  const box = await read(["cache"], ({ cache }) => requestResult(cache.get(session.person.id)));
  return box ? decryptJson(session.key, box) : null;
}
