// How the office's receipts change the state of outbox items (docs/decisions/0018-field-protocol.md).

/** The row to which a receipt refers: by id, and by hash where the office could not read the id; else null. */
export function rowOf(receipt, rows) {
  if (!receipt || typeof receipt.sha256 !== "string") return null;
  return (
    rows.find((row) => row.id === receipt.id && row.sha256 === receipt.sha256) ||
    (typeof receipt.id === "string"
      ? null
      : rows.find((row) => row.sha256 === receipt.sha256) || null)
  );
}

/** The row after its receipt, or null if the receipt is not for exactly these bytes. Only `stored` or `already`,
 * with every file kept, confirms an item. */
export function applyReceipt(row, receipt) {
  if (receipt.sha256 !== row.sha256) return null;
  const files = Array.isArray(receipt.files) ? receipt.files : [];
  const stored = new Set(
    files.filter((file) => file?.state === "kept").map(({ sha256 }) => sha256),
  );
  const missing = row.files.filter(({ sha256 }) => !stored.has(sha256)).map(({ sha256 }) => sha256);
  if (receipt.outcome === "stored" || receipt.outcome === "already") {
    if (missing.length) return { ...row, state: "sent", missing };
    return {
      ...row,
      state: "received",
      missing: [],
      reason: "",
      number: receipt.number,
      epoch: receipt.epoch,
      received_at: receipt.received_at,
    };
  }
  if (receipt.outcome === "incomplete") return { ...row, state: "sent", missing };
  if (receipt.outcome === "refused")
    return {
      ...row,
      state: "refused",
      reason: String(receipt.reason || ""),
      number: receipt.number,
    };
  return null;
}

/** {rows, seen}: the rows changed by the receipts, and the highest receipt number of this epoch. */
export function applyReceipts(epoch, receipts, { rows, seen: before }) {
  const seen = before && before.epoch === epoch ? { ...before } : { epoch, number: 0 };
  const changed = new Map();
  for (const receipt of receipts) {
    const row = rowOf(receipt, rows);
    const next = row && applyReceipt(changed.get(row.id) || row, receipt);
    if (!next) continue;
    changed.set(next.id, next);
    if (receipt.epoch === epoch && receipt.number > seen.number)
      Object.assign(seen, { number: receipt.number, item: next.id });
  }
  return { rows: [...changed.values()], seen };
}
