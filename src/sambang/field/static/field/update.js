// The service worker, and the offer to reload when it has fetched a new version of the app.
import { t } from "./language.js";
import { h, replaceContent } from "./dom.js";
import { VERSION } from "./session.js";
import * as sync from "./sync.js";
import { SERVICE_WORKER, trustedAddress } from "./trusted_scripts.js";

function offerReload(worker) {
  const button = h(
    "button",
    {
      type: "button",
      onclick: () => {
        button.disabled = true;
        navigator.serviceWorker.addEventListener(
          "controllerchange",
          () => window.location.reload(),
          { once: true },
        );
        worker.postMessage("skipWaiting");
      },
    },
    t`Muat ulang`,
  );
  replaceContent(
    document.getElementById("update"),
    h("p", { class: "note" }, t`Versi baru siap.`, " ", button),
  );
}

export async function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register(trustedAddress(SERVICE_WORKER), {
    scope: "/lapangan/",
    updateViaCache: "none",
  });
  const { controller } = navigator.serviceWorker;
  if (registration.waiting && controller) offerReload(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => {
      if (worker.state === "installed" && navigator.serviceWorker.controller) offerReload(worker);
    });
  });
  sync.onState(({ shell, busy }) => {
    if (!busy && shell && shell !== VERSION) registration.update().catch(() => {});
  });
}
