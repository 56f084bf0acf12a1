// Requests to the office. Every answer that is not the office's own JSON becomes an ApiError with a message for the
// officer; no error loses an item.
import { t } from "./language.js";

/** kind: offline, signed_out, forbidden, server, portal (captive portal), network (a firewall refused), outdated. */
export class ApiError extends Error {
  constructor(kind, message = MESSAGES[kind]) {
    super(message);
    this.kind = kind;
  }
}

const SAFE = t`Catatan aman di HP.`;
const MESSAGES = {
  offline: t`Tanpa sinyal. ${SAFE} Nanti dikirim sendiri.`,
  signed_out: t`Masuk lagi untuk mengirim. ${SAFE}`,
  forbidden: t`Kantor menolak akun ini. ${SAFE} Hubungi pengelola, atau simpan ke berkas.`,
  server: t`Kantor sedang terganggu. ${SAFE} HP mencoba lagi sendiri.`,
  portal: t`Wi-Fi ini minta masuk dulu. ${SAFE} Buka halaman Wi-Fi itu, atau pakai data seluler.`,
  network: t`Jaringan ini menolak kiriman. ${SAFE} HP mencoba lagi sendiri; coba juga data seluler.`,
  outdated: t`Aplikasi perlu versi baru. ${SAFE} Muat ulang saat ada sinyal.`,
};

const TIMEOUT = 60_000; // milliseconds
const COMPRESS_FROM = 800; // characters; below this, compression saves nothing
// How a request is encoded. Every firewall passes a form with a file: by default OWASP's core rules restrict PUT,
// Content-Encoding, Content-Range and binary content, and scan JSON for attacks.
const [COMPRESSED, PLAIN, FORM] = [0, 1, 2];
const REFUSALS = [400, 403, 404, 405, 406, 411, 413, 415, 501];
let writing = COMPRESSED; // PLAIN or FORM after a firewall refused a request

/** The ApiError of a refused request, with the office's own reason where its JSON gives one. A 401 without it is a
 * captive portal's, a 403 a firewall's. */
export function errorOf(status, body) {
  const reason = reasonOf(status, body);
  const ours = { 401: "signed_out", 403: "forbidden" };
  const theirs = { 401: "portal", 403: "network", 405: "network", 407: "network", 511: "portal" };
  const kind = (reason ? ours : theirs)[status] || "server";
  const error = reason ? new ApiError(kind, reason) : new ApiError(kind);
  error.status = status;
  error.isOffices = Boolean(reason); // not a proxy's
  return error;
}

/** The office's reason for a refusal; "" where the answer is not the office's. */
function reasonOf(status, body) {
  try {
    const { reason } = JSON.parse(body);
    return status < 500 && typeof reason === "string" && reason.length < 300 ? reason : "";
  } catch {
    return ""; // a proxy's HTML page
  }
}

/** The text compressed, or null where that saves nothing; on 2G a kilobyte takes half a second. */
async function compressed(text) {
  if (writing !== COMPRESSED || !("CompressionStream" in window) || text.length < COMPRESS_FROM)
    return null;
  return new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
}

/** The options of fetch for JSON, or for a chunk of a file: `bytes` and their `range` "bytes 0-65535/81234". */
async function encoded(method, { json, bytes, range, csrf }) {
  const headers = { Accept: "application/json" };
  if (csrf) headers["X-CSRFToken"] = csrf;
  if (json === undefined && bytes === undefined) return { method, headers };
  const text = json === undefined ? null : JSON.stringify(json);
  if (writing === FORM) {
    const form = new FormData();
    form.append("content", new Blob([text === null ? bytes : text]), "content");
    if (range) form.append("range", range);
    return { method: "POST", headers, body: form };
  }
  if (text === null) {
    Object.assign(headers, { "Content-Type": "application/octet-stream", "Content-Range": range });
    return { method, headers, body: bytes };
  }
  const small = await compressed(text);
  headers["Content-Type"] = "application/json";
  if (small) headers["Content-Encoding"] = "gzip";
  return { method, headers, body: small || text };
}

/** {response, body}. A redirect comes from a captive portal: the office sends none. */
async function fetchText(path, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  let response;
  try {
    response = await fetch(`/lapangan/${path}`, {
      ...options,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "manual",
      signal: abort.signal,
    });
    if (response.type !== "opaqueredirect") return { response, body: await response.text() };
  } catch {
    throw Object.assign(new ApiError("offline"), { isTimeout: abort.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
  throw new ApiError("portal");
}

/** Send the request. If a firewall or proxy refuses it, it and all later requests use a simpler encoding. */
async function exchange(path, method, content) {
  for (;;) {
    const sent = await encoded(method, content);
    const { response, body } = await fetchText(path, sent);
    const isRefusal = REFUSALS.includes(response.status) && !reasonOf(response.status, body);
    if (!isRefusal || sent.body === undefined || writing === FORM) return { response, body };
    writing = sent.headers["Content-Encoding"] ? PLAIN : FORM;
  }
}

/** The JSON object at an address under /lapangan/, with `status`. Options: method, json, bytes, range, csrf, and
 * `expected`, the statuses whose JSON is an answer. Throws ApiError. */
export async function request(path, { method = "GET", expected = [200], ...content } = {}) {
  const { response, body } = await exchange(path, method, content);
  if (!expected.includes(response.status)) {
    if (response.ok) throw new ApiError("portal");
    throw errorOf(response.status, body);
  }
  try {
    const answer = JSON.parse(body);
    if (answer && typeof answer === "object") return { ...answer, status: response.status };
  } catch {
    /* an HTML page with status 200 */
  }
  throw new ApiError("portal");
}
