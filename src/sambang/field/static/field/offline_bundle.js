// The offline bundle: the chosen visits and their IKM, downloaded and stored encrypted, whole or not at all.
import { ApiError, request } from "./api.js";
import * as cacheBackup from "./cache_backup.js";
import { read, requestResult, write } from "./database.js";
import { decryptJson, encryptJson } from "./encryption.js";
import { SCHEMA } from "./outbox.js";

const RENEWED_AFTER = 12 * 3_600_000; // milliseconds; the office logs one reading of a sentra in this time
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

/** Download the visits of an old bundle again: what was erased, restricted or moved out of reach since leaves the
 * phone. Where the office shows none of them any more, the bundle is deleted. */
export async function renewBundle(session, officeTime) {
  const bundle = await loadBundle(session);
  const age = bundle && new Date(officeTime) - new Date(bundle.made_at);
  if (!bundle || !(age >= RENEWED_AFTER)) return;
  try {
    await downloadBundle(
      session,
      bundle.visits.map(({ id }) => id),
    );
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404 || !error.isOffices) throw error;
    await write(["cache"], async ({ cache }) => cache.delete(session.person.id));
    await cacheBackup.removeBox("cache", session.person.id);
  }
}

export async function loadBundle(session) {
  const box = await read(["cache"], ({ cache }) => requestResult(cache.get(session.person.id)));
  return box ? decryptJson(session.key, box) : null;
}
