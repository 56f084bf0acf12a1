// What one IKM made in a month.
import { badge, fill, h, monthName, number } from "./dom.js";
import { Complaint, field, savedForm } from "./form.js";

const COUNTED =
  /\d|nol|nihil|kosong|libur|tidak|setengah|seperempat|satu|se(kodi|lusin|gros|puluh|belas|ratus|ribu)|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan/i;
export const isAmount = (text) => COUNTED.test(text);
export const whole = (text, name, label) => {
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 1_000_000)
    throw new Complaint(`${label}: tulis angka bulat.`, name);
  return value;
};

export function production(ctx, business) {
  const { months } = ctx.facts.parcel;
  if (!business.lines.length) return null;
  const done = h("ul", { class: "noted" });
  const told = () =>
    new Set([
      ...business.reported,
      ...ctx.facts.reports(business.id).map(({ item }) => item.body.month),
    ]);
  const name = (value) =>
    (months.find((month) => month.value === value) || { label: monthName(value) }).label;
  // Newest first, the month that still runs at the top: asked is the last whole month not yet told.
  const next = (
    [...months.slice(1), ...months.slice(0, 1)].find((month) => !told().has(month.value)) ||
    months[0]
  )?.value;
  const form = savedForm(
    ctx,
    {
      key: `produksi/${business.id}`,
      submit: "Simpan produksi",
      build: (values) => {
        const amounts = [];
        for (const line of business.lines) {
          const amount = (values[`line-${line.id}`] || "").trim();
          const value = (values[`value-${line.id}`] || "").trim();
          if (!amount && !value) continue;
          if (!isAmount(amount))
            throw new Complaint(
              `${line.name}: tulis jumlahnya, misalnya 3 kodi. Tidak berproduksi: 0.`,
              `line-${line.id}`,
            );
          amounts.push(value ? { line: line.id, amount, value } : { line: line.id, amount });
        }
        if (!amounts.length)
          throw new Complaint(
            "Isi satu jumlah dulu. Tidak berproduksi: tulis 0.",
            `line-${business.lines[0].id}`,
          );
        return [
          {
            kind: "report",
            label: `${business.name}: produksi ${name(values.month)}`,
            body: { business: business.id, month: values.month, amounts },
          },
        ];
      },
    },
    field("Bulan", "month", {
      kind: "select",
      options: months.map((month) => [
        month.value,
        month.label + (told().has(month.value) ? " ✓" : ""),
      ]),
      value: next,
    }),
    business.lines.map((line) => [
      field(line.name, `line-${line.id}`, {
        maxlength: 60,
        help: line.last
          ? `${monthName(line.last.month)}: ${number(line.last.quantity)} ${line.unit}`
          : `dalam ${line.unit}, atau “3 kodi”`,
      }),
      h(
        "details",
        { class: "tight" },
        h("summary", null, "Nilai rupiahnya"),
        field(`Nilai ${line.name} (Rp)`, `value-${line.id}`, {
          maxlength: 60,
          inputmode: "numeric",
        }),
      ),
    ]),
  );
  const refresh = () =>
    fill(
      done,
      ctx.facts
        .reports(business.id)
        .map(({ row, item }) =>
          h(
            "li",
            null,
            h(
              "span",
              null,
              `${name(item.body.month)}: ${item.body.amounts.map((one) => one.amount).join(", ")}`,
            ),
            badge(row),
          ),
        ),
    );
  refresh();
  return { refresh, node: h("section", null, h("h2", null, "Produksi"), done, form) };
}
