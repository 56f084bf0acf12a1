// Kotak keluar: every item with its time, state and reason of refusal, and what can be done about it.
import { t, translate } from "./language.js";
import { STATE_LABELS, h, replaceContent, showMessage, stateBadge } from "./dom.js";
import { formatBytes, formatDateTime, formatTime } from "./format.js";
import { KIND_LABELS } from "./tables.js";
import * as outbox from "./outbox.js";
import * as sync from "./sync.js";

export async function saveToFile(device) {
  const { blob, count } = await outbox.exportFile(device);
  if (!count) return showMessage(t`Tidak ada yang perlu disimpan: semua sudah diterima.`);
  const name = `sambang-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.json`;
  const file = new File([blob], name, { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = h("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return showMessage(
    t`✓ ${count} catatan (${formatBytes(blob.size)}) disimpan ke berkas ${name}. Serahkan kepada pengelola.`,
  );
}

function itemRow({ row, item, label }) {
  const isRefused = row.state === "refused";
  return h(
    "li",
    { class: `item item-${row.state}`, "data-id": row.id },
    h("strong", null, label || translate(KIND_LABELS[item.kind])),
    h(
      "span",
      { class: "soft" },
      t`${translate(KIND_LABELS[item.kind])} · ${formatDateTime(item.recorded_at)} · no. ${row.sequence}`,
    ),
    stateBadge(row),
    isRefused &&
      h(
        "p",
        { class: "bad" },
        row.corrected_by
          ? t`Sudah diperbaiki dengan catatan baru.`
          : row.reason || t`Kantor menolak catatan ini.`,
      ),
    row.state === "sent" &&
      (row.missing || []).length > 0 &&
      h("p", { class: "soft" }, t`Menunggu fotonya sampai.`),
    isRefused &&
      !row.corrected_by &&
      h(
        "div",
        { class: "two wide" },
        h("a", { class: "button", href: `#/perbaiki/${row.id}` }, t`Perbaiki`),
        h(
          "button",
          {
            type: "button",
            onclick: async () => {
              await outbox.retryRefused(row.id);
              sync.send();
            },
          },
          t`Kirim lagi`,
        ),
      ),
  );
}

export async function outboxPage(ctx) {
  const node = h("div", null);
  async function refresh() {
    const all = (await outbox.loadEntries(ctx.session)).reverse();
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
          list.map((entry) => itemRow(entry)),
        ),
      );
    const refused = of("refused").filter(({ row }) => !row.corrected_by);
    const done = all.filter(({ row }) => row.state === "received" || row.corrected_by);
    replaceContent(
      node,
      sync.state.error &&
        sync.state.error.kind === "offline" &&
        h("p", { class: "note" }, sync.state.error.message),
      h(
        "button",
        { class: "main", type: "button", disabled: sync.state.busy, onclick: () => sync.send() },
        sync.state.busy ? t`Mengirim…` : t`Kirim sekarang`,
      ),
      sync.state.tried &&
        h(
          "p",
          { class: "soft small" },
          t`Terakhir dicoba`,
          " ",
          h("time", { datetime: sync.state.tried }, formatTime(sync.state.tried)),
        ),
      !all.length && h("p", null, t`Belum ada catatan di HP ini.`),
      group(t`Perlu diperiksa`, refused),
      group(t`Menunggu`, of("saved", "sent")),
      done.length > 0 &&
        h(
          "details",
          null,
          h("summary", null, t`Diterima kantor (${done.length})`),
          h(
            "ul",
            { class: "rows" },
            done.map((entry) => itemRow(entry)),
          ),
        ),
      h(
        "section",
        null,
        h("h2", null, t`Tanpa sinyal sama sekali?`),
        h(
          "p",
          { class: "soft" },
          t`Simpan yang belum diterima ke berkas tersegel, lalu serahkan lewat kartu memori atau pesan.`,
          " ",
          t`Di HP tetap ada.`,
        ),
        h(
          "button",
          { type: "button", onclick: () => saveToFile(ctx.session.device) },
          t`Simpan ke berkas`,
        ),
      ),
      h(
        "p",
        { class: "soft small" },
        Object.values(STATE_LABELS)
          .map(([short, long]) => `${short}: ${long}`)
          .join(" · "),
      ),
    );
  }
  await refresh();
  return { title: t`Kotak keluar`, node, refresh };
}
