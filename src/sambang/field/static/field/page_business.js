// One IKM on one visit: there or not, what it said, what it made, what was promised, photos.
import { Complaint, chips, field, savedForm, tapOnce } from "./form.js";
import { badge, day, fill, h } from "./dom.js";
import { photoForm } from "./page_photo.js";
import { production, whole } from "./page_production.js";

function attendance(ctx, visit, business) {
  const state = h("p", { class: "state", role: "status" });
  const say = (present, represented_by) => ({
    kind: "attend",
    label: `${business.name}: ${represented_by ? "diwakili" : present ? "hadir" : "tidak hadir"}`,
    body: {
      visit: visit.id,
      business: business.id,
      present,
      ...(represented_by ? { represented_by } : {}),
    },
  });
  const tap = (entry) => (event) => tapOnce(ctx, event.currentTarget, entry);
  const yes = h("button", { type: "button", class: "yes", onclick: tap(say(true)) }, "Hadir");
  const no = h("button", { type: "button", class: "no", onclick: tap(say(false)) }, "Tidak hadir");
  const details = savedForm(
    ctx,
    {
      key: `hadir/${visit.id}/${business.id}`,
      submit: "Simpan rincian",
      build: (values) => {
        const body = { ...say(true, values.represented_by.trim()).body };
        const seen = whole(values.workers_seen, "workers_seen", "Pekerja");
        const pulse = whole(values.pulse, "pulse", "Persen");
        if (seen !== undefined) body.workers_seen = seen;
        if (pulse !== undefined) body.pulse = pulse;
        return [{ kind: "attend", label: `${business.name}: hadir, dengan rincian`, body }];
      },
    },
    field("Diwakili oleh", "represented_by", { maxlength: 120 }),
    field("Pekerja yang ditemui", "workers_seen", { inputmode: "numeric" }),
    field("Produksi dibanding bulan biasa (%)", "pulse", {
      inputmode: "numeric",
      help: "100 = seperti biasa",
    }),
  );
  const refresh = () => {
    const said = ctx.facts.attendance(visit.id, business.id);
    yes.setAttribute("aria-pressed", String(Boolean(said) && said.present));
    no.setAttribute("aria-pressed", String(Boolean(said) && !said.present));
    state.textContent = said?.represented_by ? `Diwakili ${said.represented_by}` : "";
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

function words(ctx, visit, business) {
  const { kinds, difficulties } = ctx.facts.parcel;
  const list = h("ul", { class: "noted" });
  const form = savedForm(
    ctx,
    {
      key: `kata/${visit.id}/${business.id}`,
      submit: "Simpan kata ini",
      build: (values) => {
        if (!values.words.trim())
          throw new Complaint("Tulis atau diktekan kata-katanya dulu.", "words");
        if (!values.kind) throw new Complaint("Pilih jenisnya: satu ketukan.");
        if (!values.difficulty) throw new Complaint("Pilih kesulitannya: satu ketukan.");
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
      maxlength: 2000,
      rows: 3,
      help: "Ketik, atau tekan mikrofon di papan ketik.",
    }),
    chips("Jenis", "kind", kinds),
    chips("Kesulitan", "difficulty", difficulties),
    field("Siapa lagi yang mengalami", "also_touches", { maxlength: 200 }),
  );
  const refresh = () =>
    fill(
      list,
      ctx.facts
        .words(visit.id, business.id)
        .map(({ row, item }) => h("li", null, h("q", null, item.body.words), badge(row))),
    );
  refresh();
  return { refresh, node: h("section", null, h("h2", null, "Apa katanya"), list, form) };
}

function answer(ctx, business, promise) {
  return savedForm(
    ctx,
    {
      key: `jawab/${promise.action}/${business.id}`,
      submit: "Simpan jawaban",
      build: (values) => {
        if (!values.solved) throw new Complaint("Pilih jawabannya: sudah atau belum.");
        if (!/^\d{6}$/.test((values.code || "").trim()))
          throw new Complaint("Kode pemilik: enam angka.", "code");
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
    field("Kata pemilik", "words", { kind: "textarea", rows: 2, maxlength: 1000 }),
    field("Kode enam angka milik pemilik", "code", {
      inputmode: "numeric",
      maxlength: 6,
      "data-nodraft": true,
      help: "Ada di halaman atau kertas pemilik. Satu kode untuk satu jawaban.",
    }),
  );
}

function matters(ctx, business) {
  if (!business.open.length && !business.promises.length) return null;
  const states = {
    heard: "didengar",
    discussed: "dibahas",
    acting: "ditindaklanjuti",
    promised: "dijanjikan",
    claimed: "diklaim selesai",
    disputed: "disangkal",
    confirmed: "beres",
    dropped: "dihentikan",
  };
  const stateOf = (code) => states[code] || code;
  const said = new Map();
  const promises = business.promises.map((promise) => {
    const done = h("p", { class: "noted" });
    said.set(promise.action, done);
    return h(
      "div",
      { class: "card" },
      h("strong", null, promise.title),
      h(
        "span",
        { class: "soft" },
        [stateOf(promise.state), promise.due_on ? `paling lambat ${day(promise.due_on)}` : ""]
          .filter(Boolean)
          .join(" · "),
      ),
      done,
      promise.ask &&
        h("details", null, h("summary", null, "Jawaban pemilik"), answer(ctx, business, promise)),
    );
  });
  const refresh = () => {
    for (const [action, place] of said) {
      const last = ctx.facts.answers(action, business.id).pop();
      if (last)
        fill(
          place,
          last.item.body.solved ? "Pemilik: sudah beres " : "Pemilik: belum ",
          badge(last.row),
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

const FIELDS = [
  ["phone", "Nomor HP"],
  ["address", "Alamat"],
  ["commodity", "Komoditas"],
  ["workers_male", "Pekerja laki-laki"],
  ["workers_female", "Pekerja perempuan"],
];

function mend(ctx, business) {
  if (business.fresh) return null;
  const current = (name) =>
    business[name] === undefined || business[name] === null ? "" : String(business[name]);
  const known = FIELDS.filter(([name]) => name in business);
  const forms = known.map(([name, label]) =>
    savedForm(
      ctx,
      {
        key: `data/${business.id}/${name}`,
        submit: "Simpan",
        className: "inline",
        build: (values) => {
          const isNumber = name.startsWith("workers");
          const value = isNumber ? whole(values.value.trim(), "value", label) : values.value.trim();
          if (value === undefined || String(value) === current(name))
            throw new Complaint("Belum ada yang berubah.", "value");
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
        maxlength: 200,
        help: current(name) ? `Di kantor: ${current(name)}` : "Belum diketahui kantor",
      }),
    ),
  );
  return {
    refresh: () => {},
    node: h("section", null, h("details", null, h("summary", null, "Betulkan data IKM"), forms)),
  };
}

/** The next IKM of whom nothing was said yet, in the order of the list. */
function nextOne(ctx, visit, business) {
  const all = ctx.facts.inVisit(visit);
  const here = all.findIndex((one) => one.id === business.id);
  const after = [...all.slice(here + 1), ...all.slice(0, here)];
  return after.find((one) => !ctx.facts.attendance(visit.id, one.id)) || null;
}

export function page(ctx, visitId, businessId) {
  const visit = ctx.facts.visit(visitId);
  const business = ctx.facts.business(businessId);
  if (!visit || !business)
    return {
      title: "IKM",
      back: "#/",
      node: h("p", null, "IKM ini tidak ada di bekal: ambil bekalnya dulu."),
    };
  const started = ctx.facts.heldOn(visit);
  const onward = h("p", null);
  const showNext = () => {
    const next = nextOne(ctx, visit, business);
    fill(
      onward,
      next
        ? h(
            "a",
            { class: "button main", href: `#/ikm/${visit.id}/${next.id}` },
            `Berikutnya: ${next.name} →`,
          )
        : h(
            "a",
            { class: "button main", href: `#/kunjungan/${visit.id}` },
            "Semua tercatat: kembali",
          ),
    );
  };
  const contact = [business.owner, business.commodity].filter(Boolean).join(" · ");
  const parts = started
    ? [
        attendance(ctx, visit, business),
        words(ctx, visit, business),
        production(ctx, business),
        matters(ctx, business),
        photoForm(ctx, visit, business),
        mend(ctx, business),
      ].filter(Boolean)
    : [matters(ctx, business)].filter(Boolean);
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
    started && onward,
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
