// Bekal: which visits the officer takes along, while there is a signal.
import { age, day, fill, h, say, today } from "./dom.js";
import * as parcels from "./parcel.js";
import { askToKeep } from "./store.js";

const NEAR = 3; // days: what is planned this close is chosen beforehand

function isNear(visit) {
  const days = (new Date(visit.planned_for) - new Date(today())) / 86_400_000;
  return Math.abs(days) <= NEAR || visit.state === "held";
}

function choice(visit, chosen) {
  return h(
    "label",
    { class: "row pick" },
    h("input", { type: "checkbox", name: "visit", value: visit.id, checked: chosen }),
    h(
      "span",
      null,
      h("strong", null, visit.cluster.name || visit.cluster),
      h(
        "small",
        null,
        [
          day(visit.planned_for),
          visit.place,
          visit.businesses !== undefined ? `${visit.businesses} IKM` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
}

export function page(ctx) {
  const { parcel } = ctx.facts;
  const now = h(
    "p",
    { class: "note" },
    parcel.made_at
      ? `Di HP: ${parcel.businesses.length} IKM, ${parcel.visits.length} kunjungan, diambil ${age(parcel.made_at)}.`
      : "Belum ada bekal. Pilih kunjungan selagi ada sinyal.",
  );
  const list = h("div", { class: "list" }, h("p", null, "Mencari kunjungan…"));
  const button = h("button", { class: "main", type: "submit", disabled: true }, "Bawa bekal");
  const form = h("form", { onsubmit: take }, list, button);

  async function look() {
    const held = new Set(parcel.visits.map((visit) => visit.id));
    try {
      const visits = await parcels.openVisits();
      visits.sort((one, other) => one.planned_for.localeCompare(other.planned_for));
      if (!visits.length) {
        fill(
          list,
          h(
            "p",
            null,
            "Belum ada kunjungan yang direncanakan. Pengurus merencanakannya di kantor.",
          ),
        );
        return;
      }
      const any = held.size > 0;
      fill(
        list,
        visits.map((visit) =>
          choice(visit, visits.length === 1 || (any ? held.has(visit.id) : isNear(visit))),
        ),
      );
      button.disabled = false;
    } catch (wrong) {
      fill(
        list,
        h("p", { class: "bad" }, wrong.message),
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              fill(list, h("p", null, "Mencari kunjungan…"));
              look();
            },
          },
          "Coba lagi",
        ),
      );
    }
  }

  async function take(event) {
    event.preventDefault();
    const ids = [...form.querySelectorAll("input:checked")].map((input) => input.value);
    if (!ids.length) return say("Pilih satu kunjungan dulu.", true);
    button.disabled = true;
    button.textContent = "Mengambil…";
    try {
      await parcels.takeAlong(ctx.session, ids);
      await askToKeep();
      await ctx.refresh();
      say("✓ Bekal ada di HP. Boleh berangkat.");
      ctx.go(ids.length === 1 ? `#/kunjungan/${ids[0]}` : "#/");
    } catch (wrong) {
      say(wrong.message || "Bekal belum terambil: coba lagi.", true);
    } finally {
      button.disabled = false;
      button.textContent = "Bawa bekal";
    }
    return null;
  }

  look();
  return { title: "Bekal", node: h("div", null, now, form) };
}
