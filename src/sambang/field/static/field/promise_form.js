// What was promised to the sentra, and the answer that an owner gives on the officer's phone.
import { h, replaceContent, stateBadge } from "./dom.js";
import { InvalidInput, autosaveForm, chips, field } from "./form.js";
import { formatDate } from "./format.js";
import { LENGTHS } from "./tables.js";

function answerForm(ctx, business, promise) {
  return autosaveForm(
    ctx,
    {
      key: `jawab/${promise.action}/${business.id}`,
      submit: "Simpan jawaban",
      build: (values) => {
        if (!values.solved) throw new InvalidInput("Pilih jawabannya: sudah atau belum.", "solved");
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

export function promiseSection(ctx, business) {
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
  const forms = [];
  const promises = business.promises.map((promise) => {
    const answer = h("p", { class: "recorded" });
    answerNodes.set(promise.action, answer);
    const form = promise.ask ? answerForm(ctx, business, promise) : null;
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
          promise.due_on ? `paling lambat ${formatDate(promise.due_on)}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
      answer,
      form && h("details", null, h("summary", null, "Jawaban pemilik"), form),
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
    forms,
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
