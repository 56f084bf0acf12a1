// The app: who is here, which page, what stands in the bar; and how a new version comes in.
import { fill, h, signIn } from "./dom.js";
import { gather } from "./facts.js";
import * as log from "./log.js";
import { VERSION, clockOff, remembered } from "./person.js";
import * as sync from "./sync.js";
import * as visit from "./page_visit.js";
import * as business from "./page_business.js";
import * as take from "./page_take.js";
import * as fresh from "./page_new.js";
import * as close from "./page_close.js";
import * as outbox from "./page_outbox.js";
import * as mend from "./page_mend.js";
import * as phone from "./page_phone.js";

const PAGES = {
  "": visit.home,
  bekal: take.page,
  kunjungan: visit.one,
  ikm: business.page,
  baru: fresh.page,
  tutup: close.page,
  kotak: outbox.page,
  perbaiki: mend.page,
  hp: phone.phone,
};
const TABS = {
  "": "#/",
  kunjungan: "#/",
  ikm: "#/",
  baru: "#/",
  tutup: "#/",
  bekal: "#/bekal",
  kotak: "#/kotak",
  perbaiki: "#/kotak",
  hp: "#/hp",
};
const $ = (id) => document.getElementById(id);

const ctx = {
  session: null,
  facts: null,
  go: (hash) => {
    window.location.hash = hash;
  },
  async refresh() {
    if (ctx.session.person) ctx.facts = await gather(ctx.session);
    if (shown?.refresh) await shown.refresh();
    await bar();
  },
  /** Another officer, or none: begin at the first page. Whoever comes in at the door goes where they were going. */
  async restart() {
    const wasOut = !ctx.session.person;
    ctx.session = await remembered();
    ctx.facts = ctx.session.person ? await gather(ctx.session) : null;
    if (!wasOut) window.history.replaceState(null, "", "#/");
    await show();
  },
};
let shown = null;
let turn = 0;

async function show() {
  turn += 1;
  const mine = turn;
  const [name, ...rest] = window.location.hash.replace(/^#\/?/, "").split("/");
  const isIn = Boolean(ctx.session.person);
  const make = isIn ? PAGES[name] || visit.home : phone.door;
  const page = await make(ctx, ...rest.map(decodeURIComponent));
  if (mine !== turn) return; // another page was asked for meanwhile
  shown = page;
  document.title = `${page.title} · Sambang`;
  const heading = h("h1", { tabindex: "-1" }, page.title);
  fill(
    $("page"),
    h(
      "div",
      { class: "head" },
      page.back && h("a", { class: "back", href: page.back, "aria-label": "Kembali" }, "←"),
      heading,
    ),
    page.node,
  );
  $("tabs").hidden = !isIn;
  for (const link of $("tabs").querySelectorAll("a")) {
    if (link.getAttribute("href") === (TABS[name] || "#/"))
      link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.scrollTo(0, 0);
  heading.focus({ preventScroll: true });
  await bar();
}

async function bar() {
  const { waiting, quarantined } = await log.counts();
  const { busy, trouble } = sync.state;
  const off = await clockOff();
  const count = $("count");
  count.textContent = waiting + quarantined ? String(waiting + quarantined) : "";
  $("state").textContent = !ctx.session.person
    ? ""
    : busy
      ? "Mengirim…"
      : waiting
        ? `${waiting} menunggu`
        : trouble && trouble.kind === "offline"
          ? "Tanpa sinyal"
          : quarantined
            ? `${quarantined} perlu diperiksa`
            : "Semua terkirim";
  const notes = [];
  if (trouble && ctx.session.person && trouble.kind !== "offline") {
    notes.push(
      h(
        "p",
        { class: "note bad" },
        trouble.message,
        trouble.kind === "door" && h("a", { class: "button", href: signIn() }, "Masuk"),
      ),
    );
  }
  if (Math.abs(off) >= 0.2)
    notes.push(
      h(
        "p",
        { class: "note bad" },
        `Jam HP berbeda ${String(Math.abs(off)).replace(".", ",")} jam dari kantor. Betulkan jam HP.`,
      ),
    );
  fill($("notes"), notes);
}

/** Somebody else is signed in now, in this tab or in another. */
async function follow() {
  const now = await remembered();
  const before = ctx.session;
  const same = (now.person ? now.person.id : null) === (before.person ? before.person.id : null);
  if (same) ctx.session = now;
  else {
    log.forgetOpened();
    await ctx.restart();
  }
  return same;
}

function newVersion(worker) {
  const button = h(
    "button",
    {
      type: "button",
      onclick: () => {
        button.disabled = true;
        navigator.serviceWorker.addEventListener(
          "controllerchange",
          () => window.location.reload(),
          { once: true },
        );
        worker.postMessage("ganti");
      },
    },
    "Muat ulang",
  );
  fill($("update"), h("p", { class: "note" }, "Versi baru siap. ", button));
}

// Where the browser has Trusted Types, an address of script is no mere text: this policy knows one, and the server allows no other policy.
const types = window.trustedTypes?.createPolicy("lapangan", {
  createScriptURL: () => "/lapangan/sw.js",
});
const WORKER = types ? types.createScriptURL("") : "/lapangan/sw.js";

async function keepFresh() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(WORKER, {
    scope: "/lapangan/",
    updateViaCache: "none",
  });
  if (registration.waiting && navigator.serviceWorker.controller) newVersion(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) newVersion(worker);
    });
  });
  sync.onState(({ shell, busy }) => {
    if (!busy && shell && shell !== VERSION) registration.update().catch(() => {});
  });
}

async function begin() {
  ctx.session = await remembered();
  ctx.facts = ctx.session.person ? await gather(ctx.session) : null;
  await show();
  window.addEventListener("hashchange", () => {
    show();
  });
  let queue = Promise.resolve();
  const changed = () => {
    queue = queue
      .then(async () => {
        if (await follow()) await ctx.refresh();
      })
      .catch((wrong) => console.warn(wrong));
  };
  log.onChange(changed);
  sync.onState(changed);
  sync.start();
  keepFresh().catch((wrong) => console.warn(wrong));
}

begin().catch((wrong) => {
  console.error(wrong);
  const sentence = !window.isSecureContext
    ? "Aplikasi ini perlu alamat https."
    : wrong.name === "VersionError"
      ? "Versi baru sudah dipakai di HP ini. Muat ulang halaman."
      : "HP ini tidak dapat membuka penyimpanan. Tutup jendela penyamaran, atau perbarui peramban.";
  fill($("page"), h("h1", null, "Sambang lapangan"), h("p", { class: "note bad" }, sentence));
});
