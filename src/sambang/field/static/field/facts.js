// What is known at this moment: the parcel, and over it what this phone recorded since.
import * as log from "./log.js";
import * as parcels from "./parcel.js";

export const LABELS = {
  hold: "Kunjungan",
  attend: "Kehadiran",
  aspiration: "Kata IKM",
  report: "Produksi",
  confirm: "Jawaban pemilik",
  photo: "Foto",
  business: "IKM baru",
  profile: "Betulkan data",
  signature: "Tanda tangan",
};

const EMPTY = {
  visits: [],
  businesses: [],
  attendance: [],
  months: [],
  kinds: [],
  difficulties: [],
  units: [],
  made_at: null,
};

function asBusiness({ body }) {
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
    open: [],
    promises: [],
    fresh: true,
  };
}

export async function gather(session) {
  const parcel = { ...EMPTY, ...((await parcels.taken(session)) || {}) };
  // What was refused and mended by a newer item no longer counts.
  const entries = (await log.held(session)).filter(({ row }) => !row.mended);
  const known = new Set(parcel.businesses.map((business) => business.id));
  const fresh = entries.filter(
    ({ item }) => item.kind === "business" && !known.has(item.body.business),
  );
  const businesses = [...parcel.businesses, ...fresh.map(({ item }) => asBusiness(item))];
  return { parcel, entries, businesses, ...indexed(parcel, entries, businesses) };
}

function indexed(parcel, entries, businesses) {
  const of = (visit, business) =>
    entries.filter(({ item }) => item.body.visit === visit && item.body.business === business);
  const newest = (list, kind) => list.filter(({ item }) => item.kind === kind).pop() || null;
  return {
    visit: (id) => parcel.visits.find((visit) => visit.id === id) || null,
    business: (id) => businesses.find((business) => business.id === id) || null,
    inVisit: (visit) => businesses.filter((business) => business.cluster === visit.cluster.id),
    of,
    /** When it began, or null while it is only planned. */
    heldOn: (visit) => {
      const local = newest(
        entries.filter(({ item }) => item.body.visit === visit.id),
        "hold",
      );
      return local ? local.item.body.held_on : visit.held_on || null;
    },
    closing: (visit) =>
      newest(
        entries.filter(({ item }) => item.body.visit === visit.id),
        "hold",
      ),
    signature: (visit) =>
      newest(
        entries.filter(({ item }) => item.body.visit === visit.id),
        "signature",
      ),
    /** {present, represented_by…} as said last, or null. */
    attendance: (visit, business) => {
      const local = newest(of(visit, business), "attend");
      if (local) return local.item.body;
      return (
        parcel.attendance.find((one) => one.visit === visit && one.business === business) || null
      );
    },
    words: (visit, business) =>
      of(visit, business).filter(({ item }) => item.kind === "aspiration"),
    photos: (visit, business) => of(visit, business).filter(({ item }) => item.kind === "photo"),
    reports: (business) =>
      entries.filter(({ item }) => item.kind === "report" && item.body.business === business),
    answers: (action, business) =>
      entries.filter(
        ({ item }) =>
          item.kind === "confirm" && item.body.action === action && item.body.business === business,
      ),
  };
}

/** {all, here, away, missing, waiting}: the running tally of a visit. */
export function tally(facts, visit) {
  const all = facts.inVisit(visit);
  const said = all.map((business) => facts.attendance(visit.id, business.id));
  return {
    all: all.length,
    here: said.filter((one) => one?.present).length,
    away: said.filter((one) => one && !one.present).length,
    missing: said.filter((one) => !one).length,
    waiting: facts.entries.filter(
      ({ row, item }) => item.body.visit === visit.id && log.isWaiting(row),
    ).length,
  };
}
