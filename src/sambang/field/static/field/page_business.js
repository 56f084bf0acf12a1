// One IKM on one visit: attendance, aspirations, production, promises, photos, and corrections of its data.
import { InvalidInput, chips, field, numberOf, autosaveForm, appendOnTap } from "./form.js";
import { h, replaceContent, stateBadge } from "./dom.js";
import { formatDate } from "./format.js";
import { photoForm } from "./photo_form.js";
import { productionSection } from "./production_form.js";
import { attendanceEntry } from "./page_visit.js";
import { LENGTHS, MOST_PEOPLE, MOST_PERCENT } from "./tables.js";
import { readWhole } from "./numbers.js";

const PEOPLE = { most: MOST_PEOPLE, units: ["orang", "org"] };
const PERCENT = { most: MOST_PERCENT, units: ["%"] };

/** Undefined where nothing was typed. */
const whole = (text, name, label, limits) =>
  text ? numberOf(() => readWhole(text, limits), name, label) : undefined;

/** The details of an attendance as one line; "" where there are none. */
const attendanceDetails = (recorded) =>
  [
    recorded?.represented_by ? `Diwakili ${recorded.represented_by}` : "",
    recorded?.workers_seen === undefined ? "" : `${recorded.workers_seen} pekerja`,
    recorded?.pulse === undefined ? "" : `produksi ${recorded.pulse}%`,
  ]
    .filter(Boolean)
    .join(" · ");

function attendanceSection(ctx, visit, business) {
  const state = h("p", { class: "state", role: "status" });
  const entryOf = (present) => attendanceEntry(visit, business, present);
  const onTap = (entry) => (event) => appendOnTap(ctx, event.currentTarget, entry);
  const yes = h("button", { type: "button", class: "yes", onclick: onTap(entryOf(true)) }, "Hadir");
  const no = h(
    "button",
    { type: "button", class: "no", onclick: onTap(entryOf(false)) },
    "Tidak hadir",
  );
  const details = autosaveForm(
    ctx,
    {
      key: `hadir/${visit.id}/${business.id}`,
      submit: "Simpan rincian",
      build: (values) => {
        // Only what is typed: the office merges each detail by itself.
        const body = { visit: visit.id, business: business.id };
        const representative = values.represented_by.trim();
        if (representative) Object.assign(body, { present: true, represented_by: representative });
        const seen = whole(values.workers_seen, "workers_seen", "Pekerja", PEOPLE);
        const pulse = whole(values.pulse, "pulse", "Persen", PERCENT);
        if (seen !== undefined) body.workers_seen = seen;
        if (pulse !== undefined) body.pulse = pulse;
        if (Object.keys(body).length === 2)
          throw new InvalidInput("Isi satu rincian dulu.", "represented_by");
        return [{ kind: "attend", label: `${business.name}: rincian kehadiran`, body }];
      },
    },
    field("Diwakili oleh", "represented_by", { longest: LENGTHS.attend.represented_by }),
    field("Pekerja yang ditemui", "workers_seen", { inputmode: "numeric" }),
    field("Produksi dibanding bulan biasa (%)", "pulse", {
      inputmode: "numeric",
      help: "100 = seperti biasa",
    }),
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
    node: h(
      "section",
      null,
      h("h2", null, "Kehadiran"),
      h("div", { class: "two wide" }, yes, no),
      state,
      h("details", null, h("summary", null, "Diwakili, pekerja, keadaan produksi"), details),
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
      submit: "Simpan kata ini",
      build: (values) => {
        if (!values.words.trim())
          throw new InvalidInput("Tulis atau diktekan kata-katanya dulu.", "words");
        if (!values.kind) throw new InvalidInput("Pilih jenisnya: satu ketukan.");
        if (!values.difficulty) throw new InvalidInput("Pilih kesulitannya: satu ketukan.");
        const body = {
          visit: visit.id,
          business: business.id,
          kind: values.kind,
          words: values.words.trim(),
          difficulty: values.difficulty,
        };
        if (values.also_touches.trim()) body.also_touches = values.also_touches.trim();
        return [
          { kind: "aspiration", label: `${business.name}: ${body.words.slice(0, 60)}`, body },
        ];
      },
    },
    field("Kata-katanya sendiri", "words", {
      kind: "textarea",
      longest: LENGTHS.aspiration.words,
      rows: 3,
      help: "Ketik, atau tekan mikrofon di papan ketik.",
    }),
    chips("Jenis", "kind", kinds),
    chips("Kesulitan", "difficulty", difficulties),
    field("Siapa lagi yang mengalami", "also_touches", {
      longest: LENGTHS.aspiration.also_touches,
    }),
  );
  const refresh = () =>
    replaceContent(
      list,
      ctx.data
        .aspirations(visit.id, business.id)
        .map(({ row, item }) => h("li", null, h("q", null, item.body.words), stateBadge(row))),
    );
  refresh();
  return { refresh, node: h("section", null, h("h2", null, "Apa katanya"), list, form) };
}

