// Making pages out of nodes and text: never out of markup, so nothing that was typed can become code.
export function h(tag, facts, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(facts || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

const DAY = { day: "numeric", month: "short", year: "numeric" };
export const day = (text) =>
  text ? new Date(`${String(text).slice(0, 10)}T12:00:00`).toLocaleDateString("id-ID", DAY) : "–";
export const clock = (text) =>
  text
    ? new Date(text).toLocaleString("id-ID", { ...DAY, hour: "2-digit", minute: "2-digit" })
    : "–";
export const time = (text) => new Date(text).toLocaleTimeString("id-ID");
export const monthName = (text) =>
  new Date(`${text}-15T12:00:00`).toLocaleDateString("id-ID", { month: "long", year: "numeric" });
export const today = (moment = new Date()) =>
  new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
export const number = (value) => Number(value).toLocaleString("id-ID");

export function size(bytes) {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`;
  if (bytes < 1024 ** 3) return `${(bytes / 1024 / 1024).toFixed(1).replace(".", ",")} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1).replace(".", ",")} GB`;
}

export function age(text) {
  const minutes = Math.max(0, (Date.now() - new Date(text).getTime()) / 60_000);
  if (minutes < 2) return "baru saja";
  if (minutes < 60) return `${Math.floor(minutes)} menit lalu`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} jam lalu`;
  return `${Math.floor(minutes / 1440)} hari lalu`;
}

/** One short sentence at the foot of the screen, read out by a screen reader. */
export function say(sentence, bad = false) {
  const place = document.getElementById("said");
  place.textContent = sentence;
  place.className = bad ? "bad" : "good";
  clearTimeout(place.timer);
  place.timer = setTimeout(
    () => {
      place.textContent = "";
      place.className = "";
    },
    bad ? 12_000 : 4_000,
  );
}

/** The way in, and back to the page on which one stands. */
export const signIn = () =>
  `${document.documentElement.dataset.signIn}?next=${encodeURIComponent(`/lapangan/${window.location.hash}`)}`;

export const STATES = {
  saved: ["di HP", "menunggu dikirim"],
  sent: ["terkirim", "menunggu tanda terima"],
  received: ["diterima", "diterima kantor"],
  refused: ["periksa", "perlu diperiksa"],
};

export function badge(row) {
  return h("span", { class: `badge badge-${row.state}` }, STATES[row.state][0]);
}
