// HP ini: storage, version, officer and settings of this phone; and the page of a phone without a signed-in officer.
import { h, replaceContent, showMessage, signInUrl } from "./dom.js";
import { formatAge, formatBytes, formatDateTime } from "./format.js";
import * as outbox from "./outbox.js";
import { VERSION, clockOffsetHours, loadNames, signOut } from "./session.js";
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

const LEAVE_OFFLINE =
  "Tanpa sinyal. Kalau keluar sekarang, bekal terhapus dan masuk lagi perlu sinyal. Tetap keluar?";
const OFFLINE_AFTER = 8_000; // milliseconds without an answer from the office
const encryptedNote = ({ name, count }) =>
  h(
    "p",
    { class: "note" },
    `${count} catatan ${name} tersegel di HP ini. ${name} perlu masuk untuk mengirimnya.`,
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
        fact("Petugas", ctx.session.person.name),
        fact(
          "Bekal",
          bundle.made_at
            ? `${bundle.businesses.length} IKM, diambil ${formatAge(bundle.made_at)}`
            : "belum ada",
        ),
        fact(
          "Belum diterima kantor",
          `${counts.waiting} menunggu, ${counts.quarantined} perlu diperiksa`,
        ),
        fact(
          "Terakhir bertemu kantor",
          sync.state.last ? formatDateTime(sync.state.last) : "belum, sejak halaman ini dibuka",
        ),
        fact(
          "Penyimpanan",
          disk.quota
            ? `${formatBytes(disk.used)} terpakai, ${formatBytes(free)} tersisa`
            : "tidak diketahui",
        ),
        fact("Dijaga dari pembersihan", disk.persisted ? "ya" : "belum"),
        mayLocate && fact("Lokasi foto", locates ? "dicatat bersama foto" : "tidak dicatat"),
        fact(
          "Jam HP",
          Math.abs(offset) >= 0.2
            ? `berbeda ${String(Math.abs(offset)).replace(".", ",")} jam dari kantor: betulkan`
            : "cocok",
        ),
        fact("Versi", VERSION),
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
                    ? "✓ Penyimpanan dijaga."
                    : "Peramban belum mengizinkan. Pasang aplikasi di layar HP, lalu coba lagi.",
                );
                refresh();
              },
            },
            "Jaga penyimpanan",
          ),
        mayLocate &&
          h(
            "button",
            { type: "button", onclick: () => setLocating(!locates) },
            locates ? "Jangan catat lokasi foto" : "Catat lokasi foto",
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
            "Pasang di layar HP",
          ),
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          "Simpan catatan ke berkas",
        ),
        h(
          "button",
          { type: "button", class: "danger", onclick: handleSignOut },
          "Keluar dari HP ini",
        ),
      ),
    );
  }
  async function setLocating(wanted) {
    if (!wanted) await geolocation.disable();
    else if (await geolocation.enable()) showMessage("✓ Lokasi dicatat bersama foto berikutnya.");
    else showMessage("HP tidak mengizinkan lokasi. Foto tetap tersimpan tanpa lokasi.", true);
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
      waiting ? `Sudah keluar. ${waiting} catatan tetap tersegel di HP.` : "Sudah keluar.",
    );
  }
  await refresh();
  return { title: "HP ini", node, refresh };
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
        "Catat kunjungan IKM tanpa sinyal. Kantor menerimanya begitu HP bertemu jaringan.",
      ),
      error &&
        error.kind !== "signed_out" &&
        h(
          "p",
          { class: "note bad" },
          error.kind === "offline" ? "Untuk masuk, HP perlu sinyal sekali." : error.message,
        ),
      // The office's first answer sets the CSRF cookie of the sign-in form: the link appears after it.
      sync.state.tried || isLate
        ? h("a", { class: "button main", href: signInUrl() }, "Masuk")
        : h("p", { class: "soft" }, "Menghubungi kantor…"),
      others.map(encryptedNote),
      others.length > 0 &&
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          "Simpan catatan ke berkas",
        ),
    );
  }
  await refresh();
  return { title: "Sambang lapangan", node, refresh };
}
