// Correcting a refused item: a new item with the changed values; the refused one is kept unchanged.
import { t, translate } from "./language.js";
import { InvalidInput, chips, field, numberOf, autosaveForm } from "./form.js";
import { h } from "./dom.js";
import { KIND_LABELS, LENGTHS } from "./tables.js";
import * as outbox from "./outbox.js";
import { readInteger } from "./numbers.js";
import { PEOPLE, PERCENT } from "./page_business.js";
import { visitDay } from "./page_visit.js";
import { readAmounts } from "./production_form.js";

const FIELD_LABELS = {
  held_on: t`Hari kunjungan`,
  summary: t`Pokok pembicaraan`,
  conclusion: t`Kesimpulan`,
  present: t`Hadir?`,
  represented_by: t`Diwakili oleh`,
  workers_seen: t`Pekerja yang ditemui`,
  pulse: t`Produksi dibanding bulan biasa (%)`,
  kind: t`Jenis`,
  text: t`Kata-katanya`,
  difficulty: t`Kesulitan`,
  also_touches: t`Siapa lagi`,
  month: t`Bulan`,
  amount: t`Jumlah`,
  value: t`Nilai`,
  solved: t`Sudah beres?`,
  code: t`Kode pemilik`,
  caption: t`Keterangan foto`,
  name: t`Nama`,
  owner_name: t`Nama pemilik`,
  phone: t`Nomor HP`,
  commodity: t`Komoditas`,
  unit: t`Satuan`,
  office: t`Jabatan`,
};
const LONG_TEXTS = new Set(["summary", "conclusion", "text"]);
const LIMITS = { workers_seen: PEOPLE, pulse: PERCENT };
const YES_NO = [
  ["ya", t`Ya`],
  ["tidak", t`Tidak`],
];

/** The name and unit of the product of a part of a report; "" for other parts. */
export function productLabel(businesses, { line }) {
  const product = businesses.flatMap(({ lines }) => lines).find(({ id }) => id === line);
  return product ? `${product.name} (${product.unit})` : "";
}

function inputs(ctx, lengths, body, path = "") {
  const { kinds, difficulties, months } = ctx.data.bundle;
  const choices = {
    kind: kinds,
    difficulty: difficulties,
    month: months.map((month) => [month.value, month.label]),
  };
  return Object.entries(body).flatMap(([name, value]) => {
    const fieldPath = path ? `${path}.${name}` : name;
    const label = name === "name" && path.startsWith("lines") ? t`Nama produk` : FIELD_LABELS[name];
    if (Array.isArray(value))
      return value.map((part, index) =>
        h(
          "fieldset",
          { class: "card" },
          name === "amounts" && h("legend", null, productLabel(ctx.data.businesses, part)),
          inputs(ctx, lengths, part, `${fieldPath}.${index}`),
        ),
      );
    if (!(name in FIELD_LABELS)) return []; // ids do not change
    if (typeof value === "boolean")
      return [chips(label, fieldPath, YES_NO, { value: value ? "ya" : "tidak" })];
    if (choices[name]?.some(([code]) => code === value))
      return [field(label, fieldPath, { kind: "select", options: choices[name], value })];
    return [
      field(label, fieldPath, {
        kind: LONG_TEXTS.has(name) ? "textarea" : name === "held_on" ? "date" : "text",
        value: String(value),
        longest: lengths[name],
      }),
    ];
  });
}

/** `value` with the typed values, by path ("amounts.0.value"), in its own types; throws InvalidInput. */
export function corrected(value, values, path = "") {
  if (Array.isArray(value))
    return value.map((part, index) => corrected(part, values, `${path}.${index}`));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [
        name,
        corrected(part, values, path ? `${path}.${name}` : name),
      ]),
    );
  }
  if (!(path in values)) return value;
  const typed = values[path].trim();
  if (typeof value === "boolean") return typed === "ya";
  if (typeof value === "number")
    return numberOf(() => readInteger(typed, LIMITS[path]), path, FIELD_LABELS[path]);
  return typed;
}

/** The questions about a corrected body, by the rules of the form where it was first typed. Throws InvalidInput. */
export function correctionQuestions(data, kind, body) {
  if (kind === "visit") visitDay(body.held_on, "", data.today(data.visit(body.visit)?.zone));
  if (kind !== "report") return [];
  const values = body.amounts.flatMap(({ line, amount, value = "" }) => [
    [`line-${line}`, amount],
    [`value-${line}`, String(value)],
  ]);
  const lines = data.business(body.business)?.lines || [];
  try {
    return readAmounts(lines, Object.fromEntries(values)).questions;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const [, part, line] = /^(line|value)-(.*)$/.exec(error.field);
    const index = body.amounts.findIndex((amount) => amount.line === line);
    const name = part === "line" ? "amount" : "value";
    throw new InvalidInput(error.message, `amounts.${index}.${name}`);
  }
}

export async function correctionPage(ctx, id) {
  const entry = (await outbox.loadEntries(ctx.session)).find(({ row }) => row.id === id);
  if (!entry || entry.row.state !== "refused")
    return {
      title: t`Perbaiki`,
      back: "#/kotak",
      node: h("p", null, t`Catatan ini tidak perlu diperbaiki.`),
    };
  const { row, item, label } = entry;
  let confirmed = ""; // the body that a question was shown for: storing it again confirms it
  const form = autosaveForm(
    ctx,
    {
      key: `perbaiki/${id}`,
      submit: t`Simpan perbaikan`,
      build: async (values) => {
        const body = corrected(item.body, values);
        const questions = correctionQuestions(ctx.data, item.kind, body);
        const typed = JSON.stringify(body);
        if (questions.length && confirmed !== typed) {
          confirmed = typed;
          throw new InvalidInput(t`${questions.join(" ")} Kalau sudah benar, simpan lagi.`);
        }
        const files = await Promise.all(
          item.files.map(async ({ sha256, name }) => ({
            bytes: await outbox.fileBytes(ctx.session, sha256),
            name,
          })),
        );
        return [{ kind: item.kind, label, body, files, corrects: item.id }];
      },
      saved: () => ctx.go("#/kotak"),
    },
    inputs(ctx, LENGTHS[item.kind], item.body),
  );
  return {
    title: t`Perbaiki: ${translate(KIND_LABELS[item.kind])}`,
    back: "#/kotak",
    node: h(
      "div",
      null,
      h("p", null, h("strong", null, label)),
      h("p", { class: "note bad" }, row.reason),
      form,
    ),
  };
}
