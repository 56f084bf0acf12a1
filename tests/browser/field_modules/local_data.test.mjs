import { attendanceCounts, overlay } from "/static/field/local_data.js";
import { defaultMonth, isComplete } from "/static/field/production_form.js";
import { equal } from "./check.mjs";

const visit = { id: "v", cluster: { id: "c" }, held_on: null };
const bundle = {
  visits: [visit],
  businesses: [
    { id: "b1", cluster: "c" },
    { id: "b2", cluster: "c" },
    { id: "b3", cluster: "other" },
  ],
  attendance: [{ visit: "v", business: "b1", present: true }],
};
const entry = (kind, body, row = {}) => ({ row: { state: "saved", ...row }, item: { kind, body } });
const attend = (business, present, row) => entry("attend", { visit: "v", business, present }, row);

export function without_a_bundle_everything_is_empty() {
  const data = overlay(null, []);
  equal([data.businesses, data.visit("v"), data.business("b1")], [[], null, null]);
}

export function what_was_recorded_last_on_the_phone_overrides_the_bundle() {
  equal(overlay(bundle, []).attendance("v", "b1").present, true);
  const data = overlay(bundle, [attend("b1", true), attend("b1", false)]);
  equal(data.attendance("v", "b1").present, false);
  equal(data.attendance("v", "b2"), null);
}

export function a_corrected_item_no_longer_counts() {
  const data = overlay(bundle, [attend("b2", true, { state: "refused", corrected_by: "x" })]);
  equal([data.entries.length, data.attendance("v", "b2")], [0, null]);
}

export function a_new_business_is_listed_until_the_bundle_contains_it() {
  const added = entry("business", {
    business: "b9",
    cluster: "c",
    name: "Baru",
    owner_name: "Yem",
    lines: [],
  });
  const data = overlay(bundle, [added]);
  equal(
    data.businessesOf(visit).map(({ id }) => id),
    ["b1", "b2", "b9"],
  );
  equal([data.business("b9").owner, data.business("b9").isNew], ["Yem", true]);
  const renewed = { ...bundle, businesses: [...bundle.businesses, { id: "b9", cluster: "c" }] };
  equal(overlay(renewed, [added]).businesses.length, 4);
}

export function the_visit_begins_with_its_first_item_and_keeps_its_last_summary() {
  equal(overlay(bundle, []).heldOn(visit), null);
  const started = (body) => entry("visit", { visit: "v", held_on: "2026-11-02", ...body });
  const data = overlay(bundle, [started({}), started({ summary: "Benang mahal" })]);
  equal(
    [data.heldOn(visit), data.summary(visit).item.body.summary],
    ["2026-11-02", "Benang mahal"],
  );
}

export function attendance_is_counted_for_the_businesses_of_the_visit() {
  const data = overlay(bundle, [attend("b2", false), attend("b3", true, { state: "received" })]);
  equal(attendanceCounts(data, visit), {
    total: 2,
    present: 1,
    absent: 1,
    pending: 0,
    waiting: 1,
  });
}

export function the_default_month_is_the_latest_complete_month_without_a_report() {
  const months = ["2026-11", "2026-10", "2026-09"].map((value) => ({ value }));
  equal(defaultMonth(months, new Set()), "2026-10");
  equal(defaultMonth(months, new Set(["2026-10"])), "2026-09");
  equal(defaultMonth(months, new Set(["2026-10", "2026-09"])), "2026-11");
  equal(defaultMonth(months, new Set(["2026-11", "2026-10", "2026-09"])), null);
  equal(defaultMonth([], new Set()), null);
}

export function a_report_of_the_running_month_does_not_complete_it() {
  const item = (recorded_at) => ({ recorded_at, body: { month: "2026-11" } });
  equal(isComplete(item("2026-11-29T09:00:00.000+07:00")), false);
  equal(isComplete(item("2026-12-01T00:10:00.000+07:00")), true);
  equal(isComplete(item("2027-01-05T09:00:00.000+07:00")), true);
}

export function the_months_of_an_old_bundle_go_on_to_today() {
  const old = { ...bundle, months: [{ value: "2026-08", label: "Agustus 2026" }] };
  const { months } = overlay(old, [], new Date("2026-11-29T05:00:00Z")).bundle;
  equal(
    months.map(({ value }) => value),
    ["2026-11", "2026-10", "2026-09", "2026-08"],
  );
}

export function a_visit_to_a_kelompok_lists_its_members_and_who_was_registered_there() {
  const businesses = ["a", "b"].map((id) => ({ id, cluster: "c" }));
  const body = { business: "n", cluster: "c", name: "Baru", owner_name: "W", lines: [] };
  const data = overlay({ visits: [], businesses }, [{ row: {}, item: { kind: "business", body } }]);
  const listed = (members) =>
    data.businessesOf({ cluster: { id: "c" }, members }).map(({ id }) => id);
  equal([listed(null), listed(["b"]), listed([])], [["a", "b", "n"], ["b", "n"], ["n"]]);
}
