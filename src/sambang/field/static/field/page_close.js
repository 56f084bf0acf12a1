// The end of a visit: what was talked about, its conclusion, photos of the whole, the signature of the sentra's head.
import { Complaint, field, savedForm } from "./form.js";
import * as draft from "./draft.js";
import { badge, fill, h } from "./dom.js";
import { tally } from "./facts.js";
import { photoForm } from "./page_photo.js";
import { pad } from "./sign.js";

function summary(ctx, visit) {
  const form = savedForm(
    ctx,
    {
      key: `rangkum/${visit.id}`,
      submit: "Simpan rangkuman",
      build: (values) => {
        if (!values.summary.trim() && !values.conclusion.trim())
          throw new Complaint("Tulis pokok pembicaraan dulu.", "summary");
        return [
          {
            kind: "hold",
            label: `Rangkuman: ${visit.cluster.name}`,
            body: {
              visit: visit.id,
              held_on: ctx.facts.heldOn(visit),
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
    field("Pokok pembicaraan", "summary", { kind: "textarea", rows: 4, maxlength: 6000 }),
    field("Kesimpulan", "conclusion", { kind: "textarea", rows: 3, maxlength: 6000 }),
  );
  const said = h("p", { class: "noted" });
  const refresh = () => {
    const now = ctx.facts.closing(visit);
    if (now?.item.body.summary) fill(said, "Rangkuman tercatat ", badge(now.row));
  };
  // The last one that was saved is the start of the next: nobody types it again to add a sentence.
  const restore = () => {
    const entry = ctx.facts.closing(visit);
    if (!entry) return;
    form.elements.summary.value = entry.item.body.summary || "";
    form.elements.conclusion.value = entry.item.body.conclusion || "";
  };
  form.ready.then((isRefilled) => {
    if (!isRefilled) restore();
  });
  refresh();
  return { refresh, node: h("section", null, h("h2", null, "Rangkuman"), said, form) };
}

function signature(ctx, visit) {
  const key = `goresan/${visit.id}`;
  const drawing = pad((strokes) => {
    draft.keep(ctx.session, key, { strokes }).catch(() => {});
  });
  draft.find(ctx.session, key).then((kept) => {
    if (kept) drawing.restore(kept.strokes);
  });
  const form = savedForm(
    ctx,
    {
      key: `tanda/${visit.id}`,
      submit: "Simpan tanda tangan",
      build: async (values) => {
        if (!values.name.trim()) throw new Complaint("Tulis nama yang bertanda tangan.", "name");
        if (drawing.isEmpty())
          throw new Complaint("Tanda tangan masih kosong: tulis dengan jari di kotak.");
        const body = { visit: visit.id, name: values.name.trim() };
        if (values.office.trim()) body.office = values.office.trim();
        return [
          {
            kind: "signature",
            label: `Tanda tangan ${body.name}`,
            body,
            files: [{ bytes: await drawing.png(), name: "tanda-tangan.png" }],
          },
        ];
      },
      saved: async () => {
        drawing.clear();
        await draft.drop(key);
      },
    },
    field("Nama", "name", { maxlength: 120 }),
    field("Jabatan", "office", { maxlength: 120, value: "Ketua sentra" }),
    h(
      "div",
      { class: "pad" },
      drawing.node,
      h("button", { type: "button", onclick: () => drawing.clear() }, "Ulangi"),
    ),
  );
  const said = h("p", { class: "noted" });
  const refresh = () => {
    const now = ctx.facts.signature(visit);
    if (now) fill(said, `Ditandatangani ${now.item.body.name} `, badge(now.row));
  };
  refresh();
  return {
    refresh,
    node: h("section", null, h("h2", null, "Tanda tangan ketua sentra"), said, form),
  };
}

export function page(ctx, visitId) {
  const visit = ctx.facts.visit(visitId);
  if (!visit)
    return { title: "Selesai", back: "#/", node: h("p", null, "Kunjungan ini tidak ada di HP.") };
  const back = `#/kunjungan/${visit.id}`;
  if (!ctx.facts.heldOn(visit)) {
    return {
      title: "Selesai",
      back,
      node: h("p", { class: "note" }, h("a", { href: back }, "Mulai kunjungan dulu.")),
    };
  }
  const sum = tally(ctx.facts, visit);
  const parts = [summary(ctx, visit), photoForm(ctx, visit, null), signature(ctx, visit)];
  return {
    title: "Rangkum dan tanda tangan",
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
        `${visit.cluster.name}: ${sum.here} hadir, ${sum.away} tidak, ${sum.missing} belum tercatat.`,
      ),
      parts.map((part) => part.node),
    ),
  };
}
