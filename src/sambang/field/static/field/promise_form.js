// Actions promised to the sentra, and the owner's confirmation, given on the officer's phone.
import { t } from "./language.js";
import { h, replaceContent, stateBadge } from "./dom.js";
import { InvalidInput, autosaveForm, chips, field } from "./form.js";
import { formatDate } from "./format.js";
import { LENGTHS } from "./tables.js";

function answerForm(ctx, business, promise) {
  return autosaveForm(
    ctx,
    {
      key: `jawab/${promise.action}/${business.id}`,
      submit: t`Simpan jawaban`,
      build: (values) => {
        if (!values.solved)
          throw new InvalidInput(t`Pilih jawabannya: sudah atau belum.`, "solved");
        if (!/^\d{6}$/.test((values.code || "").trim()))
          throw new InvalidInput(t`Kode pemilik: enam angka.`, "code");
        const body = {
          business: business.id,
          action: promise.action,
          solved: values.solved === "ya",
          code: values.code.trim(),
        };
        if (values.text.trim()) body.text = values.text.trim();
        return [{ kind: "confirm", label: `${business.name}: ${promise.title}`, body }];
      },
    },
    h("p", null, t`Serahkan HP kepada pemilik.`),
    chips(t`Sudah beres?`, "solved", [
      ["ya", t`Sudah beres`],
      ["belum", t`Belum`],
    ]),
    field(t`Kata pemilik`, "text", { kind: "textarea", rows: 2, longest: LENGTHS.confirm.text }),
    field(t`Kode enam angka milik pemilik`, "code", {
      inputmode: "numeric",
      maxlength: 6,
      "data-nodraft": true,
      help: t`Ada di halaman atau kertas pemilik. Satu kode untuk satu jawaban.`,
    }),
  );
}

export function promiseSection(ctx, business) {
  if (!business.matters.length && !business.promises.length) return null;
  const stateNames = {
    heard: t`didengar`,
    discussed: t`dibahas`,
    acting: t`ditindaklanjuti`,
    promised: t`dijanjikan`,
    claimed: t`diklaim selesai`,
    disputed: t`disangkal`,
    confirmed: t`beres`,
    dropped: t`dihentikan`,
  };
  const stateOf = (code) => stateNames[code] || code;
  const answerNodes = new Map();
  const forms = [];
  const promises = business.promises.map((promise) => {
    const answer = h("p", { class: "recorded" });
    answerNodes.set(promise.action, answer);
    const form = promise.is_asked ? answerForm(ctx, business, promise) : null;
    if (form) forms.push(form);
    return h(
      "div",
      { class: "card" },
      h("strong", null, promise.title),
      h(
        "span",
        { class: "soft" },
        [
          stateOf(promise.state),
          promise.due_on ? t`paling lambat ${formatDate(promise.due_on)}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      answer,
      form && h("details", null, h("summary", null, t`Jawaban pemilik`), form),
    );
  });
  const refresh = () => {
    for (const [action, node] of answerNodes) {
      const last = ctx.data.answers(action, business.id).pop();
      if (last)
        replaceContent(
          node,
          last.item.body.solved ? t`Pemilik: sudah beres` : t`Pemilik: belum`,
          " ",
          stateBadge(last.row),
        );
    }
  };
  refresh();
  return {
    refresh,
    forms,
    node: h(
      "section",
      null,
      h("h2", { "data-short": t`Janji` }, t`Janji dan pokok bahasan`),
      promises,
      business.matters.length > 0 &&
        h(
          "ul",
          null,
          business.matters.map((one) =>
            h("li", null, one.matter, " ", h("span", { class: "soft" }, `(${stateOf(one.state)})`)),
          ),
        ),
    ),
  };
}
