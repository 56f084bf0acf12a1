// HP ini: storage, version, officer and settings of this phone; and the page of a phone without a signed-in officer.
import { LANGUAGES, language, t } from "./language.js";
import { h, replaceContent, showMessage, signInUrl } from "./dom.js";
import { formatAge, formatBytes, formatDateTime } from "./format.js";
import * as outbox from "./outbox.js";
import { clockOffsetHours } from "./clock.js";
import { VERSION, changeLanguage, loadNames, signOut } from "./session.js";
import { saveToFile } from "./page_outbox.js";
import * as geolocation from "./geolocation.js";
import * as sync from "./sync.js";
import { requestPersistence, storageEstimate } from "./database.js";
import { install } from "./install.js";

/** Earlier officers with unconfirmed items on this phone: [{name, count}]. */
async function otherOfficers(person) {
  const { unconfirmedOf } = await outbox.loadCounts();
  return Object.entries(await loadNames())
    .filter(([id]) => !person || id !== person.id)
    .map(([id, name]) => ({ name, count: unconfirmedOf(id) }))
    .filter(({ count }) => count > 0);
}

const LEAVE_OFFLINE = t`Tanpa sinyal. Kalau keluar sekarang, bekal terhapus dan masuk lagi perlu sinyal. Tetap keluar?`;
const OFFLINE_AFTER = 8_000; // milliseconds to wait for a response of the office
const encryptedNote = ({ name, count }) =>
  h(
    "p",
    { class: "note" },
    t`${count} catatan ${name} tersegel di HP ini. ${name} perlu masuk untuk mengirimnya.`,
  );
const fact = (name, value) => [h("dt", null, name), h("dd", null, value)];

export async function devicePage(ctx) {
  const node = h("div", null);
  async function refresh() {
    const { bundle } = ctx.data;
    const [disk, offset, others, counts] = [
      await storageEstimate(),
      await clockOffsetHours(),
      await otherOfficers(ctx.session.person),
      await outbox.loadCounts(),
    ];
    const free = disk.quota - disk.used;
    const mayLocate = bundle.visits.some((visit) => visit.positions);
    const locates = mayLocate && (await geolocation.isEnabled());
    replaceContent(
      node,
      h(
        "dl",
        { class: "facts" },
        fact(t`Petugas`, ctx.session.person.name),
        fact(
          t`Bekal`,
          bundle.made_at
            ? t`${bundle.businesses.length} IKM, diambil ${formatAge(bundle.made_at)}`
            : t`belum ada`,
        ),
        fact(
          t`Belum diterima kantor`,
          t`${counts.waiting} menunggu, ${counts.quarantined} perlu diperiksa`,
        ),
        fact(
          t`Terakhir bertemu kantor`,
          sync.state.last ? formatDateTime(sync.state.last) : t`belum, sejak halaman ini dibuka`,
        ),
        fact(
          t`Penyimpanan`,
          disk.quota
            ? t`${formatBytes(disk.used)} terpakai, ${formatBytes(free)} tersisa`
            : t`tidak diketahui`,
        ),
        fact(t`Dijaga dari pembersihan`, disk.persisted ? t`ya` : t`belum`),
        mayLocate && fact(t`Lokasi foto`, locates ? t`dicatat bersama foto` : t`tidak dicatat`),
        fact(
          t`Jam HP`,
          Math.abs(offset) >= 0.2
            ? t`berbeda ${String(Math.abs(offset)).replace(".", ",")} jam dari kantor: betulkan`
            : t`cocok`,
        ),
        fact(t`Versi`, VERSION),
      ),
      others.map(encryptedNote),
      h(
        "div",
        { class: "stack" },
        !disk.persisted &&
          h(
            "button",
            {
              type: "button",
              onclick: async () => {
                showMessage(
                  (await requestPersistence())
                    ? t`✓ Penyimpanan dijaga.`
                    : t`Peramban belum mengizinkan. Pasang aplikasi di layar HP, lalu coba lagi.`,
                );
                refresh();
              },
            },
            t`Jaga penyimpanan`,
          ),
        mayLocate &&
          h(
            "button",
            { type: "button", onclick: () => setLocating(!locates) },
            locates ? t`Jangan catat lokasi foto` : t`Catat lokasi foto`,
          ),
        install.ready() &&
          h(
            "button",
            {
              type: "button",
              onclick: async () => {
                await install.ask();
                refresh();
              },
            },
            t`Pasang di layar HP`,
          ),
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          t`Simpan catatan ke berkas`,
        ),
        languageButton(),
        h(
          "button",
          { type: "button", class: "danger", onclick: handleSignOut },
          t`Keluar dari HP ini`,
        ),
      ),
    );
  }
  async function setLocating(wanted) {
    if (!wanted) await geolocation.disable();
    else if (await geolocation.enable()) showMessage(t`✓ Lokasi dicatat bersama foto berikutnya.`);
    else showMessage(t`HP tidak mengizinkan lokasi. Foto tetap tersimpan tanpa lokasi.`, true);
    await refresh();
  }
  async function handleSignOut(event) {
    const isOffline = !navigator.onLine || sync.state.error?.kind === "offline";
    if (isOffline && !window.confirm(LEAVE_OFFLINE)) return;
    event.currentTarget.disabled = true;
    const { waiting } = await outbox.loadCounts();
    await signOut();
    await ctx.restart();
    showMessage(
      waiting ? t`Sudah keluar. ${waiting} catatan tetap tersegel di HP.` : t`Sudah keluar.`,
    );
  }
  await refresh();
  return { title: t`HP ini`, node, refresh };
}

function languageButton() {
  const [code, name] = Object.entries(LANGUAGES).find(([known]) => known !== language);
  return h("button", { type: "button", lang: code, onclick: () => changeLanguage(code) }, name);
}

/** Shown when nobody is signed in: the sign-in link, and the counts of encrypted items. */
export async function signedOutPage(ctx) {
  const node = h("div", null);
  let isLate = false;
  setTimeout(() => {
    isLate = true;
    refresh();
  }, OFFLINE_AFTER);
  async function refresh() {
    const { error } = sync.state;
    const others = await otherOfficers(null);
    replaceContent(
      node,
      h(
        "p",
        null,
        t`Catat kunjungan IKM tanpa sinyal. Kantor menerimanya begitu HP bertemu jaringan.`,
      ),
      error &&
        error.kind !== "signed_out" &&
        h(
          "p",
          { class: "note bad" },
          error.kind === "offline" ? t`Untuk masuk, HP perlu sinyal sekali.` : error.message,
        ),
      // The office's first response sets the CSRF cookie of the sign-in form: show the link after it.
      sync.state.tried || isLate
        ? h("a", { class: "button main", href: signInUrl() }, t`Masuk`)
        : h("p", { class: "soft" }, t`Menghubungi kantor…`),
      others.map(encryptedNote),
      others.length > 0 &&
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          t`Simpan catatan ke berkas`,
        ),
      h("p", null, languageButton()),
    );
  }
  await refresh();
  return { title: t`Sambang lapangan`, node, refresh };
}
