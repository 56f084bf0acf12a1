// Photos of an IKM or of the whole visit: taken, made small, kept at once.
import { SAVED, field, whyNot } from "./form.js";
import { badge, fill, h, say } from "./dom.js";
import * as draft from "./draft.js";
import * as log from "./log.js";
import { shrink } from "./pictures.js";
import * as positions from "./position.js";

const SMALL = 96;

function thumbnail(canvas) {
  const small = h("canvas", {
    class: "thumb",
    role: "img",
    "aria-label": "foto yang baru diambil",
  });
  const scale = SMALL / Math.max(canvas.width, canvas.height);
  small.width = Math.round(canvas.width * scale);
  small.height = Math.round(canvas.height * scale);
  small.getContext("2d").drawImage(canvas, 0, 0, small.width, small.height);
  return small;
}

/** `business` null: of the visit as a whole. */
export function photoForm(ctx, visit, business) {
  const of = business ? business.name : visit.cluster.name;
  const list = h("ul", { class: "noted" });
  const fresh = h("div", { class: "thumbs" });
  const said = h("p", { class: "form-said", role: "status" });
  const caption = field("Keterangan foto", "caption", { maxlength: 200 });
  const words = caption.querySelector("input");
  const key = `foto/${visit.id}/${business ? business.id : ""}`;
  const input = h("input", {
    type: "file",
    accept: "image/*",
    capture: "environment",
    class: "unseen",
    id: `foto-${business ? business.id : visit.id}`,
  });
  const button = h("label", { class: "button", for: input.id }, "Ambil foto");
  let pending = null;
  let looking = Promise.resolve("");
  input.addEventListener("click", () => {
    looking = positions.begin(visit);
  });
  words.addEventListener("input", () =>
    draft.keep(ctx.session, key, { caption: words.value }).catch(complain),
  );
  draft.find(ctx.session, key).then((kept) => {
    if (kept && !words.value) words.value = kept.caption;
  });

  function complain(wrong) {
    said.className = "form-said bad";
    said.textContent = whyNot(wrong);
  }

  async function store() {
    const { bytes, canvas, caption: told, position } = pending;
    said.className = "form-said";
    said.textContent = "Menyimpan…";
    input.disabled = true;
    try {
      const body = { visit: visit.id };
      if (business) body.business = business.id;
      if (told) body.caption = told;
      if (position) body.position = position;
      await draft.settle(key);
      await log.append(
        ctx.session,
        [
          {
            kind: "photo",
            label: `${of}: foto${told ? `, ${told}` : ""}`,
            body,
            files: [{ bytes, name: "foto.jpg" }],
          },
        ],
        key,
      );
      pending = null;
      words.value = "";
      fresh.append(thumbnail(canvas));
      said.className = "form-said good";
      said.textContent = SAVED;
      say(SAVED);
    } catch (wrong) {
      said.className = "form-said bad";
      fill(
        said,
        whyNot(wrong),
        " ",
        h("button", { type: "button", onclick: store }, "Simpan foto lagi"),
      );
    } finally {
      input.disabled = false;
      input.value = "";
    }
  }

  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file || input.disabled) return;
    said.className = "form-said";
    said.textContent = "Mengecilkan foto…";
    try {
      pending = {
        ...(await shrink(file)),
        caption: words.value.trim(),
        position: await positions.found(looking),
      };
    } catch {
      said.className = "form-said bad";
      said.textContent = "Berkas ini bukan foto yang terbaca. Ambil foto lain.";
      return;
    }
    await store();
  });

  const refresh = () =>
    fill(
      list,
      ctx.facts
        .photos(visit.id, business ? business.id : undefined)
        .map(({ row, item }) =>
          h(
            "li",
            null,
            `${item.body.caption || "Foto"}${item.body.position ? " (dengan lokasi)" : ""}`,
            badge(row),
          ),
        ),
    );
  refresh();
  return {
    refresh,
    node: h("section", null, h("h2", null, "Foto"), list, fresh, caption, input, button, said),
  };
}
