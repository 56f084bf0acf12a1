// A form that loses nothing: every keystroke is kept, and it says "tersimpan" only after the strict transaction.
import * as draft from "./draft.js";
import * as log from "./log.js";
import { isFull } from "./store.js";
import { h, say } from "./dom.js";

/** What was typed cannot be stored like this; `field` is the name of the input to look at. */
export class Complaint extends Error {
  constructor(sentence, field = null) {
    super(sentence);
    this.field = field;
  }
}

export const SAVED = "✓ Tersimpan di HP";
export const FULL =
  "Penyimpanan HP penuh: BELUM tersimpan. Hapus foto atau aplikasi lain, lalu simpan lagi.";
const FAILED = "BELUM tersimpan. Tulisan masih di layar: coba simpan lagi.";

export const whyNot = (wrong) =>
  wrong instanceof Complaint ? wrong.message : isFull(wrong) ? FULL : FAILED;

let taken = 0;

/** A labelled input. `kind`: an input's type, "textarea" or "select". */
export function field(label, name, { kind = "text", help, options, value, ...facts } = {}) {
  taken += 1;
  const id = `${name.replace(/\W/g, "-")}-${taken}`;
  const helpId = help ? `${id}-help` : null;
  const shared = { id, name, "aria-describedby": helpId, autocomplete: "off", ...facts };
  let input;
  // As attributes, so that form.reset() comes back to them.
  if (kind === "textarea") input = h("textarea", shared, value);
  else if (kind === "select")
    input = h(
      "select",
      shared,
      options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)),
    );
  else input = h("input", { type: kind, value, ...shared });
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    input,
    help && h("p", { class: "help", id: helpId }, help),
  );
}

/** One of several by one tap. */
export function chips(legend, name, options, { value, nodraft } = {}) {
  return h(
    "fieldset",
    { class: "chips" },
    h("legend", null, legend),
    h(
      "div",
      null,
      options.map(([code, text]) =>
        h(
          "label",
          { class: "chip" },
          h("input", {
            type: "radio",
            name,
            value: code,
            checked: code === value,
            "data-nodraft": nodraft,
          }),
          h("span", null, text),
        ),
      ),
    ),
  );
}

export const valuesOf = (form) => Object.fromEntries(new FormData(form));

function fillIn(form, values) {
  for (const input of form.querySelectorAll("[name]")) {
    if (!(input.name in values)) continue;
    if (input.type === "radio" || input.type === "checkbox")
      input.checked = input.value === values[input.name];
    else if (input.type !== "file") input.value = values[input.name];
  }
}

function draftOf(form) {
  const values = valuesOf(form);
  for (const input of form.querySelectorAll("[data-nodraft]")) delete values[input.name];
  return values;
}

/**
 * @param ctx the page's context: {session}
 * @param options.key the draft's key: one for each form and each IKM
 * @param options.build turns the typed values into entries for the log; throws Complaint
 * @param options.saved called with the stored items, when they are on the flash
 */
export function savedForm(ctx, { key, submit, build, saved, className = "" }, ...fields) {
  const said = h("p", { class: "form-said", role: "status" });
  const inside = h(
    "fieldset",
    null,
    fields,
    h("button", { class: "main", type: "submit" }, submit),
    said,
  );
  const form = h(
    "form",
    { class: className, novalidate: true, "data-form": key.split("/")[0] },
    inside,
  );

  const complain = (wrong) => {
    said.textContent = whyNot(wrong);
    said.className = "form-said bad";
    const input = wrong instanceof Complaint && wrong.field && form.elements[wrong.field];
    if (input?.focus) input.focus();
  };
  let isTouched = false;
  const typed = () => {
    isTouched = true;
    said.textContent = "";
    draft.keep(ctx.session, key, draftOf(form)).catch(complain);
  };
  form.addEventListener("input", typed);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (inside.disabled) return;
    const values = valuesOf(form); // before it is disabled: a disabled fieldset has no values
    inside.disabled = true;
    said.className = "form-said";
    said.textContent = "Menyimpan…";
    try {
      const entries = await build(values);
      await draft.settle(key);
      const items = await log.append(ctx.session, entries, key);
      form.reset(); // while it is disabled: later it would wipe what is typed next
      said.className = "form-said good";
      said.textContent = SAVED;
      say(SAVED);
      if (saved) await saved(items);
      inside.disabled = false;
    } catch (wrong) {
      inside.disabled = false; // first: a disabled input takes no focus
      complain(wrong);
    }
  });
  form.ready = draft.find(ctx.session, key).then((values) => {
    if (!values || isTouched) return false;
    fillIn(form, values);
    form.dispatchEvent(new CustomEvent("refilled", { detail: values }));
    return true;
  });
  return form;
}

/** One tap, one item: the button is dead until it is stored and the page knows it. */
export async function tapOnce(ctx, button, entry) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await log.append(ctx.session, [entry]);
    say(SAVED);
    await ctx.refresh();
  } catch (wrong) {
    say(whyNot(wrong), true);
  } finally {
    button.disabled = false;
  }
}
