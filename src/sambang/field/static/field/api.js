// Requests to the office. Every answer that is not the office's own JSON becomes an ApiError with a message for the
// officer; no error loses an item.

/** kind: offline, signed_out, forbidden, server, portal (captive portal), network (a firewall refused), outdated. */
export class ApiError extends Error {
  constructor(kind, message = MESSAGES[kind]) {
    super(message);
    this.kind = kind;
  }
}

const SAFE = "Catatan aman di HP.";
const MESSAGES = {
  offline: `Tanpa sinyal. ${SAFE} Nanti dikirim sendiri.`,
  signed_out: `Masuk lagi untuk mengirim. ${SAFE}`,
  forbidden: `Kantor menolak akun ini. ${SAFE} Hubungi pengelola, atau simpan ke berkas.`,
  server: `Kantor sedang terganggu. ${SAFE} HP mencoba lagi sendiri.`,
  portal: `Wi-Fi ini minta masuk dulu. ${SAFE} Buka halaman Wi-Fi itu, atau pakai data seluler.`,
  network: `Jaringan ini menolak kiriman. ${SAFE} HP mencoba lagi sendiri; coba juga data seluler.`,
  outdated: `Aplikasi perlu versi baru. ${SAFE} Muat ulang saat ada sinyal.`,
};

const TIMEOUT = 60_000; // milliseconds
const COMPRESS_FROM = 800; // characters; compressing less saves nothing
// What firewalls answer to Content-Encoding, or cause by removing it.
const ENCODING_REFUSED = [400, 403, 406, 415, 501];
let sendsPlain = false; // since a firewall refused a compressed request

/** The ApiError of a refused request, with the office's own reason where its JSON gives one. A 403 without it is not
 * the office's: a firewall on the way refused. */
export function errorOf(status, body) {
  const kinds = { 401: "signed_out", 403: "forbidden" };
  let reason = "";
  try {
    reason = JSON.parse(body).reason;
  } catch {
    /* a proxy's HTML page */
  }
  const isReason = status < 500 && typeof reason === "string" && reason && reason.length < 300;
  const kind = status === 403 && !isReason ? "network" : kinds[status] || "server";
  const error = isReason ? new ApiError(kind, reason) : new ApiError(kind);
  error.status = status;
  return error;
}

/** {body, headers}: gzip where the browser can, because on 2G a kilobyte takes half a second. */
async function compressed(text) {
  if (sendsPlain || !("CompressionStream" in window) || text.length < COMPRESS_FROM)
    return { body: text, headers: {} };
  const body = await new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
  ).arrayBuffer();
  return { body, headers: { "Content-Encoding": "gzip" } };
}

async function encoded({ json, bytes, headers = {}, csrf }) {
  const all = { ...headers, Accept: "application/json" };
  if (csrf) all["X-CSRFToken"] = csrf;
  if (json === undefined) {
    if (bytes !== undefined) all["Content-Type"] = "application/octet-stream";
    return { body: bytes, headers: all };
  }
  const packed = await compressed(JSON.stringify(json));
  all["Content-Type"] = "application/json";
  return { body: packed.body, headers: { ...all, ...packed.headers } };
}

/** {response, body}. A redirect is an error: the office sends none, a captive portal does. */
async function fetchText(path, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  try {
    const response = await fetch(`/lapangan/${path}`, {
      ...options,
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
    });
    return { response, body: await response.text() };
  } catch {
    throw Object.assign(new ApiError("offline"), { isTimeout: abort.signal.aborted });
  } finally {
    clearTimeout(timer);
  }
}

/** The JSON object at an address under /lapangan/, with `status`. Options: method, json, bytes, headers, csrf, and
 * `expected`, the statuses whose JSON is an answer. Throws ApiError. */
export async function request(path, { method = "GET", expected = [200], ...content } = {}) {
  const sent = await encoded(content);
  let { response, body } = await fetchText(path, { method, ...sent });
  if (sent.headers["Content-Encoding"] && ENCODING_REFUSED.includes(response.status)) {
    sendsPlain = true;
    ({ response, body } = await fetchText(path, { method, ...(await encoded(content)) }));
  }
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
