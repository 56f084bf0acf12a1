// Stores a form row by row while it is filled in: <form data-row-save> with elements [data-row="PREFIX"]. Changed rows
// are posted to the form's own address; its answer names, by prefix, the stored version and the errors. What could
// not be sent stays marked, stays in the draft (drafts.js) and is sent again. Without this script the form is posted
// as a whole.
const PAUSE = 400; // milliseconds between the last change and the sending
const RETRY = [5_000, 15_000, 60_000];

const form = document.querySelector("form[data-row-save]");
const texts = form?.querySelector("[data-row-save-texts]").content;
const stored = new Map(); // row → its values as last stored
const refused = new Map(); // row → its values as last refused
let timer;
let failures = 0;
let isSending = false;

const rowsOf = () => Array.from(form.querySelectorAll("[data-row]"));
const fieldsOf = (row) => Array.from(row.querySelectorAll("input, select, textarea"));
const isChoice = (field) => field.type === "radio" || field.type === "checkbox";
const valuesOf = (row) =>
  fieldsOf(row)
    .filter((field) => field.name && (!isChoice(field) || field.checked))
    .map((field) => [field.name, field.value]);
const isVersion = (name) => name.endsWith("-seen");
const textOf = (row) => JSON.stringify(valuesOf(row).filter(([name]) => !isVersion(name)));
const isChanged = (row) => stored.get(row) !== textOf(row);
const waits = (row) => row.hasAttribute("data-together") && row.contains(document.activeElement);

const textFor = (name) => texts.querySelector(`[data-text="${name}"]`)?.textContent ?? "";

function mark(row, state) {
  const status = row.querySelector(".row-status");
  status.dataset.state = state;
  status.textContent = textFor(state);
}

function announce(text) {
  form.querySelector("[data-all-status]").textContent = text;
}

function clearErrors(row) {
  for (const error of row.querySelectorAll(".error-message")) error.remove();
  for (const field of row.querySelectorAll(".field-wrong")) field.classList.remove("field-wrong");
}

function showError(row, { field, text }) {
  const error = document.createElement("p");
  error.className = "error-message";
  error.textContent = text;
  const place = row.querySelector(`[name="${row.dataset.row}-${field}"]`)?.closest(".field");
  place?.classList.add("field-wrong");
  if (place) place.append(error);
  else row.querySelector(".row-status").after(error);
}

// The stored values become the form's defaults, so that drafts.js drops them from the draft.
function setDefaults(row, sent) {
  const values = new Map(sent.filter(([name]) => !isVersion(name)));
  for (const field of fieldsOf(row)) {
    if (isChoice(field)) field.defaultChecked = values.get(field.name) === field.value;
    else if (field.options)
      for (const option of field.options)
        option.defaultSelected = values.get(field.name) === option.value;
    else if (values.has(field.name)) field.defaultValue = values.get(field.name);
  }
}

function receive(row, sent, outcome) {
  const version = row.querySelector("input[type=hidden][name$='-seen']");
  if (version) version.value = outcome.seen;
  const text = JSON.stringify(sent.filter(([name]) => !isVersion(name)));
  clearErrors(row);
  const check = row.querySelector("[data-check]");
  if (check) check.hidden = !outcome.asked;
  if (outcome.errors.length > 0) {
    refused.set(row, text);
    for (const error of outcome.errors) showError(row, error);
    mark(row, "refused");
    return;
  }
  const tick = check?.querySelector("input");
  if (tick?.checked) tick.checked = false; // it answered the question about these figures only
  stored.set(
    row,
    tick ? JSON.stringify(sent.filter(([name]) => !isVersion(name) && name !== tick.name)) : text,
  );
  refused.delete(row);
  const chosen = fieldsOf(row).map((field) => [field, field.value, field.checked]);
  setDefaults(row, sent);
  for (const [field, value, checked] of chosen) {
    if (isChoice(field)) field.checked = checked;
    else field.value = value;
  }
  mark(row, isChanged(row) ? "unsent" : "saved");
}

