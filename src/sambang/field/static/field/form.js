// Forms that save a draft at every keystroke and report "tersimpan" only after the strict transaction is complete.
import { t } from "./language.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { isFull } from "./database.js";
import { h, showMessage } from "./dom.js";
import { NumberError, readInteger } from "./numbers.js";

/** The form cannot be stored with these values; `field` is the name of the input to focus. */
export class InvalidInput extends Error {
  constructor(message, field = null) {
    super(message);
    this.field = field;
  }
}

/** The result of `read`, a reader of numbers.js; a NumberError becomes an InvalidInput at the input `name`. */
export function numberOf(read, name, label) {
  try {
    return read();
  } catch (wrong) {
    if (wrong instanceof NumberError)
      throw new InvalidInput(label ? `${label}: ${wrong.message}` : wrong.message, name);
    throw wrong;
  }
}

/** The whole number of a text; undefined where nothing was typed. Throws InvalidInput. */
export const wholeOf = (text, name, label, limits) =>
  text ? numberOf(() => readInteger(text, limits), name, label) : undefined;

export const SAVED = t`✓ Tersimpan di HP`;
const FULL = t`Penyimpanan HP penuh: BELUM tersimpan. Hapus foto atau aplikasi lain, lalu simpan lagi.`;
const FAILED = t`BELUM tersimpan. Tulisan masih di layar: coba simpan lagi.`;

export const saveErrorText = (error) =>
  error instanceof InvalidInput ? error.message : isFull(error) ? FULL : FAILED;

let fields = 0; // counter for unique ids

/** A labelled input. `kind`: an input's type, "textarea" or "select". `longest`: letters that the
 * office stores (tables.js, LENGTHS). */
export function field(
  label,
  name,
  { kind = "text", help, options, value, longest, ...attributes } = {},
) {
  fields += 1;
  const id = `${name.replace(/\W/g, "-")}-${fields}`;
  const helpId = help ? `${id}-help` : null;
  const shared = {
    id,
    name,
    "aria-describedby": helpId,
    autocomplete: "off",
    "data-longest": longest,
    ...attributes,
  };
  let input;
  // Values are attributes, so that form.reset() restores them.
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

/** Throw InvalidInput where a text is longer than the office stores. Nothing is cut while typing or pasting. */
export function requireLengths(node) {
  for (const input of node.querySelectorAll("[data-longest]")) {
    const longest = Number(input.dataset.longest);
    const typed = input.value.trim().length;
    if (typed > longest)
      throw new InvalidInput(
        t`${input.labels[0].textContent}: ${typed} huruf, paling banyak ${longest}. Pendekkan dulu.`,
        input.name,
      );
  }
}

/** Radio buttons as chips: one of several by one tap. `nodraft`: not saved in the draft. */
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

const valuesOf = (form) => Object.fromEntries(new FormData(form));

function fillIn(form, values) {
  for (const input of form.querySelectorAll("[name]")) {
    if (!(input.name in values)) continue;
    if (input.type === "radio" || input.type === "checkbox")
      input.checked = input.value === values[input.name];
    else if (input.type !== "file") input.value = values[input.name];
    if (isChangedInput(input)) reveal(input);
  }
}

const reveal = (input) => input.closest("details")?.setAttribute("open", "");

function draftOf(form) {
  const values = valuesOf(form);
  for (const input of form.querySelectorAll("[data-nodraft]")) delete values[input.name];
  return values;
}

/**
 * A form whose submission appends entries to the outbox. `form.ready` resolves to whether a draft was restored.
 * @param ctx the context of the page: {session}
 * @param options.key the key of the draft: one for each form and each IKM
 * @param options.build the entries of the typed values, or a promise of them; throws InvalidInput
 * @param options.saved called with the stored items
 * @param options.folded {summary, content}: rarely needed inputs, shown with the button at a tap
 */
export function autosaveForm(
  ctx,
  { key, submit, build, saved, folded = null, className = "" },
  ...content
) {
  const status = h("p", { class: "form-status", role: "status" });
  const button = h("button", { type: "submit" }, submit);
  const fieldset = h(
    "fieldset",
    null,
    content,
    folded
      ? h("details", { class: "tight" }, h("summary", null, folded.summary), folded.content, button)
      : button,
    status,
  );
  const form = h(
    "form",
    { class: className, novalidate: true, "data-form": key.split("/")[0] },
    fieldset,
  );

  form.key = key;
  form.showError = (error) => {
    status.textContent = saveErrorText(error);
    status.className = "form-status bad";
    const input = error instanceof InvalidInput && error.field && form.elements[error.field];
    if (!input) return;
    const target = input.focus ? input : input[0];
    reveal(target);
    target.focus();
  };
  let isTouched = false;
  const saveDraft = () => {
    isTouched = true;
    status.textContent = "";
    drafts.save(ctx.session, key, draftOf(form)).catch(form.showError);
  };
  form.addEventListener("input", saveDraft);
  /** The entries of what is typed; nothing typed: none. Throws InvalidInput. */
  form.build = async () => {
    requireLengths(form);
    return build(valuesOf(form)); // a disabled fieldset has no values
  };
  form.isChanged = () => [...form.elements].some(isChangedInput);
  form.disable = (isDisabled) => {
    fieldset.disabled = isDisabled;
  };
  form.stored = async (items) => {
    form.reset(); // while disabled: later it would erase newly typed text
    status.className = "form-status good";
    status.textContent = SAVED;
    if (saved) await saved(items);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (fieldset.disabled) return;
    if (await saveForms(ctx, [form])) keepFocus(event.submitter);
  });
  form.ready = drafts.load(ctx.session, key).then((values) => {
    if (!values || isTouched) return false;
    fillIn(form, values);
    form.dispatchEvent(new CustomEvent("restored", { detail: values }));
    return true;
  });
  return form;
}

/** Whether something was typed or chosen; a select alone does not count, because it always has a value. */
function isChangedInput(input) {
  if (input.type === "radio" || input.type === "checkbox")
    return input.checked !== input.defaultChecked;
  return "defaultValue" in input && input.type !== "file" && input.value !== input.defaultValue;
}

/** Store the values of these forms, all or none; false if a form shows an error. */
export async function saveForms(ctx, forms) {
  const entries = [];
  let current = forms[0];
  if (!current) return true;
  try {
    for (const form of forms) {
      current = form;
      const built = form.build();
      form.disable(true);
      entries.push({ form, built: await built });
    }
    for (const { key } of forms) await drafts.settle(key);
    const items = await outbox.append(
      ctx.session,
      entries.flatMap(({ built }) => built),
      forms.map(({ key }) => key),
    );
    for (const { form, built } of entries) await form.stored(items.splice(0, built.length));
    showMessage(SAVED);
    for (const form of forms) form.disable(false);
    return true;
  } catch (error) {
    for (const form of forms) form.disable(false); // first: a disabled input cannot be focused
    current.showError(error);
    return false;
  }
}

/** A disabled button loses the focus to the page; restore it, so that a screen reader continues from there. */
function keepFocus(button) {
  if (button && document.activeElement === document.body) button.focus({ preventScroll: true });
}

/** Append one entry; the button is disabled until it is stored and the page refreshed. */
export async function appendOnTap(ctx, button, entry) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await outbox.append(ctx.session, [entry]);
    showMessage(SAVED);
    await ctx.refresh();
  } catch (error) {
    showMessage(saveErrorText(error), true);
  } finally {
    button.disabled = false;
    keepFocus(button);
  }
}
