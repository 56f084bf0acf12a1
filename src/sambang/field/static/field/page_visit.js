// The list of downloaded visits, and one visit: its IKM, attendance by one tap, and running counts.
import { t } from "./language.js";
import { InvalidInput, autosaveForm, field, appendOnTap } from "./form.js";
import { h, replaceContent } from "./dom.js";
import { formatDate } from "./format.js";
import { attendanceCounts } from "./local_data.js";

export function visitListPage(ctx) {
  const { data } = ctx;
  if (!data.bundle.visits.length) {
    return {
      title: t`Kunjungan`,
      node: h(
        "div",
        null,
        h("p", null, t`Belum ada kunjungan di HP ini.`),
        h("a", { class: "button main", href: "#/bekal" }, t`Ambil bekal`),
      ),
    };
  }
  const node = h(
    "div",
    null,
    data.bundle.visits.map((visit) => {
      const counts = attendanceCounts(data, visit);
      const heldOn = data.heldOn(visit);
      return h(
        "a",
        { class: "card", href: `#/kunjungan/${visit.id}` },
        h("strong", null, visit.name),
        h(
          "span",
          null,
          [
            heldOn
              ? t`Berlangsung ${formatDate(heldOn)}`
              : t`Rencana ${formatDate(visit.planned_for)}`,
            visit.place,
          ]
            .filter(Boolean)
            .join(" · "),
        ),
        h(
          "span",
          { class: "soft" },
          t`${counts.present + counts.absent} dari ${counts.total} IKM tercatat`,
        ),
      );
    }),
  );
  return { title: t`Kunjungan`, node };
}

function countsBar(counts) {
  const count = (value, label, name) =>
    h("div", { class: name }, h("strong", null, String(value)), h("span", null, label));
  return h(
    "div",
    { class: "counts" },
    count(counts.present, t`hadir`, "good"),
    count(counts.absent, t`tidak`, ""),
    count(counts.pending, t`belum`, ""),
    count(counts.waiting, t`menunggu`, ""),
  );
}

/** A tap on "Hadir" or "Tidak": the owner came in person, or nobody did. */
export const attendanceEntry = (visit, business, present) => ({
  kind: "attend",
  label: present ? t`${business.name}: hadir` : t`${business.name}: tidak hadir`,
  body: { visit: visit.id, business: business.id, present, represented_by: "" },
});

function changedAttendance(ctx, visit, business, present) {
  const attendance = ctx.data.attendance(visit.id, business.id);
  if (attendance && attendance.present === present && !attendance.represented_by) return null;
  return attendanceEntry(visit, business, present);
}

function businessRow(ctx, visit, business) {
  const button = (present, text) =>
    h(
      "button",
      {
        type: "button",
        class: present ? "yes" : "no",
        "aria-label": present ? t`${business.name}: hadir` : t`${business.name}: tidak hadir`,
        onclick: (event) => {
          const entry = changedAttendance(ctx, visit, business, present);
          if (entry) appendOnTap(ctx, event.currentTarget, entry);
        },
      },
      text,
    );
  const buttons = h("div", { class: "two" }, button(true, t`Hadir`), button(false, t`Tidak`));
  const summary = h("small", null);
  const node = h(
    "li",
    { class: "row", "data-business": business.id },
    h("a", { href: `#/ikm/${visit.id}/${business.id}` }, h("strong", null, business.name), summary),
    buttons,
  );
  const refresh = () => {
    const { data } = ctx;
    const attendance = data.attendance(visit.id, business.id);
    const aspirations = data.aspirations(visit.id, business.id).length;
    const questions = business.promises.filter(
      (promise) => promise.is_asked && !data.answers(promise.action, business.id).length,
    ).length;
    summary.textContent = [
      business.owner,
      attendance?.represented_by ? t`diwakili ${attendance.represented_by}` : "",
      aspirations ? t`${aspirations} kata` : "",
      questions ? t`${questions} janji` : "",
      business.isNew ? t`baru` : "",
    ]
      .filter(Boolean)
      .join(" · ");
    for (const [index, present] of [true, false].entries()) {
      buttons.children[index].setAttribute(
        "aria-pressed",
        String(Boolean(attendance) && attendance.present === present),
      );
    }
    buttons.hidden = !data.heldOn(visit);
    node.classList.toggle("done", Boolean(attendance));
  };
  refresh();
  return { node, refresh, business };
}

