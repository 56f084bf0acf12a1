import { errorOf, request } from "/static/field/api.js";
import { overlay } from "/static/field/local_data.js";
import { InvalidInput, numberOf } from "/static/field/form.js";
import { formatAge, formatBytes, localTimestamp, today } from "/static/field/format.js";
import { readInteger } from "/static/field/numbers.js";
import { corrected, correctionQuestions, productLabel } from "/static/field/page_correction.js";
import { visitDay } from "/static/field/page_visit.js";
import { equal, throws } from "./check.mjs";

// Every other example of a number is asked in tests/field/test_phone_numbers.py.
export function a_number_is_read_or_refused_never_guessed() {
  equal(
    numberOf(() => readInteger("1.200"), "n", "Pekerja"),
    1200,
  );
  for (const text of ["-1", "1,5", "1.5", "0.500", "entah"]) {
    const refused = throws(InvalidInput, () => numberOf(() => readInteger(text), "n", "Pekerja"));
    equal([refused.field, refused.message.startsWith("Pekerja: “")], ["n", true]);
  }
}

export function a_correction_keeps_the_types_and_what_was_not_shown() {
  const body = {
    visit: "v",
    present: true,
    pulse: 80,
    amounts: [{ line: "l", amount: "3 entah" }],
  };
  const values = { present: "tidak", pulse: " 90 ", "amounts.0.amount": "3 kodi" };
  equal(corrected(body, values), {
    visit: "v",
    present: false,
    pulse: 90,
    amounts: [{ line: "l", amount: "3 kodi" }],
  });
  equal(throws(InvalidInput, () => corrected(body, { pulse: "banyak" })).field, "pulse");
}

export function a_timestamp_is_local_with_its_offset() {
  const moment = new Date(Date.UTC(2026, 10, 1, 16, 30, 5, 7)); // Asia/Makassar is 8 hours ahead
  equal(
    [localTimestamp(moment), today(undefined, moment)],
    ["2026-11-02T00:30:05.007+08:00", "2026-11-02"],
  );
}

export function sizes_and_ages_are_rounded() {
  equal([1, 1024 * 1024, 1.5 * 1024 ** 3].map(formatBytes), ["1 KB", "1,0 MB", "1,5 GB"]);
  const now = Date.UTC(2026, 10, 2, 12);
  const ages = [1, 2, 60, 48 * 60].map((minutes) =>
    formatAge(new Date(now - minutes * 60_000).toISOString(), now),
  );
  equal(ages, ["baru saja", "2 menit lalu", "1 jam lalu", "2 hari lalu"]);
}

export function a_refused_request_is_explained_only_by_the_offices_own_json() {
  equal(
    [401, 403, 404, 500].map((status) => errorOf(status, "").kind),
    ["portal", "network", "server", "server"],
  );
  equal(
    [405, 511].map((status) => errorOf(status, "").kind),
    ["network", "portal"],
  );
  equal(errorOf(401, '{"reason": "Masuk dahulu."}').kind, "signed_out");
  const revoked = errorOf(403, '{"reason": "HP ini dicabut."}');
  equal([revoked.kind, revoked.message], ["forbidden", "HP ini dicabut."]);
  equal(errorOf(403, "<html>Forbidden</html>").kind, "network");
  const generic = errorOf(500, "<html>").message;
  equal(
    [errorOf(500, '{"reason": "x"}').message, errorOf(502, "<html>").message],
    [generic, generic],
  );
}

export function a_visit_s_day_offered_before_midnight_is_asked_again() {
  const day = (typed, offered) =>
    throws(InvalidInput, () => visitDay(typed, offered, "2026-11-29"));
  equal(visitDay("2026-11-29", "2026-11-29", "2026-11-29"), "2026-11-29");
  equal(visitDay("2026-11-28", "2026-11-29", "2026-11-29"), "2026-11-28");
  for (const typed of ["", "2026-11-30", "2062-11-29", "2026-11-28"])
    equal(day(typed, "2026-11-28").field, "held_on");
}

