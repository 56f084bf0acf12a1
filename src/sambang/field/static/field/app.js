// The app: the current session and page, the status bar, and the routes after "#".
import { t, translate } from "./language.js";
import { h, replaceContent, signInUrl } from "./dom.js";
import { loadLocalData } from "./local_data.js";
import * as outbox from "./outbox.js";
import { clockOffsetHours } from "./clock.js";
import { loadSession } from "./session.js";
import * as sync from "./sync.js";
import { registerWorker } from "./update.js";
import * as visitPages from "./page_visit.js";
import { businessPage } from "./page_business.js";
import { bundlePage } from "./page_bundle.js";
import { newBusinessPage } from "./page_new_business.js";
import { closePage } from "./page_close.js";
import { outboxPage } from "./page_outbox.js";
import { correctionPage } from "./page_correction.js";
import { devicePage, signedOutPage } from "./page_device.js";

// A page function gets the context and the rest of its address; it returns {title, node, back?, refresh?} or a promise.
const PAGES = {
  "": visitPages.visitListPage,
  bekal: bundlePage,
  kunjungan: visitPages.visitPage,
  ikm: businessPage,
  baru: newBusinessPage,
  tutup: closePage,
  kotak: outboxPage,
  perbaiki: correctionPage,
  hp: devicePage,
};
const TABS = {
  bekal: "#/bekal",
  kotak: "#/kotak",
  perbaiki: "#/kotak",
  hp: "#/hp",
}; // every other page belongs to "#/"
const byId = (id) => document.getElementById(id);

const ctx = {
  session: null,
  data: null,
  go: (hash) => {
    window.location.hash = hash;
  },
  async refresh() {
    if (ctx.session.person) ctx.data = await loadLocalData(ctx.session);
    if (page?.refresh) await page.refresh();
    await updateBar();
  },
  /** After a change of officer. Signing in continues at the requested page, signing out at the first. */
  async restart() {
    const wasSignedOut = !ctx.session.person;
    await loadContext();
    if (!wasSignedOut) window.history.replaceState(null, "", "#/");
    await showPage();
  },
};
let page = null;
let navigations = 0;
let shown = window.location.hash;
const positions = new Map(); // address → scroll position of its list
const LISTS = ["", "kunjungan", "kotak"];

async function loadContext() {
  ctx.session = await loadSession();
  ctx.data = ctx.session.person ? await loadLocalData(ctx.session) : null;
}

async function showPage() {
  navigations += 1;
  const navigation = navigations;
  positions.set(shown, window.scrollY);
  shown = window.location.hash;
  const [name, ...rest] = window.location.hash.replace(/^#\/?/, "").split("/");
  const isSignedIn = Boolean(ctx.session.person);
  const make = isSignedIn ? PAGES[name] || PAGES[""] : signedOutPage;
  const next = await make(ctx, ...rest.map(decodeURIComponent));
  if (navigation !== navigations) return; // a later navigation overtook this one
  page = next;
  document.title = `${page.title} · Sambang`;
  const heading = h("h1", { tabindex: "-1" }, page.title);
  const back =
    page.back && h("a", { class: "back", href: page.back, "aria-label": t`Kembali` }, "←");
  replaceContent(byId("page"), h("div", { class: "head" }, back, heading), page.node);
  markTab(isSignedIn, TABS[name] || "#/");
  heading.focus({ preventScroll: true });
  window.scrollTo(0, (LISTS.includes(name) && positions.get(shown)) || 0);
  await updateBar();
}

function markTab(isSignedIn, current) {
  byId("tabs").hidden = !isSignedIn;
  for (const link of byId("tabs").querySelectorAll("a")) {
    if (link.getAttribute("href") === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function stateText({ waiting, quarantined }) {
  const { busy, error } = sync.state;
  if (!ctx.session.person) return "";
  if (busy) return t`Mengirim…`;
  if (waiting) return t`${waiting} menunggu`;
  if (error && error.kind === "offline") return t`Tanpa sinyal`;
  return quarantined ? t`${quarantined} perlu diperiksa` : t`Semua terkirim`;
}

async function updateBar() {
  const counts = await outbox.loadCounts();
  const { error } = sync.state;
  const offset = Math.abs(await clockOffsetHours());
  byId("count").textContent = String(counts.waiting + counts.quarantined || "");
  byId("state").textContent = stateText(counts);
  const signIn =
    error?.kind === "signed_out" && h("a", { class: "button", href: signInUrl() }, t`Masuk`);
  const hours = String(offset).replace(".", ",");
  replaceContent(
    byId("notes"),
    error &&
      ctx.session.person &&
      error.kind !== "offline" &&
      h("p", { class: "note bad" }, error.message, signIn),
    offset >= 0.2 &&
      h("p", { class: "note bad" }, t`Jam HP berbeda ${hours} jam dari kantor. Betulkan jam HP.`),
  );
}

/** Reload the session, which another tab may have changed; false after a change of officer. */
async function reloadSession() {
  const session = await loadSession();
  if (session.person?.id === ctx.session.person?.id) {
    ctx.session = session;
    return true;
  }
  outbox.clearDecrypted();
  await ctx.restart();
  return false;
}

/** The shell is the same Indonesian page for everybody. */
function translateShell() {
  for (const node of document.querySelectorAll("[data-text]"))
    node.textContent = translate(node.textContent);
  byId("tabs").setAttribute("aria-label", translate(byId("tabs").getAttribute("aria-label")));
}

async function start() {
  await loadContext();
  await showPage();
  window.addEventListener("hashchange", () => {
    showPage();
  });
  let queue = Promise.resolve();
  const onChange = () => {
    queue = queue
      .then(async () => {
        if (await reloadSession()) await ctx.refresh();
      })
      .catch((error) => console.warn(error));
  };
  outbox.onChange(onChange);
  sync.onState(onChange);
  sync.start();
  registerWorker().catch((error) => console.warn(error));
}

function startErrorText(error) {
  if (!window.isSecureContext) return t`Aplikasi ini perlu alamat https.`;
  if (error.name === "VersionError")
    return t`Versi baru sudah dipakai di HP ini. Muat ulang halaman.`;
  return t`HP ini tidak dapat membuka penyimpanan. Tutup jendela penyamaran, atau perbarui peramban.`;
}

translateShell();
start().catch((error) => {
  console.error(error);
  const note = h("p", { class: "note bad" }, startErrorText(error));
  replaceContent(byId("page"), h("h1", null, t`Sambang lapangan`), note);
});
