// Photos of an IKM or of the whole visit: taken, resized and stored at once.
import { SAVED, field, saveErrorText } from "./form.js";
import { h, replaceContent, showMessage, stateBadge } from "./dom.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { resizePhoto } from "./images.js";
import * as geolocation from "./geolocation.js";

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

/** `business` is null for photos of the visit as a whole. */
export function photoForm(ctx, visit, business) {
  const subject = business ? business.name : visit.cluster.name;
  const list = h("ul", { class: "recorded" });
  const thumbnails = h("div", { class: "thumbs" });
  const status = h("p", { class: "form-status", role: "status" });
  const captionField = field("Keterangan foto", "caption", { maxlength: 200 });
  const captionInput = captionField.querySelector("input");
  const key = `foto/${visit.id}/${business ? business.id : ""}`;
  const input = h("input", {
    type: "file",
    accept: "image/*",
    capture: "environment",
    class: "visually-hidden",
    id: `foto-${business ? business.id : visit.id}`,
  });
  const button = h("label", { class: "button", for: input.id }, "Ambil foto");
  let pending = null;
  let locating = Promise.resolve("");
  input.addEventListener("click", () => {
    locating = geolocation.locate(visit);
  });
  captionInput.addEventListener("input", () =>
    drafts.save(ctx.session, key, { caption: captionInput.value }).catch(showError),
  );
  drafts.load(ctx.session, key).then((draft) => {
    if (draft && !captionInput.value) captionInput.value = draft.caption;
  });

  function showError(error) {
    status.className = "form-status bad";
    status.textContent = saveErrorText(error);
  }

  async function store() {
    const { bytes, canvas, caption, position } = pending;
    status.className = "form-status";
    status.textContent = "Menyimpan…";
    input.disabled = true;
    try {
      const body = { visit: visit.id };
      if (business) body.business = business.id;
      if (caption) body.caption = caption;
      if (position) body.position = position;
      await drafts.settle(key);
      await outbox.append(
        ctx.session,
        [
          {
            kind: "photo",
            label: `${subject}: foto${caption ? `, ${caption}` : ""}`,
            body,
            files: [{ bytes, name: "foto.jpg" }],
          },
        ],
        key,
      );
      pending = null;
      captionInput.value = "";
      thumbnails.append(thumbnail(canvas));
      status.className = "form-status good";
      status.textContent = SAVED;
      showMessage(SAVED);
    } catch (error) {
      status.className = "form-status bad";
      replaceContent(
        status,
        saveErrorText(error),
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
    status.className = "form-status";
    status.textContent = "Mengecilkan foto…";
    try {
      pending = {
        ...(await resizePhoto(file)),
        caption: captionInput.value.trim(),
        position: await geolocation.settled(locating),
      };
    } catch {
      status.className = "form-status bad";
      status.textContent = "Berkas ini bukan foto yang terbaca. Ambil foto lain.";
      return;
    }
    await store();
  });

  const refresh = () =>
    replaceContent(
      list,
      ctx.data
        .photos(visit.id, business ? business.id : undefined)
        .map(({ row, item }) =>
          h(
            "li",
            null,
            `${item.body.caption || "Foto"}${item.body.position ? " (dengan lokasi)" : ""}`,
            stateBadge(row),
          ),
        ),
    );
  refresh();
  return {
    refresh,
    node: h(
      "section",
      null,
      h("h2", null, "Foto"),
      list,
      thumbnails,
      captionField,
      input,
      button,
      status,
    ),
  };
}