export function each_product_of_a_correction_is_named() {
  const lines = [
    { id: "a", name: "Baju", unit: "potong" },
    { id: "b", name: "Kain", unit: "kodi" },
  ];
  const labels = ["a", "b", "c"].map((line) => productLabel([{ lines: [] }, { lines }], { line }));
  equal(labels, ["Baju (potong)", "Kain (kodi)", ""]);
}

export async function a_firewall_that_refuses_compression_gets_plain_requests() {
  const encodings = [];
  const original = window.fetch;
  window.fetch = async (_address, { headers }) => {
    encodings.push(headers["Content-Encoding"] || "");
    return headers["Content-Encoding"]
      ? new Response("<html>Forbidden</html>", { status: 403 })
      : new Response('{"ok": true}', { status: 200 });
  };
  try {
    const content = { method: "POST", json: { text: "x".repeat(2000) } };
    equal(
      [(await request("kirim.json", content)).ok, (await request("kirim.json", content)).ok],
      [true, true],
    );
    equal(encodings, ["gzip", "", ""]);
  } finally {
    window.fetch = original;
  }
}

export async function what_a_firewall_restricts_is_sent_as_a_form() {
  const sent = [];
  const original = window.fetch;
  const restricted = ({ method, headers }) =>
    method === "PUT" || headers["Content-Encoding"] || headers["Content-Range"];
  window.fetch = async (_address, options) => {
    sent.push(options);
    return restricted(options)
      ? new Response("<html>Forbidden</html>", { status: 403 })
      : new Response('{"received": 3, "complete": true}', { status: 200 });
  };
  try {
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    const content = { method: "PUT", bytes, range: "bytes 0-2/3", csrf: "token" };
    equal((await request("berkas/x", content)).complete, true);
    equal(
      sent.map(({ method }) => method),
      ["PUT", "POST"],
    );
    const { body, headers } = sent[1];
    equal([headers["X-CSRFToken"], body.get("range")], ["token", "bytes 0-2/3"]);
    equal(await body.get("content").size, 3);
  } finally {
    window.fetch = original;
  }
}

export function details_of_an_attendance_add_up_and_an_absence_takes_them_back() {
  const about = { visit: "v", business: "b" };
  const recorded = (...bodies) =>
    overlay(
      null,
      bodies.map((body) => ({ row: {}, item: { kind: "attend", body: { ...about, ...body } } })),
    ).attendance("v", "b");
  const first = { present: true, represented_by: "Bu Yem", workers_seen: 7 };
  const { present, represented_by, workers_seen, pulse } = recorded(first, { pulse: 80 });
  equal([present, represented_by, workers_seen, pulse], [true, "Bu Yem", 7, 80]);
  const absent = recorded(first, { present: false, represented_by: "" }, { pulse: 40 });
  equal([absent.present, absent.workers_seen, absent.pulse], [false, undefined, 40]);
  equal(recorded({ pulse: 0 }).present, true);
}

export function a_correction_is_checked_like_what_it_corrects() {
  const lines = [
    { id: "a", name: "Baju", unit: "potong", usual: { quantity: 120 } },
    { id: "b", name: "Kain", unit: "potong" },
  ];
  const bundle = { visits: [{ id: "v", cluster: {} }], businesses: [{ id: "i", lines }] };
  const data = overlay(bundle, [], new Date("2026-11-29T05:00:00Z"));
  const held = (held_on) => () => correctionQuestions(data, "visit", { visit: "v", held_on });
  equal(held("2026-11-29")(), []);
  equal(throws(InvalidInput, held("2027-11-29")).field, "held_on");
  const report = (line, amount, value) => () =>
    correctionQuestions(data, "report", { business: "i", amounts: [{ line, amount, value }] });
  equal(report("a", "6 kodi", "1.200.000")(), []);
  equal(report("a", "1200")().length, 1);
  equal(throws(InvalidInput, report("b", "2 kodi 3")).field, "amounts.0.amount");
  equal(throws(InvalidInput, report("b", "2 kodi", "entah")).field, "amounts.0.value");
  const people = throws(InvalidInput, () =>
    corrected({ workers_seen: 4 }, { workers_seen: "9999999" }),
  );
  equal(people.field, "workers_seen");
}