/** The typed day of a visit; throws InvalidInput if it is blank, in the future, or was prefilled before midnight. */
export function visitDay(typed, offered, current) {
  const ask = (message) => {
    throw new InvalidInput(message, "held_on");
  };
  if (!typed) ask(t`Isi hari kunjungan.`);
  if (typed > current) ask(t`Hari itu belum tiba: periksa hari kunjungan.`);
  if (typed === offered && offered !== current)
    ask(t`Hari sudah berganti: periksa hari kunjungan, lalu tekan lagi.`);
  return typed;
}

function startForm(ctx, visit) {
  const now = () => ctx.data.today(visit.zone);
  let offered = now();
  return autosaveForm(
    ctx,
    {
      key: `mulai/${visit.id}`,
      submit: t`Mulai kunjungan`,
      className: "card",
      build: (values) => {
        const before = offered;
        offered = now(); // after one question, the typed day is accepted
        const body = { visit: visit.id, held_on: visitDay(values.held_on, before, offered) };
        return [{ kind: "visit", label: t`Mulai: ${visit.name}`, body }];
      },
      saved: () => ctx.refresh(),
    },
    field(t`Hari kunjungan`, "held_on", {
      kind: "date",
      value: offered,
      max: offered,
      required: true,
    }),
  );
}

export function visitPage(ctx, visitId) {
  const visit = ctx.data.visit(visitId);
  if (!visit) return visitListPage(ctx);
  const head = h("div", null);
  const starting = h("div", null);
  const list = h("ul", { class: "rows" });
  const search = h("input", {
    type: "search",
    id: "cari",
    placeholder: t`Cari nama`,
    "aria-label": t`Cari nama IKM`,
    oninput: () => applyFilter(),
  });
  const pendingOnly = h("input", {
    type: "checkbox",
    id: "belum",
    onchange: () => applyFilter(),
  });
  let rows = [];

  function applyFilter() {
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = `${row.business.name} ${row.business.owner}`.toLowerCase();
      const done = Boolean(ctx.data.attendance(visit.id, row.business.id));
      row.node.hidden =
        !terms.every((term) => text.includes(term)) || (pendingOnly.checked && done);
    }
  }

  function refresh() {
    const { data } = ctx;
    const heldOn = data.heldOn(visit);
    replaceContent(
      head,
      h(
        "p",
        { class: "soft" },
        [
          heldOn
            ? t`Berlangsung ${formatDate(heldOn)}`
            : t`Rencana ${formatDate(visit.planned_for)}`,
          visit.place,
          heldOn ? "" : visit.purpose,
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      countsBar(attendanceCounts(data, visit)),
    );
    if (heldOn) replaceContent(starting);
    else if (!starting.firstChild) replaceContent(starting, startForm(ctx, visit));
    const businesses = data.businessesOf(visit);
    if (businesses.length !== rows.length) {
      rows = businesses.map((business) => businessRow(ctx, visit, business));
      replaceContent(
        list,
        rows.map(({ node: item }) => item),
      );
    } else for (const row of rows) row.refresh();
  }
  refresh();
  const node = h(
    "div",
    null,
    head,
    starting,
    h(
      "div",
      { class: "filter" },
      search,
      h("label", { class: "chip" }, pendingOnly, h("span", null, t`Belum saja`)),
    ),
    list,
    h(
      "div",
      { class: "stack" },
      visit.cluster.id && h("a", { class: "button", href: `#/baru/${visit.id}` }, t`+ IKM baru`),
      h(
        "a",
        { class: "button", href: `#/tutup/${visit.id}` },
        t`Selesai: rangkum dan tanda tangan`,
      ),
    ),
  );
  return { title: visit.name, back: "#/", node, refresh };
}
