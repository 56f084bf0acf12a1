// The outbox and the drafts on a real IndexedDB and Cache Storage. Each test runs in a browser context of its own.
import * as database from "/static/field/database.js";
import * as drafts from "/static/field/drafts.js";
import {
  encodeText,
  fromBase64,
  decrypt,
  importKey,
  sha256,
  toBase64,
} from "/static/field/encryption.js";
import * as outbox from "/static/field/outbox.js";
import { equal } from "./check.mjs";

async function newSession(id = "sari") {
  const key = await importKey(toBase64(new Uint8Array(32).fill(7)));
  await database.setMeta({ device: "device-1", names: { [id]: id } });
  return { person: { id }, key, device: "device-1" };
}
const note = (words) => ({ kind: "aspiration", label: words, body: { text: words } });
const receipt = ({ id, sha256: hash, files }, changes = {}) => ({
  id,
  sha256: hash,
  outcome: "stored",
  number: 1,
  epoch: "e",
  received_at: "2026-11-02T00:00:00Z",
  files: files.map((file) => ({ sha256: file.sha256, state: "kept" })),
  ...changes,
});
const states = async () => (await outbox.loadRows()).map(({ state }) => state).sort();
const backupCount = async () => (await (await caches.open("catatan")).keys()).length;

export async function an_item_is_stored_encrypted_with_the_hash_of_its_exact_text() {
  const session = await newSession();
  await outbox.append(session, [note("Benang mahal")]);
  const [row] = await outbox.loadRows();
  const text = await outbox.itemText(session, row);
  equal([JSON.parse(text).body.text, row.state], ["Benang mahal", "saved"]);
  equal(await sha256(encodeText(text)), row.sha256);
  equal(new TextDecoder().decode(row.text.ciphertext).includes("Benang"), false);
}

export async function simultaneous_appends_take_different_numbers() {
  const session = await newSession();
  await Promise.all(["a", "b", "c"].map((words) => outbox.append(session, [note(words)])));
  equal(
    (await outbox.loadEntries(session)).map(({ row }) => row.sequence),
    [1, 2, 3],
  );
}

export async function a_receipt_without_id_jams_neither_itself_nor_the_others() {
  const session = await newSession();
  await outbox.append(session, [note("a"), note("b"), note("c")]);
  const [a, b, c] = await outbox.loadRows();
  await outbox.receive("e", [
    receipt(b, { id: null, outcome: "refused", reason: "Tidak terbaca.", number: 2 }),
    receipt(a),
    receipt(c, { number: 3 }),
  ]);
  equal(await states(), ["received", "received", "refused"]);
  equal((await outbox.loadCounts()).quarantined, 1);
  equal((await database.getMeta("seen")).number, 3);
}

export async function a_confirmed_item_loses_its_backup_and_is_deleted_after_fourteen_days() {
  const session = await newSession();
  await outbox.append(session, [note("a"), note("b")]);
  equal(await backupCount(), 2);
  const [a] = await outbox.loadRows();
  await outbox.receive("e", [receipt(a)]);
  equal(await backupCount(), 1);
  await outbox.prune("2026-11-15T23:59:59Z");
  equal(await states(), ["received", "saved"]);
  await outbox.prune("2026-11-16T00:00:01Z");
  equal(await states(), ["saved"]);
}

export async function a_new_epoch_offers_again_what_was_confirmed() {
  const session = await newSession();
  await outbox.noteEpoch("e");
  await outbox.append(session, [note("a")]);
  const [a] = await outbox.loadRows();
  await outbox.receive("e", [receipt(a)]);
  await outbox.noteEpoch("e");
  equal(await states(), ["received"]);
  await outbox.noteEpoch("f");
  equal(await states(), ["saved"]);
  equal(await database.getMeta("seen"), { epoch: "f", number: 0 });
}

export async function a_correction_marks_the_refused_item_and_can_no_longer_be_quarantined() {
  const session = await newSession();
  const [item] = await outbox.append(session, [note("a")]);
  const [a] = await outbox.loadRows();
  await outbox.receive("e", [receipt(a, { outcome: "refused", reason: "x" })]);
  await outbox.append(session, [{ ...note("b"), corrects: item.id }]);
  const counts = await outbox.loadCounts();
  equal([counts.waiting, counts.quarantined, counts.unconfirmedOf("sari")], [1, 0, 1]);
}

