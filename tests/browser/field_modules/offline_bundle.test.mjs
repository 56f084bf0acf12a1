// The offline bundle on a real IndexedDB and Cache Storage; the office's answers are written here.
import * as database from "/static/field/database.js";
import { importKey, toBase64 } from "/static/field/encryption.js";
import { downloadBundle, loadBundle, renewBundle } from "/static/field/offline_bundle.js";
import { equal } from "./check.mjs";

const MADE = "2026-11-29T05:00:00Z";
const lists = { attendance: [], months: [], kinds: [], difficulties: [], units: [] };
const bundleOf = (...names) => ({
  ...lists,
  schema: 1,
  made_at: MADE,
  visits: [{ id: "v1" }, { id: "v2" }],
  businesses: names.map((name) => ({ name })),
});

async function newSession() {
  const person = { id: "sari" };
  await database.setMeta({ person });
  return { person, key: await importKey(toBase64(new Uint8Array(32).fill(7))), device: "device-1" };
}

/** The addresses that are asked for while `work` runs, each answered with this status and content. */
async function answered(status, content, work) {
  const asked = [];
  const original = window.fetch;
  window.fetch = async (address) => {
    asked.push(String(address));
    return new Response(typeof content === "string" ? content : JSON.stringify(content), {
      status,
    });
  };
  try {
    await work();
  } finally {
    window.fetch = original;
  }
  return asked;
}

const names = async (session) =>
  (await loadBundle(session))?.businesses.map(({ name }) => name) || null;
const cached = async () => {
  const stores = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  return (await Promise.all(stores.map((store) => store.keys()))).flat().length;
};

export async function an_erased_business_leaves_the_phone_with_the_next_contact_after_half_a_day() {
  const session = await newSession();
  await answered(200, bundleOf("Asri", "Dihapus"), () => downloadBundle(session, ["v1", "v2"]));
  const renewAt = (time) => () => renewBundle(session, time);
  equal(await answered(200, bundleOf("Asri"), renewAt("2026-11-29T16:59:00Z")), []);
  const [asked] = await answered(200, bundleOf("Asri"), renewAt("2026-11-29T17:00:00Z"));
  equal([asked.includes("kunjungan=v1&kunjungan=v2"), await names(session)], [true, ["Asri"]]);
}

export async function a_bundle_out_of_reach_is_deleted_and_a_network_s_404_deletes_nothing() {
  const session = await newSession();
  await answered(200, bundleOf("Asri"), () => downloadBundle(session, ["v1"]));
  const copies = await cached();
  const later = "2026-12-02T05:00:00Z";
  const failures = [];
  const renew = () => renewBundle(session, later).catch(({ status }) => failures.push(status));
  await answered(404, "<html>", renew);
  equal([failures, await names(session), await cached()], [[404], ["Asri"], copies]);
  await answered(404, { reason: "Kunjungan itu tidak ada dalam jangkauan Anda." }, renew);
  equal([await names(session), await cached()], [null, copies - 1]);
}
