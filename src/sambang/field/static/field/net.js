// Asking the office. Whatever is not exactly its answer is a Trouble with one sentence; a trouble never costs an item.
export class Trouble extends Error {
  constructor(kind, sentence) {
    super(sentence);
    this.kind = kind;
  }
}

const SAFE = "Catatan aman di HP.";
export const SENTENCES = {
  offline: `Tanpa sinyal. ${SAFE} Nanti dikirim sendiri.`,
  door: `Masuk lagi untuk mengirim. ${SAFE}`,
  right: `Kantor menolak akun ini. ${SAFE} Hubungi pengelola, atau simpan ke berkas.`,
  office: `Kantor sedang terganggu. ${SAFE} HP mencoba lagi sendiri.`,
  portal: `Wi-Fi ini minta masuk dulu. ${SAFE} Buka halaman Wi-Fi itu, atau pakai data seluler.`,
  old: `Aplikasi perlu versi baru. ${SAFE} Muat ulang saat ada sinyal.`,
  other: "Catatan petugas lain tidak disentuh.",
};
export const trouble = (kind) => new Trouble(kind, SENTENCES[kind]);

const LONGEST = 60_000;
const SMALL = 800; // below it nothing is won

function kindOf(status) {
  if (status === 401) return "door";
  if (status === 403) return "right";
  return "office";
}

/** What the office says itself, where it does; a proxy's error page never speaks for it. */
function refusal(status, body) {
  const wrong = trouble(kindOf(status));
  wrong.status = status;
  try {
    const { why } = JSON.parse(body);
    if (status < 500 && typeof why === "string" && why && why.length < 300) wrong.message = why;
  } catch {
    /* HTML */
  }
  return wrong;
}

/** As few bytes as this browser can make of it: on 2G every kilobyte takes half a second. */
async function packed(text) {
  if (!("CompressionStream" in window) || text.length < SMALL) return { body: text, packing: {} };
  const body = await new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  return { body, packing: { "Content-Encoding": "gzip" } };
}

/** The JSON of one of the office's addresses under /lapangan/. `expected`: statuses whose JSON is an answer too. */
export async function ask(
  path,
  { method = "GET", json, bytes, headers = {}, csrf, expected = [200] } = {},
) {
  const given = { ...headers, Accept: "application/json" };
  if (csrf) given["X-CSRFToken"] = csrf;
  if (json !== undefined) given["Content-Type"] = "application/json";
  if (bytes !== undefined) given["Content-Type"] = "application/octet-stream";
  const { body: sent, packing } =
    json === undefined ? { body: bytes, packing: {} } : await packed(JSON.stringify(json));
  Object.assign(given, packing);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LONGEST);
  try {
    let response;
    let body;
    try {
      // A redirect is no answer of ours: a captive portal's.
      response = await fetch(`/lapangan/${path}`, {
        method,
        headers: given,
        body: sent,
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: stop.signal,
      });
      body = await response.text();
    } catch {
      throw Object.assign(trouble("offline"), { isSlow: stop.signal.aborted });
    }
    if (!expected.includes(response.status)) {
      if (response.ok) throw trouble("portal");
      throw refusal(response.status, body);
    }
    try {
      const answer = JSON.parse(body);
      if (answer && typeof answer === "object") return { ...answer, status: response.status };
    } catch {
      /* an HTML page with status 200 */
    }
    throw trouble("portal");
  } finally {
    clearTimeout(timer);
  }
}