function answerForm(ctx, business, promise) {
  return autosaveForm(
    ctx,
    {
      key: `jawab/${promise.action}/${business.id}`,
      submit: "Simpan jawaban",
      build: (values) => {
        if (!values.solved) throw new InvalidInput("Pilih jawabannya: sudah atau belum.");
        if (!/^\d{6}$/.test((values.code || "").trim()))
          throw new InvalidInput("Kode pemilik: enam angka.", "code");
        const body = {
          business: business.id,
          action: promise.action,
          solved: values.solved === "ya",
          code: values.code.trim(),
        };
        if (values.words.trim()) body.words = values.words.trim();
        return [{ kind: "confirm", label: `${business.name}: ${promise.title}`, body }];
      },
    },
    h("p", null, "Serahkan HP kepada pemilik."),
    chips("Sudah beres?", "solved", [
      ["ya", "Sudah beres"],
      ["belum", "Belum"],
    ]),
    field("Kata pemilik", "words", { kind: "textarea", rows: 2, longest: LENGTHS.confirm.words }),
    field("Kode enam angka milik pemilik", "code", {
      inputmode: "numeric",
      maxlength: 6,
      "data-nodraft": true,
      help: "Ada di halaman atau kertas pemilik. Satu kode untuk satu jawaban.",
    }),
  );
}

