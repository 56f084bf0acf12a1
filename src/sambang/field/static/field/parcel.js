// What the officer takes along: the IKM of the chosen visits, sealed, whole or not at all.
import { meta, promised, read, write } from "./store.js";
import * as copy from "./copy.js";
import { sealJson, unsealJson } from "./seal.js";
import { SCHEMA } from "./log.js";
import { ask, trouble } from "./net.js";

const LISTS = ["visits", "businesses", "attendance", "months", "kinds", "difficulties", "units"];

export async function openVisits() {
  const { visits } = await ask("kunjungan.json");
  if (!Array.isArray(visits)) throw trouble("portal");
  return visits;
}

export async function takeAlong(session, visitIds) {
  const asked = visitIds.map((id) => `&kunjungan=${encodeURIComponent(id)}`).join("");
  const parcel = await ask(`bekal.json?hp=${session.device}${asked}`);
  if (parcel.schema > SCHEMA) throw trouble("old");
  if (!LISTS.every((name) => Array.isArray(parcel[name]))) throw trouble("portal");
  if (parcel.person?.id && parcel.person.id !== session.person.id) throw trouble("door");
  const box = await sealJson(session.key, parcel);
  await copy.keepBox("cache", session.person.id, box);
  // Signed out in another tab while this was under way: then nothing of it may lie here.
  const isHere = await write(["meta", "cache"], async ({ meta: store, cache }) => {
    const person = await promised(store.get("person"));
    const same = Boolean(person) && person.id === session.person.id;
    if (same) cache.put(box, session.person.id);
    return same;
  });
  if (!isHere) await copy.dropBox("cache", session.person.id);
  return parcel;
}

export async function taken(session) {
  const box = await read(["cache"], ({ cache }) => promised(cache.get(session.person.id)));
  return box ? unsealJson(session.key, box) : null;
}

export const metOffice = () => meta("met");
