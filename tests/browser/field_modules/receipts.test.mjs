import { applyReceipt, applyReceipts, rowOf } from "/static/field/receipts.js";
import { equal } from "./check.mjs";

const row = (id, files = []) => ({
  id,
  sha256: `hash-${id}`,
  state: "sent",
  files: files.map((sha256) => ({ sha256 })),
});
const receipt = (id, changes = {}) => ({
  id,
  sha256: `hash-${id}`,
  outcome: "stored",
  number: 1,
  epoch: "e",
  files: [],
  ...changes,
});
const states = ({ rows }) => rows.map(({ id, state }) => [id, state]);

export function stored_and_already_confirm_an_item() {
  for (const outcome of ["stored", "already"])
    equal(applyReceipt(row("a"), receipt("a", { outcome })).state, "received");
}

export function a_receipt_for_other_bytes_changes_nothing() {
  equal(applyReceipt(row("a"), receipt("a", { sha256: "hash-b" })), null);
  equal(applyReceipt(row("a"), receipt("a", { outcome: "entah" })), null);
}

export function an_item_is_confirmed_only_with_every_file() {
  const kept = { sha256: "f", state: "kept" };
  const partly = applyReceipt(row("a", ["f", "g"]), receipt("a", { files: [kept] }));
  equal([partly.state, partly.missing], ["sent", ["g"]]);
  const missing = { sha256: "f", state: "missing" };
  equal(applyReceipt(row("a", ["f"]), receipt("a", { files: [missing] })).state, "sent");
  equal(applyReceipt(row("a", ["f"]), receipt("a", { files: [kept] })).state, "received");
}

export function a_refusal_keeps_its_reason() {
  const refused = applyReceipt(
    row("a"),
    receipt("a", { outcome: "refused", reason: "Tidak ada." }),
  );
  equal([refused.state, refused.reason], ["refused", "Tidak ada."]);
}

export function a_receipt_without_id_is_matched_by_hash_and_stops_no_other() {
  const rows = [row("a"), row("b"), row("c")];
  const unreadable = receipt("b", { id: null, outcome: "refused", reason: "Tidak terbaca." });
  const result = applyReceipts("e", [unreadable, receipt("a"), receipt("c")], { rows });
  equal(states(result), [
    ["b", "refused"],
    ["a", "received"],
    ["c", "received"],
  ]);
}

export function receipts_that_mean_nothing_are_skipped_one_by_one() {
  const rows = [row("a", ["f"]), row("b")];
  const strange = [null, 7, {}, receipt("x"), receipt("a", { files: "f" }), receipt("b")];
  equal(states(applyReceipts("e", strange, { rows })), [
    ["a", "sent"],
    ["b", "received"],
  ]);
  equal(rowOf(receipt("a", { id: "b" }), rows), null);
}

export function the_highest_receipt_number_of_the_epoch_is_remembered() {
  const rows = [row("a"), row("b"), row("c")];
  const receipts = [
    receipt("a", { number: 7 }),
    receipt("b", { number: 6 }),
    receipt("c", { number: 9, epoch: "before" }),
  ];
  equal(applyReceipts("e", receipts, { rows, seen: { epoch: "e", number: 5, item: "z" } }).seen, {
    epoch: "e",
    number: 7,
    item: "a",
  });
  equal(applyReceipts("e", [], { rows, seen: { epoch: "before", number: 5 } }).seen, {
    epoch: "e",
    number: 0,
  });
}
