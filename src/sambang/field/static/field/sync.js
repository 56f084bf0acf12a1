// Sending: one tab at a time, in pieces that resume, again and again until there is a receipt.
import { meta } from "./store.js";
import { bytesOf } from "./seal.js";
import * as log from "./log.js";
import { Trouble, ask, trouble } from "./net.js";
import { meetOffice, report } from "./person.js";

const MOST = 100;
const LARGEST = 450_000; // of 512 KB, the rest is the envelope
const PIECES = { first: 16_384, least: 4_096, most: 262_144 }; // bytes: what a cut costs again at most
const QUICK = 2_000; // a piece that was there sooner may be twice as large the next time; one that took long, half
const LONG = 10_000;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 300_000;
const OFFERS = 3; // of one item in one round

export const state = { busy: false, trouble: null, tried: null, last: null, shell: null };
const listeners = new Set();
let failures = 0;
let timer = null;
let most = MOST;
let size = PIECES.first;
const setAside = new Map(); // id → how often it alone made the office fail

export const onState = (listener) => listeners.add(listener);

// Only one tab sends; the others show what it met.
const channel = "BroadcastChannel" in window ? new BroadcastChannel("lapangan-kirim") : null;

function take(change) {
  Object.assign(state, change);
  for (const listener of listeners) listener(state);
}
if (channel) channel.onmessage = ({ data }) => take(data);

function tell(change) {
  take(change);
  if (channel) channel.postMessage(change);
}

async function pick(session, offered) {
  const mine = (await log.rows()).filter(
    (row) =>
      row.by === session.person.id && log.isWaiting(row) && (offered.get(row.id) || 0) < OFFERS,
  );
  mine.sort(
    (one, other) =>
      (setAside.get(one.id) || 0) - (setAside.get(other.id) || 0) || one.sequence - other.sequence,
  );
  const batch = [];
  let weight = 0;
  for (const row of mine.slice(0, most)) {
    if (batch.length && setAside.has(row.id)) break; // alone, after all the others
    const text = await log.textOf(session, row);
    weight += bytesOf(JSON.stringify(text)).byteLength;
    if (batch.length && weight > LARGEST) break;
    batch.push({ row, text });
    if (setAside.has(row.id)) break;
  }
  return batch;
}

/** Pieces as large as this network carries in some seconds. */
function suit(took) {
  if (took < QUICK) size = Math.min(PIECES.most, size * 2);
  if (took > LONG) size = Math.max(PIECES.least, size / 2);
}

async function sendFile(session, csrf, hash) {
  const bytes = await log.fileOf(session, hash);
  if (!bytes) return;
  const address = `berkas/${hash}`;
  let { received, complete } = await ask(address);
  let restarts = 0;
  while (!complete) {
    const end = Math.min(received + size, bytes.byteLength);
    const began = performance.now();
    const answer = await ask(address, {
      method: "PUT",
      csrf,
      bytes: bytes.slice(received, end),
      expected: [200, 409, 422],
      headers: { "Content-Range": `bytes ${received}-${end - 1}/${bytes.byteLength}` },
    }).catch((wrong) => {
      suit(Infinity);
      throw wrong;
    });
    suit(performance.now() - began);
    if (answer.complete) return;
    if (answer.status !== 200 || !(answer.received > received)) restarts += 1;
    if (restarts > 3) throw trouble("office");
    received = answer.status === 422 ? 0 : answer.received || 0;
  }
}

/** Offers one batch; false when nothing is left to offer. */
async function offer(session, who, offered) {
  const batch = await pick(session, offered);
  const ids = batch.map(({ row }) => row.id);
  if (ids.length) await log.markSent(ids);
  const { waiting, quarantined } = await log.counts();
  let answer;
  try {
    answer = await ask("kirim.json", {
      method: "POST",
      csrf: who.csrf,
      json: {
        device: session.device,
        ...(await report()),
        waiting,
        quarantined,
        seen: (await meta("seen")) || { epoch: who.epoch, number: 0 },
        items: batch.map(({ text }) => text),
      },
    });
  } catch (wrong) {
    // One item that the office chokes on must not keep the others back: halve, find it, let the others pass.
    if (wrong.status && wrong.kind === "office") {
      if (ids.length === 1) setAside.set(ids[0], (setAside.get(ids[0]) || 0) + 1);
      most = Math.max(1, Math.floor(ids.length / 2));
    }
    if (wrong.isSlow) most = Math.max(1, Math.floor(ids.length / 2)); // less may come through in time
    throw wrong;
  }
  if (typeof answer.epoch !== "string" || !Array.isArray(answer.answers)) throw trouble("portal");
  most = MOST;
  await log.meet(answer.epoch);
  const moved = await log.receive(answer.epoch, answer.answers);
  for (const id of ids) offered.set(id, (offered.get(id) || 0) + 1);
  for (const hash of new Set(
    moved.flatMap((row) => (row.state === "sent" ? row.missing || [] : [])),
  )) {
    await sendFile(session, who.csrf, hash);
  }
  if (!(await pick(session, offered)).length) {
    await log.prune(answer.time);
    return false;
  }
  return true;
}

async function round() {
  const { who, session } = await meetOffice();
  tell({ shell: who.shell || null });
  if (!session.person) throw trouble("door");
  if (!who.person) throw trouble("door");
  await log.meet(who.epoch);
  const offered = new Map();
  try {
    while (await offer(session, who, offered)) {
      /* the next batch */
    }
  } catch (wrong) {
    if (wrong.kind === "door") wrong.kind = "right"; // signed in and yet refused: the office shut this phone out
    throw wrong;
  }
  const left = (await log.rows()).filter(
    (row) => row.by === session.person.id && log.isWaiting(row),
  );
  if (left.some((row) => offered.has(row.id))) throw trouble("office");
  return left.length > 0; // recorded while the last batch was on its way
}

function later() {
  failures += 1;
  const wait =
    Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 10)) * (0.5 + Math.random());
  clearTimeout(timer);
  timer = setTimeout(() => send(), wait);
}

/** Sends what waits. Without Web Locks (before 2022) two tabs may both send: the office takes each item once anyway. */
export function send() {
  if (!navigator.locks) return state.busy ? Promise.resolve() : attempt();
  return navigator.locks.request("lapangan-kirim", { ifAvailable: true }, (lock) =>
    lock ? attempt() : null,
  );
}

async function attempt() {
  tell({ busy: true });
  try {
    const more = await round();
    failures = 0;
    setAside.clear();
    tell({ trouble: null, last: new Date().toISOString() });
    if (more) setTimeout(send);
  } catch (wrong) {
    if (!(wrong instanceof Trouble)) console.warn(wrong);
    const known = wrong instanceof Trouble ? wrong : trouble("office");
    tell({ trouble: { kind: known.kind, message: known.message } });
    if (known.kind !== "door" && known.kind !== "right") later();
  } finally {
    tell({ busy: false, tried: new Date().toISOString() });
  }
}

export function start() {
  let soon = null;
  const now = () => {
    failures = 0;
    clearTimeout(timer);
    send();
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) now();
  });
  log.onChange(() => {
    if (state.trouble || state.busy) return; // the timer, or the round under way, takes it along
    clearTimeout(soon);
    soon = setTimeout(send, 400);
  });
  now();
}
