import {
  FIRST_CHUNK,
  batchLength,
  halved,
  nextChunk,
  retryDelay,
  sendingOrder,
} from "/static/field/send_policy.js";
import { equal } from "./check.mjs";

const row = (id, sequence, changes = {}) => ({
  id,
  by: "sari",
  sequence,
  state: "saved",
  ...changes,
});
const order = (rows, offers = [], failures = []) =>
  sendingOrder(rows, "sari", new Map(offers), new Map(failures)).map(({ id }) => id);

export function only_the_officers_own_waiting_items_are_sent_in_sequence() {
  const rows = [
    row("c", 3, { state: "sent" }),
    row("a", 1),
    row("received", 2, { state: "received" }),
    row("refused", 4, { state: "refused" }),
    row("other", 5, { by: "citra" }),
  ];
  equal(order(rows), ["a", "c"]);
}

export function an_item_that_failed_alone_comes_last() {
  equal(
    order(
      [row("a", 1), row("b", 2), row("c", 3)],
      [],
      [
        ["a", 2],
        ["b", 1],
      ],
    ),
    ["c", "b", "a"],
  );
}

export function an_item_is_offered_three_times_in_a_round() {
  equal(
    order(
      [row("a", 1), row("b", 2)],
      [
        ["a", 3],
        ["b", 2],
      ],
    ),
    ["b"],
  );
}

export function a_batch_fits_the_limit_and_holds_at_least_one_item() {
  equal(
    [[], [900], [400, 600], [400, 601], [400, 500, 200]].map((sizes) => batchLength(sizes, 1000)),
    [0, 1, 2, 1, 2],
  );
  equal(batchLength([2000, 1], 1000), 1);
}

export function chunks_double_on_a_fast_network_and_halve_on_a_slow_one() {
  equal(
    [1_999, 2_000, 10_000, 10_001, Infinity].map((took) => nextChunk(FIRST_CHUNK, took)),
    [32_768, 16_384, 16_384, 8_192, 8_192],
  );
  equal([nextChunk(262_144, 1), nextChunk(4_096, Infinity)], [262_144, 4_096]);
}

export function the_delay_doubles_to_five_minutes_with_jitter() {
  equal(
    [1, 2, 8, 9, 40].map((failures) => retryDelay(failures, 0.5)),
    [2_000, 4_000, 256_000, 300_000, 300_000],
  );
  equal([retryDelay(1, 0), retryDelay(1, 0.999)], [1_000, 2_998]);
}

export function half_a_batch_is_at_least_one_item() {
  equal([100, 3, 1, 0].map(halved), [50, 1, 1, 1]);
}
