// HP ini: what lies on the phone, how full it is, which version, who is signed in; and the door for strangers.
import { age, clock, fill, h, say, signIn, size } from "./dom.js";
import * as log from "./log.js";
import { VERSION, clockOff, names, signOut } from "./person.js";
import { saveToFile } from "./page_outbox.js";
import * as positions from "./position.js";
import * as sync from "./sync.js";
import { askToKeep, storage } from "./store.js";
import { install } from "./install.js";

async function others(person) {
  const { of } = await log.counts();
  return Object.entries(await names())
    .filter(([id]) => !person || id !== person.id)
    .map(([id, name]) => ({ name, count: of(id) }))
    .filter(({ count }) => count > 0);
}

const PATIENCE = 8_000;
const sealed = ({ name, count }) =>
  h(
    "p",
    { class: "note" },
    `${count} catatan ${name} tersegel di HP ini. ${name} perlu masuk untuk mengirimnya.`,
  );
const fact = (name, value) => [h("dt", null, name), h("dd", null, value)];

export async function phone(ctx) {
  const node = h("div", null);
  async function refresh() {
    const { parcel } = ctx.facts;
    const [disk, off, rest, sums] = [
      await storage(),
      await clockOff(),
      await others(ctx.session.person),
      await log.counts(),
    ];
    const free = disk.quota - disk.used;
    const mayLocate = parcel.visits.some((visit) => visit.positions);
    const locates = mayLocate && (await positions.isAllowed());
    fill(
      node,
      h(
        "dl",
        { class: "facts" },
        fact("Petugas", ctx.session.person.name),
        fact(
          "Bekal",
          parcel.made_at
            ? `${parcel.businesses.length} IKM, diambil ${age(parcel.made_at)}`
            : "belum ada",
        ),
        fact(
          "Belum diterima kantor",
          `${sums.waiting} menunggu, ${sums.quarantined} perlu diperiksa`,
        ),
        fact(
          "Terakhir bertemu kantor",
          sync.state.last ? clock(sync.state.last) : "belum, sejak halaman ini dibuka",
        ),
        fact(
          "Penyimpanan",
          disk.quota ? `${size(disk.used)} terpakai, ${size(free)} tersisa` : "tidak diketahui",
        ),
        fact("Dijaga dari pembersihan", disk.kept ? "ya" : "belum"),
        mayLocate && fact("Lokasi foto", locates ? "dicatat bersama foto" : "tidak dicatat"),
        fact(
          "Jam HP",
          Math.abs(off) >= 0.2
            ? `berbeda ${String(Math.abs(off)).replace(".", ",")} jam dari kantor: betulkan`
            : "cocok",
        ),
        fact("Versi", VERSION),
      ),
      rest.map(sealed),
      h(
        "div",
        { class: "stack" },
        !disk.kept &&
          h(
            "button",
            {
              type: "button",
              onclick: async () => {
                say(
                  (await askToKeep())
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
            { type: "button", onclick: () => locate(!locates) },
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
        h("button", { type: "button", class: "danger", onclick: leave }, "Keluar dari HP ini"),
      ),
    );
  }
  async function locate(wanted) {
    if (!wanted) await positions.forbid();
    else if (await positions.allow()) say("✓ Lokasi dicatat bersama foto berikutnya.");
    else say("HP tidak mengizinkan lokasi. Foto tetap tersimpan tanpa lokasi.", true);
    await refresh();
  }
  async function leave(event) {
    event.currentTarget.disabled = true;
    const { waiting } = await log.counts();
    await signOut();
    await ctx.restart();
    say(waiting ? `Sudah keluar. ${waiting} catatan tetap tersegel di HP.` : "Sudah keluar.");
  }
  await refresh();
  return { title: "HP ini", node, refresh };
}

/** For whoever is not signed in on this phone: the way in, and what lies sealed here. */
export async function door(ctx) {
  const node = h("div", null);
  let late = false;
  setTimeout(() => {
    late = true;
    refresh();
  }, PATIENCE);
  async function refresh() {
    const { trouble } = sync.state;
    const rest = await others(null);
    fill(
      node,
      h(
        "p",
        null,
        "Catat kunjungan IKM tanpa sinyal. Kantor menerimanya begitu HP bertemu jaringan.",
      ),
      trouble &&
        trouble.kind !== "door" &&
        h(
          "p",
          { class: "note bad" },
          trouble.kind === "offline" ? "Untuk masuk, HP perlu sinyal sekali." : trouble.message,
        ),
      // The first answer brings the cookie that the sign-in's form is checked against: not before it.
      sync.state.tried || late
        ? h("a", { class: "button main", href: signIn() }, "Masuk")
        : h("p", { class: "soft" }, "Menghubungi kantor…"),
      rest.map(sealed),
      rest.length > 0 &&
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
