// Pure decisions of sending: which items next, how large a chunk, how long to wait.
import { isWaiting } from "./outbox.js";

const OFFERS = 3; // of one item in one round
const CHUNK = { first: 16_384, smallest: 4_096, largest: 262_144 }; // bytes: the most that a lost connection costs
const FAST = 2_000; // milliseconds: a chunk sent faster doubles the next one
const SLOW = 10_000; // a slower one halves it
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 300_000;

export const FIRST_CHUNK = CHUNK.first;

/** The officer's waiting rows that may be offered again, in order: rows that failed alone come last. `offers` counts
 * the offers of this round, `failures` how often a row alone made the office fail; both are Maps by id. */
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

/** The next chunk's bytes, from this one's and the milliseconds that it took. */
export function nextChunk(size, took) {
  if (took < FAST) return Math.min(CHUNK.largest, size * 2);
  if (took > SLOW) return Math.max(CHUNK.smallest, size / 2);
  return size;
}

/** Milliseconds before the next try: exponential, with jitter. `random` is in [0, 1). */
export const retryDelay = (failures, random) =>
  Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** Math.min(failures, 10)) * (0.5 + random);

/** After the office failed on a batch, half of it: so the item on which it fails is found. */
export const halved = (count) => Math.max(1, Math.floor(count / 2));
