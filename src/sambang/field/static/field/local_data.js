// The state that the pages show: the offline bundle, overlaid with what this phone recorded since.
import * as outbox from "./outbox.js";
import { officeNow } from "./clock.js";
import { monthsUntil, today } from "./format.js";
import { loadBundle } from "./offline_bundle.js";

const MONTHS = 13; // months that can be selected for a report
const EMPTY_BUNDLE = {
  visits: [],
  businesses: [],
  attendance: [],
  months: [],
  kinds: [],
  difficulties: [],
  units: [],
  made_at: null,
};

/** An IKM as in the bundle, from the item that registers it. */
function businessOf({ body }) {
  return {
    id: body.business,
    cluster: body.cluster,
    name: body.name,
    owner: body.owner_name,
    phone: body.phone || "",
    commodity: body.commodity || "",
    address: "",
    lines: body.lines.map(({ line, name, unit }) => ({ id: line, name, unit, last: null })),
    reported: [],
    matters: [],
    promises: [],
    isNew: true,
  };
}

export async function loadLocalData(session) {
  return overlay(await loadBundle(session), await outbox.loadEntries(session), await officeNow());
}

/** The bundle (or null) with the outbox entries applied, which are in the order of recording. `now` is in the
 * office's clock. The months of an old bundle are extended to the month of `now`. */
export function overlay(downloaded, recorded, now = new Date()) {
  const bundle = { ...EMPTY_BUNDLE, ...(downloaded || {}) };
  const [newest] = bundle.months;
  if (newest) {
    const later = monthsUntil(today(bundle.visits[0]?.zone, now), MONTHS);
    bundle.months = [...later.filter(({ value }) => value > newest.value), ...bundle.months];
  }
  const entries = recorded.filter(({ row }) => !row.corrected_by);
  const known = new Set(bundle.businesses.map(({ id }) => id));
  const added = entries.filter(
    ({ item }) => item.kind === "business" && !known.has(item.body.business),
  );
  const businesses = [...bundle.businesses, ...added.map(({ item }) => businessOf(item))];
  const ahead = now.getTime() - Date.now();
  return {
    bundle,
    entries,
    businesses,
    /** Today's date in a time zone, by the office's clock. */
    today: (zone) => today(zone, new Date(Date.now() + ahead)),
    ...queries(bundle, entries, businesses),
  };
}

/** The office's merge rule for one officer: a later "absent" takes back the details recorded before it. */
function mergedAttendance(bodies) {
  if (!bodies.length) return null;
  const lastAbsence = bodies.map(({ present }) => present).lastIndexOf(false);
  const isAbsent = bodies.slice(lastAbsence).every(({ present }) => !present);
  const counting = isAbsent && lastAbsence >= 0 ? bodies.slice(lastAbsence) : bodies;
  return Object.assign({}, ...counting, { present: !(isAbsent && lastAbsence >= 0) });
}

function queries(bundle, entries, businesses) {
  const ofKind = (kind, matches) =>
    entries.filter(({ item }) => item.kind === kind && matches(item.body));
  const latest = (kind, matches) => ofKind(kind, matches).pop() || null;
  const at = (visitId, businessId) => (body) =>
    body.visit === visitId && body.business === businessId;
  const inVisit = (visit) => (body) => body.visit === visit.id;
  return {
    visit: (id) => bundle.visits.find((visit) => visit.id === id) || null,
    business: (id) => businesses.find((business) => business.id === id) || null,
    /** The IKM of a visit: those of its kelompok or its single IKM, and those registered on this phone since. */
    businessesOf: (visit) =>
      businesses.filter(
        ({ id, cluster, isNew }) =>
          cluster === visit.cluster.id && (!visit.members || isNew || visit.members.includes(id)),
      ),
    /** The date on which the visit began, or null while it is only planned. */
    heldOn: (visit) => latest("visit", inVisit(visit))?.item.body.held_on || visit.held_on || null,
    summary: (visit) => latest("visit", inVisit(visit)),
    signature: (visit) => latest("signature", inVisit(visit)),
    /** {present, represented_by…}: the last recorded value of each field; null if nothing is recorded. */
    attendance: (visitId, businessId) =>
      mergedAttendance([
        ...bundle.attendance.filter(at(visitId, businessId)),
        ...ofKind("attend", at(visitId, businessId)).map(({ item }) => item.body),
      ]),
    aspirations: (visitId, businessId) => ofKind("aspiration", at(visitId, businessId)),
    /** The caption of a photo's item: the one typed with the photo, or the last one typed later. */
    caption: ({ id, body }) =>
      latest("caption", ({ photo }) => photo === id)?.item.body.caption || body.caption || "",
    photos: (visitId, businessId) => ofKind("photo", at(visitId, businessId)),
    reports: (businessId) => ofKind("report", ({ business }) => business === businessId),
    answers: (actionId, businessId) =>
      ofKind("confirm", (body) => body.action === actionId && body.business === businessId),
  };
}

/** {total, present, absent, pending, waiting}: counts of IKM, and of items not yet confirmed by the office. */
export function attendanceCounts(data, visit) {
  const all = data.businessesOf(visit).map(({ id }) => data.attendance(visit.id, id));
  return {
    total: all.length,
    present: all.filter((one) => one?.present).length,
    absent: all.filter((one) => one && !one.present).length,
    pending: all.filter((one) => !one).length,
    waiting: data.entries.filter(
      ({ row, item }) => item.body.visit === visit.id && outbox.isWaiting(row),
    ).length,
  };
}
