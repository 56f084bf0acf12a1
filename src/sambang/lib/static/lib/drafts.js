// Drafts: what somebody types in a form stays on this computer or phone until the server has stored it. It is encrypted
// (AES-GCM) with a key of the account or of the owner, which only a page of that account or personal link carries.
const PREFIX = "sambang-draft:";
const PENDING = "sambang-draft-pending"; // what this tab submitted last: { names, from, to }
const MAX_AGE_DAYS = 14;
const PAUSE = 300; // milliseconds between the last key and the writing of the draft
const SKIPPED = new Set(["hidden", "password", "file", "submit", "button", "reset", "image"]);

const template = document.getElementById("drafts");
const forms = new Map(); // form → { name, base: states of the stored draft, seen: its versions, timer }
let key;
let refusedNames = []; // drafts of a submission that this page refuses

const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));

async function encrypt(name, draft) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(name);
  const text = new TextEncoder().encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, text);
  return JSON.stringify({ at: draft.at, iv: toBase64(iv), sealed: toBase64(sealed) });
}

// The draft, or null: of another account, or damaged.
async function decrypt(name) {
  try {
    const { iv, sealed } = JSON.parse(localStorage.getItem(name));
    const options = {
      name: "AES-GCM",
      iv: fromBase64(iv),
      additionalData: new TextEncoder().encode(name),
    };
    const text = await crypto.subtle.decrypt(options, key, fromBase64(sealed));
    return JSON.parse(new TextDecoder().decode(text));
  } catch {
    return null;
  }
}

const draftNames = () => Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));

function deleteOldDrafts() {
  const oldest = Date.now() - MAX_AGE_DAYS * 86_400_000;
  for (const name of draftNames()) {
    let at = 0;
    try {
      at = JSON.parse(localStorage.getItem(name)).at;
    } catch {}
    if (!(at >= oldest)) localStorage.removeItem(name);
  }
}

// The drafts whose submission this page answers. Without a connection there is no answer: the person goes back, or to
// another address.
function readAnswered() {
  const { names, from, to } = JSON.parse(sessionStorage.getItem(PENDING) ?? "{}");
  sessionStorage.removeItem(PENDING);
  const navigation = performance.getEntriesByType("navigation")[0];
  if (!names || !navigation || navigation.type === "back_forward") return [];
  const isFromForm = document.referrer && new URL(document.referrer).pathname === from;
  return isFromForm && (navigation.redirectCount > 0 || location.pathname === to) ? names : [];
}

// Each field that a person fills in, with a key that finds it again in a fresh copy of the form.
function* fieldsOf(form) {
  const counts = new Map();
  for (const field of form.elements) {
    if (!field.name || field.disabled || SKIPPED.has(field.type) || field.tagName === "FIELDSET")
      continue;
    if (field.type === "checkbox" || field.type === "radio") {
      yield [`${field.name}=${field.value}`, field];
    } else {
      const count = counts.get(field.name) ?? 0;
      counts.set(field.name, count + 1);
      yield [`${field.name}#${count}`, field];
    }
  }
}

function stateOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  if (field.type === "select-multiple")
    return Array.from(field.selectedOptions, (option) => option.value);
  return field.value;
}

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio")
    return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  const options = Array.from(field.options);
  const chosen = options.some((option) => option.defaultSelected);
  if (field.type === "select-one" && !chosen) return field.selectedIndex > 0;
  return options.some((option) => option.selected !== option.defaultSelected);
}

function fill(field, state) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = state;
  else if (field.type === "select-multiple")
    for (const option of field.options) option.selected = state.includes(option.value);
  else field.value = state;
}

// What was typed here, and what an earlier draft of this form holds.
function statesOf(form, base) {
  const states = {};
  for (const [fieldKey, field] of fieldsOf(form))
    if (isTyped(field) || fieldKey in base) states[fieldKey] = stateOf(field);
  return states;
}

// The hidden fields by which EditForm notices that somebody else saved first.
const versionFields = (form) => form.querySelectorAll("input[type=hidden][name$=seen]");
const versionsOf = (form) =>
  Object.fromEntries(Array.from(versionFields(form), (field) => [field.name, field.value]));

const differs = (form, states) =>
  Array.from(fieldsOf(form)).some(
    ([fieldKey, field]) =>
      fieldKey in states && JSON.stringify(states[fieldKey]) !== JSON.stringify(stateOf(field)),
  );

async function save(form) {
  const record = forms.get(form);
  clearTimeout(record.timer);
  const states = statesOf(form, record.base);
  if (Object.keys(states).length === 0) {
    localStorage.removeItem(record.name);
    return;
  }
  const heading = document.querySelector("h1")?.textContent.trim() ?? "";
  const seen = record.seen ?? versionsOf(form);
  const draft = { at: Date.now(), path: location.pathname, heading, seen, states };
  const text = await encrypt(record.name, draft);
  try {
    localStorage.setItem(record.name, text);
  } catch {} // the computer's storage is full or closed: the form works without a draft
}

