// Kotak keluar: every item, when, its state, why it was refused, and what can be done about it.
import { STATES, badge, clock, fill, h, say, size, time } from "./dom.js";
import { LABELS } from "./facts.js";
import * as log from "./log.js";
import * as sync from "./sync.js";

export async function saveToFile(device) {
  const { blob, count } = await log.exported(device);
  if (!count) return say("Tidak ada yang perlu disimpan: semua sudah diterima.");
  const name = `sambang-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.json`;
  const file = new File([blob], name, { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return say(
    `✓ ${count} catatan (${size(blob.size)}) disimpan ke berkas ${name}. Serahkan kepada pengelola.`,
  );
}

function line(_ctx, { row, item, label }) {
  const refused = row.state === "refused";
  return h(
    "li",
    { class: `item item-${row.state}`, "data-id": row.id },
    h("strong", null, label || LABELS[item.kind]),
    h(
      "span",
      { class: "soft" },
      `${LABELS[item.kind]} · ${clock(item.recorded_at)} · no. ${row.sequence}`,
    ),
    badge(row),
    refused &&
      h(
        "p",
        { class: "bad" },
        row.mended
          ? "Sudah diperbaiki dengan catatan baru."
          : row.why || "Kantor menolak catatan ini.",
      ),
    row.state === "sent" &&
      (row.missing || []).length > 0 &&
      h("p", { class: "soft" }, "Menunggu fotonya sampai."),
    refused &&
      !row.mended &&
      h(
        "div",
        { class: "two wide" },
        h("a", { class: "button", href: `#/perbaiki/${row.id}` }, "Perbaiki"),
        h(
          "button",
          {
            type: "button",
            onclick: async () => {
              await log.offerAgain(row.id);
              sync.send();
            },
          },
          "Kirim lagi",
        ),
      ),
  );
}

export async function page(ctx) {
  const node = h("div", null);
  async function refresh() {
    const all = (await log.held(ctx.session)).reverse();
    const of = (...states) => all.filter(({ row }) => states.includes(row.state));
    const group = (title, list) =>
      list.length > 0 &&
      h(
        "section",
        null,
        h("h2", null, `${title} (${list.length})`),
        h(
          "ul",
          { class: "rows" },
          list.map((entry) => line(ctx, entry)),
        ),
      );
    const wrong = of("refused").filter(({ row }) => !row.mended);
    const settled = all.filter(({ row }) => row.state === "received" || row.mended);
    fill(
      node,
      sync.state.trouble &&
        sync.state.trouble.kind === "offline" &&
        h("p", { class: "note" }, sync.state.trouble.message),
      h(
        "button",
        { class: "main", type: "button", disabled: sync.state.busy, onclick: () => sync.send() },
        sync.state.busy ? "Mengirim…" : "Kirim sekarang",
      ),
      sync.state.tried &&
        h(
          "p",
          { class: "soft small" },
          "Terakhir dicoba ",
          h("time", { datetime: sync.state.tried }, time(sync.state.tried)),
        ),
      !all.length && h("p", null, "Belum ada catatan di HP ini."),
      group("Perlu diperiksa", wrong),
      group("Menunggu", of("saved", "sent")),
      settled.length > 0 &&
        h(
          "details",
          null,
          h("summary", null, `Diterima kantor (${settled.length})`),
          h(
            "ul",
            { class: "rows" },
            settled.map((entry) => line(ctx, entry)),
          ),
        ),
      h(
        "section",
        null,
        h("h2", null, "Tanpa sinyal sama sekali?"),
        h(
          "p",
          { class: "soft" },
          "Simpan yang belum diterima ke berkas tersegel, lalu serahkan lewat kartu memori atau pesan. Di HP tetap ada.",
        ),
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          "Simpan ke berkas",
        ),
      ),
      h(
        "p",
        { class: "soft small" },
        Object.values(STATES)
          .map(([short, long]) => `${short}: ${long}`)
          .join(" · "),
      ),
    );
  }
  await refresh();
  return { title: "Kotak keluar", node, refresh };
}
