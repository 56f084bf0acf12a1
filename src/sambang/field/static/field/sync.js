// Synchronisation: only one tab sends; uploads are resumable; sending is retried until every item has a receipt.
import { ApiError, request } from "./api.js";
import { getMeta } from "./database.js";
import { encodeText } from "./encryption.js";
import { renewBundle } from "./offline_bundle.js";
import * as outbox from "./outbox.js";
import * as policy from "./send_policy.js";
import { deviceReport, syncSession } from "./session.js";

const MAX_ITEMS = 100;
const MAX_BYTES = 450_000; // of the 512 KB limit of a request; the rest is for the envelope
const RESTARTS = 3; // of one upload

/** {busy, error: {kind, message}, tried, last, shell}: shown by the pages; last is the last complete round. */
export const state = { busy: false, error: null, tried: null, last: null, shell: null };
const listeners = new Set();
let failures = 0;
let timer = null;
let mostItems = MAX_ITEMS;
let chunk = policy.FIRST_CHUNK;
const failuresAlone = new Map(); // item id → number of failed requests with this item alone

export const onState = (listener) => listeners.add(listener);

// Tabs that do not send show the state of the sending tab.
const channel = "BroadcastChannel" in window ? new BroadcastChannel("lapangan-kirim") : null;

function applyState(change) {
  Object.assign(state, change);
  for (const listener of listeners) listener(state);
}
if (channel) channel.onmessage = ({ data }) => applyState(data);

function setState(change) {
  applyState(change);
  if (channel) channel.postMessage(change);
}

/** The next request's items: [{row, text}]. */
async function nextBatch(session, offers) {
  const rows = policy.sendingOrder(
    await outbox.loadRows(),
    session.person.id,
    offers,
    failuresAlone,
  );
  const firstFailed = rows.findIndex((row) => failuresAlone.has(row.id));
  // A row that failed alone is sent alone.
  const end = firstFailed < 0 ? mostItems : Math.min(mostItems, Math.max(1, firstFailed));
  const batch = [];
  for (const row of rows.slice(0, end))
    batch.push({ row, text: await outbox.itemText(session, row) });
  const sizes = batch.map(({ text }) => encodeText(JSON.stringify(text)).byteLength);
  return batch.slice(0, policy.batchLength(sizes, MAX_BYTES));
}

async function uploadFile(session, csrf, hash) {
  const bytes = await outbox.fileBytes(session, hash);
  if (!bytes) return;
  const address = `berkas/${hash}`;
  let { received, complete } = await request(address);
  let restarts = 0;
  while (!complete) {
    const end = Math.min(received + chunk, bytes.byteLength);
    const began = performance.now();
    const answer = await request(address, {
      method: "PUT",
      csrf,
      bytes: bytes.slice(received, end),
      expected: [200, 409, 422],
      range: `bytes ${received}-${end - 1}/${bytes.byteLength}`,
    }).catch((error) => {
      chunk = policy.nextChunk(chunk, Infinity);
      throw error;
    });
    chunk = policy.nextChunk(chunk, performance.now() - began);
    if (answer.complete) return;
    if (answer.status !== 200 || !(answer.received > received)) restarts += 1;
    if (restarts > RESTARTS) throw new ApiError("server");
    received = answer.status === 422 ? 0 : answer.received || 0;
  }
}

async function postItems(session, identity, batch) {
  const ids = batch.map(({ row }) => row.id);
  if (ids.length) await outbox.markSent(ids);
  const { waiting, quarantined } = await outbox.loadCounts();
  try {
    const answer = await request("kirim.json", {
      method: "POST",
      csrf: identity.csrf,
      json: {
        device: session.device,
        ...(await deviceReport()),
        waiting,
        quarantined,
        seen: (await getMeta("seen")) || { epoch: identity.epoch, number: 0 },
        items: batch.map(({ text }) => text),
      },
    });
    if (typeof answer.epoch !== "string" || !Array.isArray(answer.answers))
      throw new ApiError("portal");
    return answer;
  } catch (error) {
    // One failing item must not block the others: halve the batch until the item is alone.
    if (error.status && error.kind === "server") {
      if (ids.length === 1) failuresAlone.set(ids[0], (failuresAlone.get(ids[0]) || 0) + 1);
      mostItems = policy.halved(ids.length);
    }
    if (error.isTimeout) mostItems = policy.halved(ids.length); // a smaller request may arrive in time
    throw error;
  }
}

/** Send one batch and the files that the office lacks; false when nothing is left to send. */
async function sendBatch(session, identity, offers) {
  const batch = await nextBatch(session, offers);
  const answer = await postItems(session, identity, batch);
  mostItems = MAX_ITEMS;
  await outbox.noteEpoch(answer.epoch);
  const changed = await outbox.receive(answer.epoch, answer.answers);
  for (const { row } of batch) offers.set(row.id, (offers.get(row.id) || 0) + 1);
  const missing = changed.flatMap((row) => (row.state === "sent" ? row.missing || [] : []));
  for (const hash of new Set(missing)) await uploadFile(session, identity.csrf, hash);
  if ((await nextBatch(session, offers)).length) return true;
  await outbox.prune(answer.time);
  return false;
}

/** Send all pending items; true if more were recorded meanwhile. */
async function syncRound() {
  const { identity, session } = await syncSession();
  setState({ shell: identity.shell || null });
  if (!session.person || !identity.person) throw new ApiError("signed_out");
  await outbox.noteEpoch(identity.epoch);
  const offers = new Map();
  try {
    while (await sendBatch(session, identity, offers)) {
      /* the next batch */
    }
  } catch (error) {
    if (error.kind === "signed_out") error.kind = "forbidden"; // signed in, yet refused: the phone is revoked
    throw error;
  }
  const waiting = (await outbox.loadRows()).filter(
    (row) => row.by === session.person.id && outbox.isWaiting(row),
  );
  if (waiting.some((row) => offers.has(row.id))) throw new ApiError("server");
  if (!waiting.length) await renewBundle(session, identity.time);
  return waiting.length > 0;
}

function scheduleRetry() {
  failures += 1;
  clearTimeout(timer);
  timer = setTimeout(() => send(), policy.retryDelay(failures, Math.random()));
}

/** Send pending items. Without Web Locks (before 2022) two tabs may both send: the office stores each item once
 * anyway. */
export function send() {
  if (!navigator.locks) return state.busy ? Promise.resolve() : attempt();
  return navigator.locks.request("lapangan-kirim", { ifAvailable: true }, (lock) =>
    lock ? attempt() : null,
  );
}

async function attempt() {
  setState({ busy: true });
  try {
    const hasMore = await syncRound();
    failures = 0;
    failuresAlone.clear();
    setState({ error: null, last: new Date().toISOString() });
    if (hasMore) setTimeout(send);
  } catch (error) {
    if (!(error instanceof ApiError)) console.warn(error);
    const { kind, message } = error instanceof ApiError ? error : new ApiError("server");
    setState({ error: { kind, message } });
    if (kind !== "signed_out" && kind !== "forbidden") scheduleRetry();
  } finally {
    setState({ busy: false, tried: new Date().toISOString() });
  }
}

/** Send now, and whenever the network returns, the app comes to the front, or an item is recorded. */
export function start() {
  let debounce = null;
  const sendNow = () => {
    failures = 0;
    clearTimeout(timer);
    send();
  };
  window.addEventListener("online", sendNow);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) sendNow();
  });
  outbox.onChange(() => {
    if (state.error || state.busy) return; // the timer, or the current round, sends it
    clearTimeout(debounce);
    debounce = setTimeout(send, 400);
  });
  sendNow();
}
