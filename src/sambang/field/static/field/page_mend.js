// Mending what the office refused: a new item with the same facts, changed; the old one stays as it was.
import { Complaint, chips, field, savedForm } from "./form.js";
import { h } from "./dom.js";
import { LABELS } from "./facts.js";
import * as log from "./log.js";

const NAMES = {
  held_on: "Hari kunjungan",
  summary: "Pokok pembicaraan",
  conclusion: "Kesimpulan",
  present: "Hadir?",
  represented_by: "Diwakili oleh",
  workers_seen: "Pekerja yang ditemui",
  pulse: "Produksi dibanding bulan biasa (%)",
  kind: "Jenis",
  words: "Kata-katanya",
  difficulty: "Kesulitan",
  also_touches: "Siapa lagi",
  month: "Bulan",
  amount: "Jumlah",
  value: "Nilai",
  solved: "Sudah beres?",
  code: "Kode pemilik",
  caption: "Keterangan foto",
  name: "Nama",
  owner_name: "Nama pemilik",
  phone: "Nomor HP",
  commodity: "Komoditas",
  unit: "Satuan",
  office: "Jabatan",
};
const LONG = new Set(["summary", "conclusion", "words"]);
const YES_NO = [
  ["ya", "Ya"],
  ["tidak", "Tidak"],
];

function inputs(ctx, body, path = "") {
  const { kinds, difficulties, months } = ctx.facts.parcel;
  const choices = {
    kind: kinds,
    difficulty: difficulties,
    month: months.map((month) => [month.value, month.label]),
  };
  return Object.entries(body).flatMap(([name, value]) => {
    const full = path ? `${path}.${name}` : name;
    const label = name === "name" && path.startsWith("lines") ? "Nama produk" : NAMES[name];
    if (Array.isArray(value))
      return value.map((part, index) =>
        h("fieldset", { class: "card" }, inputs(ctx, part, `${full}.${index}`)),
      );
    if (!(name in NAMES)) return []; // ids: they stay
    if (typeof value === "boolean")
      return [chips(label, full, YES_NO, { value: value ? "ya" : "tidak" })];
    if (choices[name]?.some(([code]) => code === value))
      return [field(label, full, { kind: "select", options: choices[name], value })];
    return [
      field(label, full, {
        kind: LONG.has(name) ? "textarea" : name === "held_on" ? "date" : "text",
        value: String(value),
        maxlength: 6000,
      }),
    ];
  });
}

function changed(value, values, path) {
  if (Array.isArray(value))
    return value.map((part, index) => changed(part, values, `${path}.${index}`));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        changed(part, values, path ? `${path}.${name}` : name),
      ]),
    );
  }
  if (!(path in values)) return value;
  const typed = values[path].trim();
  if (typeof value === "boolean") return typed === "ya";
  if (typeof value === "number") {
    if (!/^\d+$/.test(typed)) throw new Complaint("Tulis angka bulat.", path);
    return Number(typed);
  }
  return typed;
}

export async function page(ctx, id) {
  const entry = (await log.held(ctx.session)).find(({ row }) => row.id === id);
  if (!entry || entry.row.state !== "refused")
    return {
      title: "Perbaiki",
      back: "#/kotak",
      node: h("p", null, "Catatan ini tidak perlu diperbaiki."),
    };
  const { row, item, label } = entry;
  const form = savedForm(
    ctx,
    {
      key: `perbaiki/${id}`,
      submit: "Simpan perbaikan",
      build: async (values) => {
        const files = await Promise.all(
          item.files.map(async ({ sha256, name }) => ({
            bytes: await log.fileOf(ctx.session, sha256),
            name,
          })),
        );
        return [
          { kind: item.kind, label, body: changed(item.body, values, ""), files, mends: item.id },
        ];
      },
      saved: () => ctx.go("#/kotak"),
    },
    inputs(ctx, item.body),
  );
  return {
    title: `Perbaiki: ${LABELS[item.kind]}`,
    back: "#/kotak",
    node: h(
      "div",
      null,
      h("p", null, h("strong", null, label)),
      h("p", { class: "note bad" }, row.why),
      form,
    ),
  };
}
