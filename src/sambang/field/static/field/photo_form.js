// Photos of an IKM or of the whole visit: taken, resized and stored at once.
import { t } from "./language.js";
import { InvalidInput, SAVED, field, requireLengths, saveErrorText } from "./form.js";
import { h, replaceContent, showMessage, stateBadge } from "./dom.js";
import * as drafts from "./drafts.js";
import * as outbox from "./outbox.js";
import { resizePhoto } from "./images.js";
import { LENGTHS } from "./tables.js";
import * as geolocation from "./geolocation.js";

const SMALL = 96;
const MAX_CAPTION_LENGTH = LENGTHS.photo.caption;
const RETURN = 5_000; // milliseconds after which the camera app would have returned its photo
const PHOTO_MISSED = t`Aplikasi tertutup saat kamera terbuka: foto terakhir belum tersimpan. Pilih dari galeri, atau ambil lagi.`;

function thumbnailOf(picture) {
  const small = h("canvas", {
    class: "thumb",
    role: "img",
    "aria-label": t`foto yang baru diambil`,
  });
  const scale = SMALL / Math.max(picture.width, picture.height);
  small.width = Math.round(picture.width * scale);
  small.height = Math.round(picture.height * scale);
  small.getContext("2d").drawImage(picture, 0, 0, small.width, small.height);
  return small;
}

/** The photo just stored, with a caption field that can be filled now or later. */
function storedPhoto(ctx, visit, item, thumbnail, typed) {
  const captionField = field(t`Keterangan foto ini`, "caption", {
    value: typed,
    longest: MAX_CAPTION_LENGTH,
  });
  const input = captionField.querySelector("input");
  const status = h("p", { class: "form-status", role: "status" });
  let stored = typed;
  input.addEventListener("change", async () => {
    const caption = input.value.trim();
    if (!caption || caption === stored) return;
    try {
      requireLengths(captionField);
      const body = { visit: visit.id, photo: item.id, caption };
      await outbox.append(ctx.session, [{ kind: "caption", label: t`Foto: ${caption}`, body }]);
      stored = caption;
      status.className = "form-status good";
      status.textContent = SAVED;
    } catch (error) {
      status.className = "form-status bad";
      status.textContent = saveErrorText(error);
    }
  });
  return h("div", { class: "card" }, thumbnailOf(thumbnail), captionField, status);
}

/** `business` is null for photos of the visit as a whole. */
export function photoForm(ctx, visit, business) {
  const subject = business ? business.name : visit.name;
  const list = h("ul", { class: "recorded" });
  const stored = h("div", null);
  const status = h("p", { class: "form-status", role: "status" });
  const captionField = field(t`Keterangan foto berikutnya`, "caption", {
    longest: MAX_CAPTION_LENGTH,
  });
  const captionInput = captionField.querySelector("input");
  const key = `foto/${visit.id}/${business ? business.id : ""}`;
  const queue = []; // files that are not stored yet
  let isStoring = false;
  let locating = Promise.resolve("");
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

  async function store(file) {
    const { bytes, thumbnail } = await resizePhoto(file).catch(() => {
      throw new InvalidInput(t`${file.name}: bukan foto yang terbaca. Pilih foto lain.`);
    });
    requireLengths(captionField);
    const caption = captionInput.value.trim();
    const position = await geolocation.settled(locating);
    const body = { visit: visit.id };
    if (business) body.business = business.id;
    if (caption) body.caption = caption;
    if (position) body.position = position;
    const label = caption ? t`${subject}: foto, ${caption}` : t`${subject}: foto`;
    const files = [{ bytes, name: "foto.jpg" }];
    await drafts.settle(key);
    const entry = { kind: "photo", label, body, files };
    const [item] = await outbox.append(ctx.session, [entry], [key]);
    captionInput.value = "";
    stored.append(storedPhoto(ctx, visit, item, thumbnail, caption));
  }

  /** Store the pending files one by one; a file that cannot be stored stays in the list until it is retried or
   * removed. */
  async function storeAll() {
    if (isStoring) return;
    isStoring = true;
    try {
      while (queue.length) {
        status.className = "form-status";
        status.textContent =
          queue.length > 1 ? t`Menyimpan foto, ${queue.length} lagi…` : t`Menyimpan foto…`;
        await store(queue[0]);
        queue.shift();
      }
      status.className = "form-status good";
      status.textContent = SAVED;
      showMessage(SAVED);
    } catch (error) {
      showError(error);
      if (error instanceof InvalidInput && !error.field) queue.shift();
      if (queue.length)
        status.append(" ", h("button", { type: "button", onclick: storeAll }, t`Simpan foto lagi`));
    } finally {
      isStoring = false;
    }
  }

  // Android may kill the page while the camera is open; the next page then reports the missing photo.
  const cameraKey = `kamera/${visit.id}/${business ? business.id : ""}`;
  const cameraClosed = () => drafts.remove(ctx.session, cameraKey).catch(() => {});
  drafts.load(ctx.session, cameraKey).then((left) => {
    if (!left) return;
    status.className = "form-status bad";
    status.textContent = PHOTO_MISSED;
    cameraClosed();
  });
  const cameraOpened = () => {
    drafts.save(ctx.session, cameraKey, { opened: true }).catch(() => {});
    const back = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", back);
      setTimeout(cameraClosed, RETURN); // cancelled: browsers of 2022 do not send a cancel event
    };
    document.addEventListener("visibilitychange", back);
  };

  const source = (name, text, attributes) => {
    const id = `${name}-${business ? business.id : visit.id}`;
    const input = h("input", {
      type: "file",
      accept: "image/*",
      class: "visually-hidden",
      id,
      ...attributes,
    });
    input.addEventListener("click", () => {
      // No position for a gallery photo: it may have been taken elsewhere.
      locating = attributes.capture ? geolocation.locate(visit) : Promise.resolve("");
      if (attributes.capture) cameraOpened();
    });
    input.addEventListener("change", () => {
      cameraClosed();
      queue.push(...input.files);
      input.value = "";
      storeAll();
    });
    return [input, h("label", { class: "button", for: id }, text)];
  };

  const refresh = () => {
    const photos = ctx.data.photos(visit.id, business ? business.id : undefined);
    replaceContent(
      list,
      photos.map(({ row, item }) => {
        const caption = ctx.data.caption(item) || t`Foto`;
        const place = item.body.position ? ` ${t`(dengan lokasi)`}` : "";
        return h("li", null, `${caption}${place}`, stateBadge(row));
      }),
    );
  };
  refresh();
  return {
    refresh,
    node: h(
      "section",
      null,
      h("h2", null, t`Foto`),
      list,
      stored,
      h(
        "div",
        { class: "two wide" },
        source("foto", t`Ambil foto`, { capture: "environment" }),
        source("galeri", t`Dari galeri`, { multiple: true }),
      ),
      captionField,
      status,
    ),
  };
}