// Also a draft of rows that row_save.js adds to the form.
const hasOtherRows = (form, states) =>
  form.matches("[data-row-save]") &&
  Object.keys(states).some(
    (fieldKey) => !Array.from(fieldsOf(form)).some(([one]) => one === fieldKey),
  );

function restore(form, draft) {
  form.dispatchEvent(new CustomEvent("draftopened", { detail: Object.keys(draft.states) }));
  for (const [fieldKey, field] of fieldsOf(form))
    if (fieldKey in draft.states) fill(field, draft.states[fieldKey]);
  for (const field of versionFields(form)) field.value = draft.seen[field.name] ?? field.value;
  Object.assign(forms.get(form), { base: draft.states, seen: draft.seen });
}

function offer(form, draft) {
  const note = template.content.querySelector(".draft-offer").cloneNode(true);
  note.querySelector(".draft-time").textContent = new Date(draft.at).toLocaleString(
    document.documentElement.lang,
  );
  if (!form.querySelector("input[type=file]")) note.querySelector(".draft-files").remove();
  note.querySelector(".draft-use").addEventListener("click", () => {
    restore(form, draft);
    note.remove();
    form.dispatchEvent(new Event("input"));
    form.dispatchEvent(new CustomEvent("draftused"));
    form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
  });
  note.querySelector(".draft-discard").addEventListener("click", () => {
    localStorage.removeItem(forms.get(form).name);
    note.remove();
  });
  form.before(note);
  const details = form.closest("details");
  if (details) details.open = true;
}

const pathOf = (form) =>
  new URL(form.getAttribute("action") || location.href, location.href).pathname;

async function nameOf(form, index) {
  const action = form.getAttribute("action") ?? "";
  const text = new TextEncoder().encode(
    [template.dataset.key, location.pathname, action, index].join("\n"),
  );
  return PREFIX + toBase64(await crypto.subtle.digest("SHA-256", text));
}

async function watch(form, index) {
  const name = await nameOf(form, index);
  const draft = await decrypt(name);
  forms.set(form, { name, base: draft && !differs(form, draft.states) ? draft.states : {} });
  if (draft && (differs(form, draft.states) || hasOtherRows(form, draft.states)))
    offer(form, draft);
  form.addEventListener("input", () => {
    const record = forms.get(form);
    clearTimeout(record.timer);
    record.timer = setTimeout(() => save(form), PAUSE);
  });
  form.addEventListener("rowstored", () => {
    Object.assign(forms.get(form), { base: {}, seen: undefined });
    save(form);
  });
  form.addEventListener("submit", () => {
    save(form);
    if (form.matches("[data-row-save]")) return; // row_save.js stores it without leaving the page
    const pending = { names: [...refusedNames, name], from: location.pathname, to: pathOf(form) };
    sessionStorage.setItem(PENDING, JSON.stringify(pending));
  });
}

// The home page and refusals list the drafts of other pages, each with a link to its form. A form that was refused at
// its own address is on this page.
async function listDrafts() {
  const isShown = Array.from(forms.keys()).some((form) => pathOf(form) === location.pathname);
  const names = Array.from(forms.values(), (record) => record.name);
  const here = new Set(isShown ? [...names, ...refusedNames] : names);
  const others = draftNames().filter((name) => !here.has(name));
  const found = await Promise.all(others.map(decrypt));
  const drafts = found.filter((draft) => draft !== null).sort((one, other) => other.at - one.at);
  if (drafts.length === 0) return;
  const section = template.content.querySelector(".draft-list").cloneNode(true);
  const list = document.createElement("ul");
  for (const draft of drafts) {
    const link = document.createElement("a");
    link.href = draft.path;
    link.textContent = draft.heading || draft.path;
    const item = document.createElement("li");
    item.append(link, ` · ${new Date(draft.at).toLocaleString(document.documentElement.lang)}`);
    list.append(item);
  }
  section.append(list);
  document.querySelector("main h1")?.after(section);
}

async function start() {
  const answered = readAnswered(); // a page without a key is the sign-in page: nothing was stored
  if (!template || !crypto.subtle) return;
  const raw = fromBase64(template.dataset.key);
  key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const status = performance.getEntriesByType("navigation")[0]?.responseStatus ?? 0;
  const refused = status >= 400 || document.querySelector("main [role=alert]");
  if (refused) refusedNames = answered;
  else for (const name of answered) localStorage.removeItem(name);
  deleteOldDrafts();
  const written = Array.from(document.querySelectorAll("main form[method=post]"));
  const watched = written.filter((form) => !form.querySelector("input[type=password]"));
  await Promise.all(watched.map(watch));
  const home = new URL(document.querySelector("a.brand").href).pathname;
  if (location.pathname === home || status >= 400) await listDrafts();
  document.documentElement.dataset.drafts = "watched";
}

window.addEventListener("pageshow", (event) => {
  if (event.persisted) sessionStorage.removeItem(PENDING); // back on the form: nothing was answered
});

start();