async function post(rows) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  const sent = new Map(rows.map((row) => [row, valuesOf(row)]));
  for (const values of sent.values()) for (const [name, value] of values) body.append(name, value);
  for (const row of rows) mark(row, "saving");
  const response = await fetch(form.getAttribute("action") || location.href, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
  if (response.type === "opaqueredirect" || response.status === 403) return announceSignedOut(rows);
  if (!response.ok) throw new Error(`status ${response.status}`);
  const { forms } = await response.json();
  for (const [row, values] of sent) {
    const outcome = forms[row.dataset.row];
    if (outcome) receive(row, values, outcome);
    else mark(row, "refused"); // the row is none of the page's any more
  }
  form.dispatchEvent(new CustomEvent("rowstored"));
  failures = 0;
  const isRefused = rowsOf().some((row) => refused.get(row) === textOf(row));
  const isDone = rowsOf().every((row) => !isChanged(row));
  announce(textFor(isRefused ? "some-refused" : isDone ? "all-saved" : ""));
}

function announceSignedOut(rows) {
  for (const row of rows) mark(row, "unsent");
  announce(textFor("signed-out"));
}

async function send({ all = false } = {}) {
  clearTimeout(timer);
  if (isSending) return schedule();
  const rows = rowsOf().filter(
    (row) => isChanged(row) && (all || (!waits(row) && refused.get(row) !== textOf(row))),
  );
  if (rows.length === 0) return;
  isSending = true;
  try {
    await post(rows);
  } catch {
    for (const row of rows) mark(row, "unsent");
    announce(textFor("offline"));
    timer = setTimeout(send, RETRY[Math.min(failures, RETRY.length - 1)]);
    failures += 1;
  } finally {
    isSending = false;
  }
}

function schedule() {
  clearTimeout(timer);
  timer = setTimeout(send, PAUSE);
}

const spareOf = (button) => button.dataset.another.split(" ").filter(Boolean);

// One more empty row like the last one of the button's fieldset, with the spare id `after`.
function addAnother(button, after) {
  const last = Array.from(button.parentElement.querySelectorAll("[data-together]")).at(-1);
  const row = last.cloneNode(true);
  const before = last.dataset.row.slice(-after.length);
  for (const node of [row, ...row.querySelectorAll("*")])
    for (const attribute of Array.from(node.attributes))
      attribute.value = attribute.value.replaceAll(before, after);
  clearErrors(row);
  for (const link of row.querySelectorAll("a")) link.remove();
  for (const field of fieldsOf(row)) {
    if (field.type === "hidden") {
      if (isVersion(field.name)) field.value = "";
    } else if (field.options) {
      for (const option of field.options) option.defaultSelected = option.value === "";
      field.value = "";
    } else field.defaultValue = field.value = "";
  }
  mark(row, "");
  button.before(row);
  button.dataset.another = spareOf(button)
    .filter((id) => id !== after)
    .join(" ");
  button.hidden = spareOf(button).length === 0;
  stored.set(row, textOf(row));
  return row;
}

function start() {
  for (const row of rowsOf()) {
    const isUnsaved = row.hasAttribute("data-unsaved"); // shown with values that are not stored
    stored.set(row, isUnsaved ? null : textOf(row));
    if (isUnsaved) mark(row, "unsent");
  }
  form.addEventListener("input", () => {
    for (const row of rowsOf())
      if (isChanged(row) && refused.get(row) !== textOf(row)) mark(row, "unsent");
  });
  for (const name of ["change", "focusout"]) form.addEventListener(name, schedule);
  form.addEventListener("draftused", () => send({ all: true }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failures = 0;
    send({ all: true });
  });
  window.addEventListener("online", schedule);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send({ all: true });
  });
  for (const button of form.querySelectorAll("[data-another]")) {
    button.hidden = spareOf(button).length === 0;
    button.addEventListener("click", () =>
      addAnother(button, spareOf(button)[0]).querySelector("textarea").focus(),
    );
  }
  form.addEventListener("draftopened", ({ detail: names }) => {
    for (const button of form.querySelectorAll("[data-another]"))
      for (const id of spareOf(button))
        if (names.some((name) => name.includes(id))) addAnother(button, id);
  });
  for (const button of form.querySelectorAll("[data-choose-rest]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const field of form.querySelectorAll("[data-row] input[type=radio][value='']:checked")) {
        const group = field.closest("[data-row]").querySelectorAll(`[name="${field.name}"]`);
        for (const choice of group) choice.checked = choice.value === button.dataset.chooseRest;
      }
      form.dispatchEvent(new Event("input"));
      send();
    });
  }
  form.dataset.rowSave = "ready";
}

if (form) start();
