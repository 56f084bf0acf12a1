// The app's texts in the officer's language. Indonesian texts are the keys; tools/messages.py generates
// english.js from django.po.
import { ENGLISH } from "./english.js";

const CHOICE = "lapangan-bahasa";
export const LANGUAGES = { id: "Bahasa Indonesia", en: "English" };

function stored() {
  try {
    return window.localStorage.getItem(CHOICE);
  } catch {
    return null; // storage is forbidden in this window
  }
}

export const language = stored() in LANGUAGES ? stored() : "id";
document.documentElement.lang = language;

/** Set the language; it applies after the page is reloaded. */
export function setLanguage(code) {
  try {
    window.localStorage.setItem(CHOICE, code);
  } catch {
    /* the page stays Indonesian */
  }
}

/** The language of the office's pages, where the officer has not chosen one on this phone. */
export function adoptLanguage(code) {
  if (stored() || !(code in LANGUAGES)) return;
  setLanguage(code);
  if (code !== language) window.location.reload();
}

/** A text of the tables or the shell in the officer's language. */
export const translate = (text) => (language === "en" && ENGLISH[text]) || text;

/** t`Rencana ${day}`: the key in the catalogue is "Rencana {1}". */
export function t(parts, ...values) {
  const key = parts.reduce((text, part, index) => `${text}{${index}}${part}`);
  return translate(key).replace(/\{(\d+)\}/g, (_whole, number) => values[number - 1]);
}
