// Pure functions of sending: which items are next, the size of a chunk, the delay before a retry.
import { isWaiting } from "./outbox.js";

const OFFERS = 3; // attempts for one item in one round
const CHUNK = { first: 16_384, smallest: 4_096, largest: 262_144 }; // bytes: the maximum that is lost with a connection
const FAST = 2_000; // milliseconds: after a faster chunk, the size is doubled
const SLOW = 10_000; // after a slower chunk, the size is halved
const FIRST_DELAY = 1_000;
const MAX_DELAY = 300_000;

export const FIRST_CHUNK = CHUNK.first;

/** The officer's pending rows that may be sent again, in order; rows that failed alone come last. `offers` counts
 * the attempts of this round, `failures` how often a request with this row alone failed; both are Maps by id. */
export function sendingOrder(rows, personId, offers, failures) {
  const count = (row) => failures.get(row.id) || 0;
  return rows
    .filter((row) => row.by === personId && isWaiting(row) && (offers.get(row.id) || 0) < OFFERS)
    .sort((one, other) => count(one) - count(other) || one.sequence - other.sequence);
}

/** How many of `sizes` (bytes, in sending order) fit one request; at least one. */
export function batchLength(sizes, limit) {
  let total = 0;
  for (const [index, size] of sizes.entries()) {
    total += size;
    if (index > 0 && total > limit) return index;
  }
  return sizes.length;
}

/** The size of the next chunk in bytes, from the size of this one and its duration in milliseconds. */
export function nextChunk(size, took) {
  if (took < FAST) return Math.min(CHUNK.largest, size * 2);
  if (took > SLOW) return Math.max(CHUNK.smallest, size / 2);
  return size;
}

/** Milliseconds before the next retry: exponential backoff with jitter. `random` is in [0, 1). */
export const retryDelay = (failures, random) =>
  Math.min(MAX_DELAY, FIRST_DELAY * 2 ** Math.min(failures, 10)) * (0.5 + random);

/** After a failed batch, send half of it: repeated halving isolates the item that causes the failure. */
export const halved = (count) => Math.max(1, Math.floor(count / 2));
