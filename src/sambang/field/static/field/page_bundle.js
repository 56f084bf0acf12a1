// Bekal: choosing and downloading the visits for offline use.
import { t } from "./language.js";
import { h, replaceContent, showMessage } from "./dom.js";
import { formatAge, formatDate } from "./format.js";
import { downloadBundle, fetchOpenVisits } from "./offline_bundle.js";
import { requestPersistence } from "./database.js";

const NEAR = 3; // days: visits planned this close are preselected

function isNear(visit, today) {
  const days = (new Date(visit.planned_for) - new Date(today)) / 86_400_000;
  return Math.abs(days) <= NEAR || visit.state === "held";
}

function choice(visit, chosen) {
  return h(
    "label",
    { class: "row pick" },
    h("input", { type: "checkbox", name: "visit", value: visit.id, checked: chosen }),
    h(
      "span",
      null,
      h("strong", null, visit.name),
      h(
        "small",
        null,
        [
          formatDate(visit.planned_for),
          visit.place,
          visit.businesses !== undefined ? `${visit.businesses} IKM` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      ),
    ),
  );
}

export function bundlePage(ctx) {
  const { bundle } = ctx.data;
  const content = t`${bundle.businesses.length} IKM, ${bundle.visits.length} kunjungan`;
  const summary = h(
    "p",
    { class: "note" },
    bundle.made_at
      ? t`Di HP: ${content}, diambil ${formatAge(bundle.made_at)}.`
      : t`Belum ada bekal. Pilih kunjungan selagi ada sinyal.`,
  );
  const list = h("div", { class: "list" }, h("p", null, t`Mencari kunjungan…`));
  const button = h("button", { class: "main", type: "submit", disabled: true }, t`Bawa bekal`);
  const form = h("form", { onsubmit: download }, list, button);

  async function loadVisits() {
    const downloaded = new Set(bundle.visits.map((visit) => visit.id));
    try {
      const visits = await fetchOpenVisits();
      visits.sort((one, other) => one.planned_for.localeCompare(other.planned_for));
      if (!visits.length) {
        replaceContent(
          list,
          h(
            "p",
            null,
            t`Belum ada kunjungan yang direncanakan. Pengurus merencanakannya di kantor.`,
          ),
        );
        return;
      }
      const hasBundle = downloaded.size > 0;
      replaceContent(
        list,
        visits.map((visit) =>
          choice(
            visit,
            visits.length === 1 ||
              (hasBundle ? downloaded.has(visit.id) : isNear(visit, ctx.data.today())),
          ),
        ),
      );
      button.disabled = false;
    } catch (error) {
      replaceContent(
        list,
        h("p", { class: "bad" }, error.message),
        h(
          "button",
          {
            type: "button",
            onclick: () => {
              replaceContent(list, h("p", null, t`Mencari kunjungan…`));
              loadVisits();
            },
          },
          t`Coba lagi`,
        ),
      );
    }
  }

  async function download(event) {
    event.preventDefault();
    const ids = [...form.querySelectorAll("input:checked")].map((input) => input.value);
    if (!ids.length) return showMessage(t`Pilih satu kunjungan dulu.`, true);
    button.disabled = true;
    button.textContent = t`Mengambil…`;
    try {
      await downloadBundle(ctx.session, ids);
      await requestPersistence();
      await ctx.refresh();
      showMessage(t`✓ Bekal ada di HP. Boleh berangkat.`);
      ctx.go(ids.length === 1 ? `#/kunjungan/${ids[0]}` : "#/");
    } catch (error) {
      showMessage(error.message || t`Bekal belum terambil: coba lagi.`, true);
    } finally {
      button.disabled = false;
      button.textContent = t`Bawa bekal`;
    }
    return null;
  }

  loadVisits();
  return { title: t`Bekal`, node: h("div", null, summary, form) };
}
