// One IKM on one visit: attendance, aspirations, production, promises, photos, and corrections of its data.
import { t } from "./language.js";
import {
  InvalidInput,
  appendOnTap,
  autosaveForm,
  chips,
  field,
  saveForms,
  wholeOf,
} from "./form.js";
import { h, replaceContent, stateBadge } from "./dom.js";
import { photoForm } from "./photo_form.js";
import { productionSection } from "./production_form.js";
import { profileSection } from "./profile_form.js";
import { promiseSection } from "./promise_form.js";
import { attendanceEntry } from "./page_visit.js";
import { LENGTHS, MAX_PEOPLE, MAX_PERCENT } from "./tables.js";

export const PEOPLE = { most: MAX_PEOPLE, units: ["orang", "org"] };
export const PERCENT = { most: MAX_PERCENT, units: ["%"] };

/** The details of an attendance as one line; "" where there are none. */
const attendanceDetails = (recorded) =>
  [
    recorded?.represented_by ? t`Diwakili ${recorded.represented_by}` : "",
    recorded?.workers_seen === undefined ? "" : t`${recorded.workers_seen} pekerja`,
    recorded?.pulse === undefined ? "" : t`produksi ${recorded.pulse}%`,
  ]
    .filter(Boolean)
    .join(" · ");

function attendanceSection(ctx, visit, business) {
  const state = h("p", { class: "state", role: "status" });
  const entryOf = (present) => attendanceEntry(visit, business, present);
  const onTap = (entry) => (event) => appendOnTap(ctx, event.currentTarget, entry);
  const yes = h(
    "button",
    { type: "button", class: "yes", onclick: onTap(entryOf(true)) },
    t`Hadir`,
  );
  const no = h(
    "button",
    { type: "button", class: "no", onclick: onTap(entryOf(false)) },
    t`Tidak hadir`,
  );
  const details = autosaveForm(
    ctx,
    {
      key: `hadir/${visit.id}/${business.id}`,
      submit: t`Simpan rincian`,
      folded: {
        summary: t`Diwakili orang lain`,
        content: field(t`Diwakili oleh`, "represented_by", {
          longest: LENGTHS.attend.represented_by,
        }),
      },
      build: (values) => {
        // Send only the typed fields: the office merges each field separately.
        const body = { visit: visit.id, business: business.id };
        const representative = values.represented_by.trim();
        if (representative) Object.assign(body, { present: true, represented_by: representative });
        const seen = wholeOf(values.workers_seen, "workers_seen", t`Pekerja`, PEOPLE);
        const pulse = wholeOf(values.pulse, "pulse", t`Persen`, PERCENT);
        if (seen !== undefined) body.workers_seen = seen;
        if (pulse !== undefined) body.pulse = pulse;
        if (Object.keys(body).length === 2)
          throw new InvalidInput(t`Isi satu rincian dulu.`, "workers_seen");
        return [{ kind: "attend", label: t`${business.name}: rincian kehadiran`, body }];
      },
    },
    h(
      "div",
      { class: "halves" },
      field(t`Pekerja ditemui`, "workers_seen", { inputmode: "numeric" }),
      field(t`Produksi, % dari biasa`, "pulse", { inputmode: "numeric", placeholder: "100" }),
    ),
  );
  const refresh = () => {
    const recorded = ctx.data.attendance(visit.id, business.id);
    yes.setAttribute("aria-pressed", String(Boolean(recorded) && recorded.present));
    no.setAttribute("aria-pressed", String(Boolean(recorded) && !recorded.present));
    state.textContent = attendanceDetails(recorded);
  };
  refresh();
  return {
    refresh,
    forms: [details],
    node: h(
      "section",
      null,
      h("h2", null, t`Kehadiran`),
      h("div", { class: "two wide" }, yes, no),
      state,
      details,
    ),
  };
}

function aspirationSection(ctx, visit, business) {
  const { kinds, difficulties } = ctx.data.bundle;
  const list = h("ul", { class: "recorded" });
  const form = autosaveForm(
    ctx,
    {
      key: `kata/${visit.id}/${business.id}`,
      submit: t`Simpan kata ini`,
      build: (values) => {
        if (!values.text.trim())
          throw new InvalidInput(t`Tulis atau diktekan kata-katanya dulu.`, "text");
        if (!values.kind) throw new InvalidInput(t`Pilih jenisnya: satu ketukan.`, "kind");
        if (!values.difficulty)
          throw new InvalidInput(t`Pilih kesulitannya: satu ketukan.`, "difficulty");
        const body = {
          visit: visit.id,
          business: business.id,
          kind: values.kind,
          text: values.text.trim(),
          difficulty: values.difficulty,
        };
        if (values.also_touches.trim()) body.also_touches = values.also_touches.trim();
        return [{ kind: "aspiration", label: `${business.name}: ${body.text.slice(0, 60)}`, body }];
      },
    },
    field(t`Kata-katanya sendiri`, "text", {
      kind: "textarea",
      longest: LENGTHS.aspiration.text,
      rows: 2,
      placeholder: t`Ketik, atau tekan mikrofon di papan ketik`,
    }),
    chips(t`Jenis`, "kind", kinds),
    chips(t`Kesulitan`, "difficulty", difficulties),
    h(
      "details",
      { class: "tight" },
      h("summary", null, t`Siapa lagi yang mengalami?`),
      field(t`Siapa lagi yang mengalami`, "also_touches", {
        longest: LENGTHS.aspiration.also_touches,
      }),
    ),
  );
  const refresh = () =>
    replaceContent(
      list,
      ctx.data
        .aspirations(visit.id, business.id)
        .map(({ row, item }) => h("li", null, h("q", null, item.body.text), stateBadge(row))),
    );
  refresh();
  // Scroll to the next section after the last of the three answers, which saves one swipe.
  form.addEventListener("change", () => {
    const { text, kind, difficulty } = form.elements;
    if (text.value.trim() && kind.value && difficulty.value)
      form.parentNode.nextElementSibling?.scrollIntoView({ behavior: "smooth" });
  });
  return {
    refresh,
    forms: [form],
    node: h("section", null, h("h2", { "data-short": t`Kata` }, t`Apa katanya`), list, form),
  };
}

