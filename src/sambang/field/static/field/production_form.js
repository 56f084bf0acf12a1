// The monthly production of one IKM.
import { t } from "./language.js";
import { h, replaceContent, stateBadge } from "./dom.js";
import { formatMonth, formatNumber } from "./format.js";
import { InvalidInput, field, numberOf, autosaveForm } from "./form.js";
import { lineQuestions } from "./plausibility.js";
import { LENGTHS } from "./tables.js";
import { asNumber, readQuantity, readInteger } from "./numbers.js";

/** The value of the latest complete month without a report. `months`: newest first, the current month at the top. */
export function defaultMonth(months, reported) {
  const [current, ...complete] = months;
  return [...complete, current].find((month) => month && !reported.has(month.value))?.value;
}

/** Whether a report was recorded after its month ended; the current month is requested again. */
export const isComplete = ({ recorded_at, body }) => recorded_at.slice(0, 7) > body.month;

function monthChoice({ value, label }, running, reported) {
  if (value === running.value) return t`${label} (masih berjalan)`;
  return label + (reported.has(value) ? " ✓" : "");
}

/** {amounts, questions} of the typed values: the amounts to report, and the questions about implausible figures.
 * Throws InvalidInput. */
export function readAmounts(lines, values) {
  const amounts = [];
  const questions = [];
  for (const line of lines) {
    const amount = (values[`line-${line.id}`] || "").trim();
    const value = (values[`value-${line.id}`] || "").trim();
    if (!amount && !value) continue;
    if (!amount)
      throw new InvalidInput(
        t`${line.name}: tulis jumlahnya, misalnya 3 kodi. Tidak berproduksi: 0.`,
        `line-${line.id}`,
      );
    const quantity = numberOf(() => readQuantity(amount, line.unit), `line-${line.id}`, line.name);
    const rupiah =
      value && numberOf(() => readInteger(value, { money: true }), `value-${line.id}`, line.name);
    amounts.push(value ? { line: line.id, amount, value } : { line: line.id, amount });
    questions.push(
      ...lineQuestions(line, { quantity: asNumber(quantity), value: rupiah || 0 }, line.usual),
    );
  }
  return { amounts, questions };
}

export function productionSection(ctx, business) {
  const { months } = ctx.data.bundle;
  if (!business.lines.length) return null;
  const done = h("ul", { class: "recorded" });
  const reportedMonths = () =>
    new Set([
      ...business.reported,
      ...ctx.data
        .reports(business.id)
        .filter(({ item }) => isComplete(item))
        .map(({ item }) => item.body.month),
    ]);
  const monthLabel = (value) =>
    (months.find((month) => month.value === value) || { label: formatMonth(value) }).label;
  let confirmed = ""; // the amounts that a question was shown for: storing them again confirms them
  const form = autosaveForm(
    ctx,
    {
      key: `produksi/${business.id}`,
      submit: t`Simpan produksi`,
      build: (values) => {
        const { amounts, questions } = readAmounts(business.lines, values);
        if (!amounts.length)
          throw new InvalidInput(
            t`Isi satu jumlah dulu. Tidak berproduksi: tulis 0.`,
            `line-${business.lines[0].id}`,
          );
        const typed = JSON.stringify(amounts);
        if (questions.length && confirmed !== typed) {
          confirmed = typed;
          throw new InvalidInput(
            t`${questions.join(" ")} Kalau sudah benar, simpan lagi.`,
            `line-${amounts[0].line}`,
          );
        }
        return [
          {
            kind: "report",
            label: t`${business.name}: produksi ${monthLabel(values.month)}`,
            body: { business: business.id, month: values.month, amounts },
          },
        ];
      },
    },
    field(t`Bulan`, "month", {
      kind: "select",
      options: months.map((month) => [
        month.value,
        monthChoice(month, months[0], reportedMonths()),
      ]),
      value: defaultMonth(months, reportedMonths()),
    }),
    business.lines.map((line) => [
      field(line.name, `line-${line.id}`, {
        longest: LENGTHS.report.amount,
        help: line.last
          ? `${formatMonth(line.last.month)}: ${formatNumber(line.last.quantity)} ${line.unit}`
          : t`dalam ${line.unit}, atau “3 kodi”`,
      }),
      h(
        "details",
        { class: "tight" },
        h("summary", null, t`Nilai rupiahnya`),
        field(t`Nilai ${line.name} (Rp)`, `value-${line.id}`, {
          longest: LENGTHS.report.amount,
          inputmode: "numeric",
        }),
      ),
    ]),
  );
  const refresh = () =>
    replaceContent(
      done,
      ctx.data
        .reports(business.id)
        .map(({ row, item }) =>
          h(
            "li",
            null,
            h(
              "span",
              null,
              `${monthLabel(item.body.month)}: ${item.body.amounts.map((one) => one.amount).join(", ")}`,
            ),
            stateBadge(row),
          ),
        ),
    );
  refresh();
  return {
    refresh,
    forms: [form],
    node: h("section", null, h("h2", null, t`Produksi`), done, form),
  };
}