export async function the_exported_file_is_the_items_and_files_encrypted() {
  const session = await newSession();
  const photo = { bytes: encodeText("foto").buffer, name: "foto.jpg" };
  await outbox.append(session, [{ kind: "photo", label: "foto", body: {}, files: [photo, photo] }]);
  await outbox.append(session, [note("b")]);
  const { blob, count } = await outbox.exportFile("device-1");
  const content = JSON.parse(await blob.text());
  equal([count, content.device, content.items.length, content.files.length], [2, "device-1", 2, 1]);
  const [{ iv, sealed }] = content.files;
  const bytes = await decrypt(session.key, { iv: fromBase64(iv), ciphertext: fromBase64(sealed) });
  equal(new TextDecoder().decode(bytes), "foto");
}

export async function the_newest_keystroke_of_a_draft_is_stored_and_only_for_its_officer() {
  const session = await newSession();
  await Promise.all(["a", "ab", "abc"].map((words) => drafts.save(session, "kata/1", { words })));
  await drafts.settle("kata/1");
  equal(await drafts.load(session, "kata/1"), { words: "abc" });
  equal(await drafts.load({ ...session, person: { id: "citra" } }, "kata/1"), null);
  await outbox.append(session, [note("abc")], ["kata/1"]);
  equal(await drafts.load(session, "kata/1"), null);
}

export async function a_database_that_the_browser_deleted_is_restored_from_the_backup() {
  const session = await newSession();
  await outbox.append(session, [note("a")]);
  await drafts.save(session, "kata/1", { words: "belum" });
  (await database.open()).close();
  await database.requestResult(indexedDB.deleteDatabase("lapangan"));
  equal(
    (await outbox.loadEntries(session)).map(({ item }) => item.body.text),
    ["a"],
  );
  equal(await drafts.load(session, "kata/1"), { words: "belum" });
  equal([await database.getMeta("device"), await database.getMeta("sequence")], ["device-1", 1]);
}

/** What another tab of this origin stores, while `isOpen`; returns the function that closes it. */
async function anotherTab(source) {
  const frame = document.createElement("iframe");
  frame.src = "/lapangan/";
  await new Promise((done) => {
    frame.addEventListener("load", done);
    document.body.append(frame);
  });
  const modules = await frame.contentWindow.eval(
    `Promise.all(["drafts", "outbox", "encryption"].map((name) => import("/static/field/" + name + ".js")))`,
  );
  await source(...modules);
  return () => frame.remove();
}

export async function saving_in_one_tab_keeps_the_draft_of_another() {
  const session = await newSession();
  await drafts.save(session, "kata/1", { words: "tab pertama" });
  const close = await anotherTab(async (theirDrafts, theirOutbox) => {
    equal(await theirDrafts.load(session, "kata/1"), null);
    await theirDrafts.save(session, "kata/1", { words: "tab kedua" });
    await theirOutbox.append(session, [note("tab kedua")], ["kata/1"]);
    await theirDrafts.save(session, "kata/1", { words: "tab kedua lagi" });
  });
  equal(await drafts.load(session, "kata/1"), { words: "tab pertama" });
  await drafts.remove(session, "kata/1");
  equal(await drafts.load(session, "kata/1"), null);
  close();
  for (let tries = 0; tries < 50 && !(await drafts.load(session, "kata/1")); tries += 1)
    await new Promise((done) => setTimeout(done, 50));
  equal(await drafts.load(session, "kata/1"), { words: "tab kedua lagi" });
}

export async function another_officer_s_draft_on_this_phone_stays() {
  const session = await newSession();
  const other = { ...session, person: { id: "citra" } };
  await drafts.save(session, "kata/1", { words: "Sari" });
  await drafts.save(other, "kata/1", { words: "Citra" });
  await outbox.append(other, [note("Citra")], ["kata/1"]);
  equal(await drafts.load(session, "kata/1"), { words: "Sari" });
}

export async function an_item_is_recorded_in_the_office_s_time() {
  const session = await newSession();
  const year = 365 * 86_400_000;
  const hoursFromNow = async () => {
    const [{ item }] = (await outbox.loadEntries(session)).slice(-1);
    return Math.round((new Date(item.recorded_at) - Date.now()) / 3_600_000);
  };
  await database.setMeta({ clock_offset: -year, clock_read_at: Date.now() - 1000 });
  await outbox.append(session, [note("HP setahun di depan")]);
  equal(await hoursFromNow(), -365 * 24);
  await database.setMeta({ clock_offset: -year, clock_read_at: Date.now() + year });
  await outbox.append(session, [note("jamnya dibetulkan tanpa sinyal")]);
  equal(await hoursFromNow(), 0);
}
