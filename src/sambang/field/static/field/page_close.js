// The end of a visit: its summary and conclusion, photos of the whole sentra, the signature of the sentra's head.
import { t } from "./language.js";
import { InvalidInput, field, autosaveForm } from "./form.js";
import * as drafts from "./drafts.js";
import { h, replaceContent, stateBadge } from "./dom.js";
import { attendanceCounts } from "./local_data.js";
import { photoForm } from "./photo_form.js";
import { LENGTHS } from "./tables.js";
import { signaturePad } from "./signature_pad.js";

function summaryForm(ctx, visit) {
  const form = autosaveForm(
    ctx,
    {
      key: `rangkum/${visit.id}`,
      submit: t`Simpan rangkuman`,
      build: (values) => {
        if (!values.summary.trim() && !values.conclusion.trim())
          throw new InvalidInput(t`Tulis pokok pembicaraan dulu.`, "summary");
        return [
          {
            kind: "visit",
            label: t`Rangkuman: ${visit.name}`,
            body: {
              visit: visit.id,
              held_on: ctx.data.heldOn(visit),
              summary: values.summary.trim(),
              conclusion: values.conclusion.trim(),
            },
          },
        ];
      },
      saved: async () => {
        await ctx.refresh();
        restore();
      },
    },
    field(t`Pokok pembicaraan`, "summary", {
      kind: "textarea",
      rows: 4,
      longest: LENGTHS.visit.summary,
    }),
    field(t`Kesimpulan`, "conclusion", {
      kind: "textarea",
      rows: 3,
      longest: LENGTHS.visit.conclusion,
    }),
  );
  const recorded = h("p", { class: "recorded" });
  const refresh = () => {
    const latest = ctx.data.summary(visit);
    if (latest?.item.body.summary)
      replaceContent(recorded, t`Rangkuman tercatat`, " ", stateBadge(latest.row));
  };
  // The saved summary is restored into the form, so that a sentence can be added to it.
  const restore = () => {
    const entry = ctx.data.summary(visit);
    if (!entry) return;
    form.elements.summary.value = entry.item.body.summary || "";
    form.elements.conclusion.value = entry.item.body.conclusion || "";
  };
  form.ready.then((isRestored) => {
    if (!isRestored) restore();
  });
  refresh();
  return { refresh, node: h("section", null, h("h2", null, t`Rangkuman`), recorded, form) };
}

function signatureForm(ctx, visit) {
  const key = `goresan/${visit.id}`;
  const drawing = signaturePad((strokes) => {
    drafts.save(ctx.session, key, { strokes }).catch(() => {});
  });
  drafts.load(ctx.session, key).then((saved) => {
    if (saved) drawing.restore(saved.strokes);
  });
  const form = autosaveForm(
    ctx,
    {
      key: `tanda/${visit.id}`,
      submit: t`Simpan tanda tangan`,
      build: async (values) => {
        if (!values.name.trim())
          throw new InvalidInput(t`Tulis nama yang bertanda tangan.`, "name");
        if (drawing.isEmpty())
          throw new InvalidInput(t`Tanda tangan masih kosong: tulis dengan jari di kotak.`);
        const body = { visit: visit.id, name: values.name.trim() };
        if (values.office.trim()) body.office = values.office.trim();
        return [
          {
            kind: "signature",
            label: t`Tanda tangan ${body.name}`,
            body,
            files: [{ bytes: await drawing.png(), name: "tanda-tangan.png" }],
          },
        ];
      },
      saved: async () => {
        drawing.clear();
        await drafts.remove(ctx.session, key);
      },
    },
    field(t`Nama`, "name", { longest: LENGTHS.signature.name }),
    field(t`Jabatan`, "office", { longest: LENGTHS.signature.office, value: "Ketua sentra" }),
    h(
      "div",
      { class: "pad" },
      drawing.node,
      h("button", { type: "button", onclick: () => drawing.clear() }, t`Ulangi`),
    ),
  );
  const recorded = h("p", { class: "recorded" });
  const refresh = () => {
    const latest = ctx.data.signature(visit);
    if (latest)
      replaceContent(
        recorded,
        t`Ditandatangani ${latest.item.body.name}`,
        " ",
        stateBadge(latest.row),
      );
  };
  refresh();
  return {
    refresh,
    node: h("section", null, h("h2", null, t`Tanda tangan ketua sentra`), recorded, form),
  };
}

export function closePage(ctx, visitId) {
  const visit = ctx.data.visit(visitId);
  if (!visit)
    return { title: t`Selesai`, back: "#/", node: h("p", null, t`Kunjungan ini tidak ada di HP.`) };
  const back = `#/kunjungan/${visit.id}`;
  if (!ctx.data.heldOn(visit)) {
    return {
      title: t`Selesai`,
      back,
      node: h("p", { class: "note" }, h("a", { href: back }, t`Mulai kunjungan dulu.`)),
    };
  }
  const counts = attendanceCounts(ctx.data, visit);
  const parts = [summaryForm(ctx, visit), photoForm(ctx, visit, null), signatureForm(ctx, visit)];
  return {
    title: t`Rangkum dan tanda tangan`,
    back,
    refresh: () => {
      for (const part of parts) part.refresh();
    },
    node: h(
      "div",
      null,
      h(
        "p",
        { class: "soft" },
        t`${visit.name}: ${counts.present} hadir, ${counts.absent} tidak, ${counts.pending} belum tercatat.`,
      ),
      parts.map((part) => part.node),
    ),
  };
}