function promiseSection(ctx, business) {
  if (!business.open.length && !business.promises.length) return null;
  const stateNames = {
    heard: "didengar",
    discussed: "dibahas",
    acting: "ditindaklanjuti",
    promised: "dijanjikan",
    claimed: "diklaim selesai",
    disputed: "disangkal",
    confirmed: "beres",
    dropped: "dihentikan",
  };
  const stateOf = (code) => stateNames[code] || code;
  const answerNodes = new Map();
  const promises = business.promises.map((promise) => {
    const answer = h("p", { class: "recorded" });
    answerNodes.set(promise.action, answer);
    return h(
      "div",
      { class: "card" },
      h("strong", null, promise.title),
      h(
        "span",
        { class: "soft" },
        [
          stateOf(promise.state),
          promise.due_on ? `paling lambat ${formatDate(promise.due_on)}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      answer,
      promise.ask &&
        h(
          "details",
          null,
          h("summary", null, "Jawaban pemilik"),
          answerForm(ctx, business, promise),
        ),
    );
  });
  const refresh = () => {
    for (const [action, node] of answerNodes) {
      const last = ctx.data.answers(action, business.id).pop();
      if (last)
        replaceContent(
          node,
          last.item.body.solved ? "Pemilik: sudah beres " : "Pemilik: belum ",
          stateBadge(last.row),
        );
    }
  };
  refresh();
  return {
    refresh,
    node: h(
      "section",
      null,
      h("h2", null, "Janji dan pokok bahasan"),
      promises,
      business.open.length > 0 &&
        h(
          "ul",
          null,
          business.open.map((one) =>
            h("li", null, one.matter, " ", h("span", { class: "soft" }, `(${stateOf(one.state)})`)),
          ),
        ),
    ),
  };
}

const PROFILE_LENGTH = 200; // letters of the register's columns
const PROFILE_FIELDS = [
  ["phone", "Nomor HP"],
  ["address", "Alamat"],
  ["commodity", "Komoditas"],
  ["workers_male", "Pekerja laki-laki"],
  ["workers_female", "Pekerja perempuan"],
];

function profileSection(ctx, business) {
  if (business.isNew) return null;
  const current = (name) =>
    business[name] === undefined || business[name] === null ? "" : String(business[name]);
  const shown = PROFILE_FIELDS.filter(([name]) => name in business);
  const forms = shown.map(([name, label]) =>
    autosaveForm(
      ctx,
      {
        key: `data/${business.id}/${name}`,
        submit: "Simpan",
        className: "inline",
        build: (values) => {
          const isNumber = name.startsWith("workers");
          const value = isNumber
            ? whole(values.value.trim(), "value", label, PEOPLE)
            : values.value.trim();
          if (value === undefined || String(value) === current(name))
            throw new InvalidInput("Belum ada yang berubah.", "value");
          return [
            {
              kind: "profile",
              label: `${business.name}: ${label}`,
              body: {
                business: business.id,
                field: name,
                base: business[name] === undefined ? null : business[name],
                value,
              },
            },
          ];
        },
      },
      field(label, "value", {
        placeholder: current(name),
        longest: PROFILE_LENGTH,
        help: current(name) ? `Di kantor: ${current(name)}` : "Belum diketahui kantor",
      }),
    ),
  );
  return {
    refresh: () => {},
    node: h("section", null, h("details", null, h("summary", null, "Betulkan data IKM"), forms)),
  };
}

/** The next IKM in the list, without recorded attendance if there is one; null where this is the only one. */
function nextBusiness(ctx, visit, business) {
  const all = ctx.data.businessesOf(visit);
  const index = all.findIndex((one) => one.id === business.id);
  const after = [...all.slice(index + 1), ...all.slice(0, index)];
  return after.find((one) => !ctx.data.attendance(visit.id, one.id)) || after[0] || null;
}

export function businessPage(ctx, visitId, businessId) {
  const visit = ctx.data.visit(visitId);
  const business = ctx.data.business(businessId);
  if (!visit || !business)
    return {
      title: "IKM",
      back: "#/",
      node: h("p", null, "IKM ini tidak ada di bekal: ambil bekalnya dulu."),
    };
  const started = ctx.data.heldOn(visit);
  const nextLink = h("p", null);
  const showNext = () => {
    const next = nextBusiness(ctx, visit, business);
    replaceContent(
      nextLink,
      next
        ? h(
            "a",
            { class: "button main", href: `#/ikm/${visit.id}/${next.id}` },
            `Berikutnya: ${next.name} →`,
          )
        : h("a", { class: "button main", href: `#/kunjungan/${visit.id}` }, "Kembali ke daftar"),
    );
  };
  const contact = [business.owner, business.commodity].filter(Boolean).join(" · ");
  const parts = started
    ? [
        attendanceSection(ctx, visit, business),
        aspirationSection(ctx, visit, business),
        productionSection(ctx, business),
        promiseSection(ctx, business),
        photoForm(ctx, visit, business),
        profileSection(ctx, business),
      ].filter(Boolean)
    : [promiseSection(ctx, business)].filter(Boolean);
  showNext();
  const node = h(
    "div",
    null,
    h("p", { class: "soft" }, contact),
    business.phone &&
      h(
        "p",
        null,
        h("a", { class: "button", href: `tel:${business.phone}` }, `Telepon ${business.phone}`),
      ),
    business.address && h("p", { class: "soft" }, business.address),
    !started &&
      h(
        "p",
        { class: "note" },
        h("a", { href: `#/kunjungan/${visit.id}` }, "Mulai kunjungan dulu"),
        " untuk mencatat.",
      ),
    parts.length > 2 &&
      h(
        "nav",
        { class: "jump", "aria-label": "Isi halaman" },
        parts
          .slice(1)
          .map(({ node: section }) => section.querySelector("h2"))
          .filter(Boolean)
          .map((heading) =>
            h(
              "button",
              { type: "button", onclick: () => heading.scrollIntoView() },
              heading.textContent.split(" ")[0] === "Apa"
                ? "Kata"
                : heading.textContent.split(" ")[0],
            ),
          ),
      ),
    parts.map((part) => part.node),
    started && nextLink,
  );
  return {
    title: business.name,
    back: `#/kunjungan/${visit.id}`,
    node,
    refresh: () => {
      for (const part of parts) part.refresh();
      showNext();
    },
  };
}