/** The next IKM in the list, without recorded attendance if there is one; null where this is the only one. */
function nextBusiness(ctx, visit, business) {
  const all = ctx.data.businessesOf(visit);
  const index = all.findIndex((one) => one.id === business.id);
  const after = [...all.slice(index + 1), ...all.slice(0, index)];
  return after.find((one) => !ctx.data.attendance(visit.id, one.id)) || after[0] || null;
}

/** Always visible: stores all values typed on the page, all or none, and opens the next IKM. */
function nextBar(ctx, visit, business, allForms) {
  const changedForms = () => allForms().filter((form) => form.isChanged());
  const label = h("span", null);
  const button = h("button", { type: "button", class: "main", onclick: saveAndGo }, label);
  async function saveAndGo() {
    const next = nextBusiness(ctx, visit, business);
    button.disabled = true;
    const isSaved = await saveForms(ctx, changedForms());
    button.disabled = false;
    if (isSaved) ctx.go(next ? `#/ikm/${visit.id}/${next.id}` : `#/kunjungan/${visit.id}`);
  }
  const refresh = () => {
    const next = nextBusiness(ctx, visit, business);
    const where = next ? next.name : t`daftar`;
    label.textContent = changedForms().length
      ? t`Simpan, lalu ${where} →`
      : t`Berikutnya: ${where} →`;
  };
  refresh();
  for (const form of allForms()) form.ready.then(refresh);
  return { refresh, node: h("div", { class: "next-bar" }, button) };
}

const TYPED = "textarea, input:not([type=radio]):not([type=checkbox]):not([type=file])";

/** The keyboard covers the lower half of the screen: scroll the focused field up, so that the next one stays
 * visible. */
function raise({ target }) {
  if (target.matches(TYPED)) target.closest(".field").scrollIntoView();
}

export function businessPage(ctx, visitId, businessId) {
  const visit = ctx.data.visit(visitId);
  const business = ctx.data.business(businessId);
  if (!visit || !business)
    return {
      title: "IKM",
      back: "#/",
      node: h("p", null, t`IKM ini tidak ada di bekal: ambil bekalnya dulu.`),
    };
  const started = ctx.data.heldOn(visit);
  const contact = [business.owner, business.commodity].filter(Boolean).join(" · ");
  const parts = started
    ? [
        attendanceSection(ctx, visit, business),
        aspirationSection(ctx, visit, business),
        productionSection(ctx, business),
        photoForm(ctx, visit, business),
        promiseSection(ctx, business),
        profileSection(ctx, business),
      ].filter(Boolean)
    : [promiseSection(ctx, business)].filter(Boolean);
  const next = nextBar(ctx, visit, business, () => parts.flatMap(({ forms }) => forms || []));
  const node = h(
    "div",
    { oninput: next.refresh, onchange: next.refresh, onfocusin: raise },
    h("p", { class: "soft" }, contact),
    (business.phone || business.address) &&
      h(
        "details",
        { class: "tight" },
        h("summary", null, t`Telepon dan alamat`),
        business.phone &&
          h(
            "p",
            null,
            h(
              "a",
              { class: "button", href: `tel:${business.phone}` },
              t`Telepon ${business.phone}`,
            ),
          ),
        business.address && h("p", { class: "soft" }, business.address),
      ),
    !started &&
      h(
        "p",
        { class: "note" },
        h("a", { href: `#/kunjungan/${visit.id}` }, t`Mulai kunjungan dulu`),
        " ",
        t`untuk mencatat.`,
      ),
    parts.length > 2 &&
      h(
        "nav",
        { class: "jump", "aria-label": t`Isi halaman` },
        parts
          .slice(1)
          .map(({ node: section }) => section.querySelector("h2"))
          .filter(Boolean)
          .map((heading) =>
            h(
              "button",
              { type: "button", onclick: () => heading.scrollIntoView() },
              heading.dataset.short || heading.textContent,
            ),
          ),
      ),
    parts.map((part) => part.node),
    started && next.node,
  );
  return {
    title: business.name,
    back: `#/kunjungan/${visit.id}`,
    node,
    refresh: () => {
      for (const part of parts) part.refresh();
      next.refresh();
    },
  };
}
