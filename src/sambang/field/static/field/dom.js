// Pages are built from nodes and text, never from markup, so typed text cannot become code.
import { t } from "./language.js";
const flatten = (children) =>
  children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);

/** An element; an attribute whose name begins with "on" is an event listener, one that is null or false is left out. */
export function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...flatten(children));
  return node;
}

export function replaceContent(node, ...children) {
  while (node.firstChild) node.removeChild(node.firstChild); // replaceChildren came only in 2020
  node.append(...flatten(children));
  return node;
}

/** A short message at the top of the screen, read out by a screen reader. */
export function showMessage(text, isError = false) {
  const node = document.getElementById("message");
  node.textContent = text;
  node.className = isError ? "bad" : "good";
  clearTimeout(node.timer);
  node.timer = setTimeout(
    () => {
      node.textContent = "";
      node.className = "";
    },
    isError ? 12_000 : 4_000,
  );
}

/** The sign-in page, returning to the current page of the app. */
export const signInUrl = () =>
  `${document.documentElement.dataset.signIn}?next=${encodeURIComponent(`/lapangan/${window.location.hash}`)}`;

/** state of an item → [badge, explanation] */
export const STATE_LABELS = {
  saved: [t`di HP`, t`menunggu dikirim`],
  sent: [t`terkirim`, t`menunggu tanda terima`],
  received: [t`diterima`, t`diterima kantor`],
  refused: [t`periksa`, t`perlu diperiksa`],
};

export function stateBadge(row) {
  return h("span", { class: `badge badge-${row.state}` }, STATE_LABELS[row.state][0]);
}
