// The visits taken along, and one visit: its IKM with a running tally, attendance by one tap.
import { savedForm, field, tapOnce } from "./form.js";
import { day, fill, h, today } from "./dom.js";
import { tally } from "./facts.js";

export function home(ctx) {
  const { facts } = ctx;
  if (!facts.parcel.visits.length) {
    return {
      title: "Kunjungan",
      node: h(
        "div",
        null,
        h("p", null, "Belum ada kunjungan di HP ini."),
        h("a", { class: "button main", href: "#/bekal" }, "Ambil bekal"),
      ),
    };
  }
  const node = h(
    "div",
    null,
    facts.parcel.visits.map((visit) => {
      const sum = tally(facts, visit);
      const held = facts.heldOn(visit);
      return h(
        "a",
        { class: "card", href: `#/kunjungan/${visit.id}` },
        h("strong", null, visit.cluster.name),
        h(
          "span",
          null,
          [held ? `Berlangsung ${day(held)}` : `Rencana ${day(visit.planned_for)}`, visit.place]
            .filter(Boolean)
            .join(" · "),
        ),
        h("span", { class: "soft" }, `${sum.here + sum.away} dari ${sum.all} IKM tercatat`),
      );
    }),
  );
  return { title: "Kunjungan", node };
}

function figures(sum) {
  const one = (value, label, name) =>
    h("div", { class: name }, h("strong", null, String(value)), h("span", null, label));
  return h(
    "div",
    { class: "tally" },
    one(sum.here, "hadir", "good"),
    one(sum.away, "tidak", ""),
    one(sum.missing, "belum", ""),
    one(sum.waiting, "menunggu", ""),
  );
}

function attendanceOf(ctx, visit, business, present) {
  const said = ctx.facts.attendance(visit.id, business.id);
  if (said && said.present === present && !said.represented_by) return null;
  return {
    kind: "attend",
    label: `${business.name}: ${present ? "hadir" : "tidak hadir"}`,
    body: { visit: visit.id, business: business.id, present },
  };
}

function row(ctx, visit, business) {
  const button = (present, text) =>
    h(
      "button",
      {
        type: "button",
        class: present ? "yes" : "no",
        "aria-label": `${business.name}: ${present ? "hadir" : "tidak hadir"}`,
        onclick: (event) => {
          const entry = attendanceOf(ctx, visit, business, present);
          if (entry) tapOnce(ctx, event.currentTarget, entry);
        },
      },
      text,
    );
  const buttons = h("div", { class: "two" }, button(true, "Hadir"), button(false, "Tidak"));
  const more = h("small", null);
  const node = h(
    "li",
    { class: "row", "data-business": business.id },
    h("a", { href: `#/ikm/${visit.id}/${business.id}` }, h("strong", null, business.name), more),
    buttons,
  );
  const refresh = () => {
    const { facts } = ctx;
    const said = facts.attendance(visit.id, business.id);
    const words = facts.words(visit.id, business.id).length;
    const asks = business.promises.filter(
      (promise) => promise.ask && !facts.answers(promise.action, business.id).length,
    ).length;
    more.textContent = [
      business.owner,
      said?.represented_by ? `diwakili ${said.represented_by}` : "",
      words ? `${words} kata` : "",
      asks ? `${asks} janji` : "",
      business.fresh ? "baru" : "",
    ]
      .filter(Boolean)
      .join(" · ");
    for (const [index, present] of [true, false].entries()) {
      buttons.children[index].setAttribute(
        "aria-pressed",
        String(Boolean(said) && said.present === present),
      );
    }
    buttons.hidden = !facts.heldOn(visit);
    node.classList.toggle("done", Boolean(said));
  };
  refresh();
  return { node, refresh, business };
}

function start(ctx, visit) {
  const form = savedForm(
    ctx,
    {
      key: `mulai/${visit.id}`,
      submit: "Mulai kunjungan",
      className: "card",
      build: ({ held_on }) => [
        { kind: "hold", label: `Mulai: ${visit.cluster.name}`, body: { visit: visit.id, held_on } },
      ],
      saved: () => ctx.refresh(),
    },
    field("Hari kunjungan", "held_on", {
      kind: "date",
      value: today(),
      max: today(),
      required: true,
    }),
  );
  return form;
}

export function one(ctx, visitId) {
  const visit = ctx.facts.visit(visitId);
  if (!visit) return home(ctx);
  const top = h("div", null);
  const begin = h("div", null);
  const list = h("ul", { class: "rows" });
  const search = h("input", {
    type: "search",
    id: "cari",
    placeholder: "Cari nama",
    "aria-label": "Cari nama IKM",
    oninput: () => sieve(),
  });
  const only = h("input", { type: "checkbox", id: "belum", onchange: () => sieve() });
  let rows = [];

  function sieve() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const one of rows) {
      const text = `${one.business.name} ${one.business.owner}`.toLowerCase();
      const done = Boolean(ctx.facts.attendance(visit.id, one.business.id));
      one.node.hidden = !words.every((word) => text.includes(word)) || (only.checked && done);
    }
  }

  function refresh() {
    const { facts } = ctx;
    const held = facts.heldOn(visit);
    fill(
      top,
      h(
        "p",
        { class: "soft" },
        [
          held ? `Berlangsung ${day(held)}` : `Rencana ${day(visit.planned_for)}`,
          visit.place,
          held ? "" : visit.purpose,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      figures(tally(facts, visit)),
    );
    if (held) fill(begin);
    else if (!begin.firstChild) fill(begin, start(ctx, visit));
    const businesses = facts.inVisit(visit);
    if (businesses.length !== rows.length) {
      rows = businesses.map((business) => row(ctx, visit, business));
      fill(
        list,
        rows.map((one) => one.node),
      );
    } else for (const one of rows) one.refresh();
  }
  refresh();
  const node = h(
    "div",
    null,
    top,
    begin,
    h(
      "div",
      { class: "sieve" },
      search,
      h("label", { class: "chip" }, only, h("span", null, "Belum saja")),
    ),
    list,
    h(
      "div",
      { class: "stack" },
      h("a", { class: "button", href: `#/baru/${visit.id}` }, "+ IKM baru"),
      h("a", { class: "button", href: `#/tutup/${visit.id}` }, "Selesai: rangkum dan tanda tangan"),
    ),
  );
  return { title: visit.cluster.name, back: "#/", node, refresh };
}
