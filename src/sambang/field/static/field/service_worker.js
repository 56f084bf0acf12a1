// The service worker: it caches the app shell and its files, never JSON. This is the body of /lapangan/sw.js; the
// server puts self.VERSION and self.FILES before it.
const SHELL = "/lapangan/";
const CACHE = `lapangan-${self.VERSION}`;

// A captive portal answers every request with its own page and status 200: never cache that.
function isFromOffice(path, answer) {
  if (!answer.ok || answer.redirected) return false;
  const type = answer.headers.get("Content-Type") || "";
  return path === SHELL
    ? answer.headers.get("X-Sambang-Shell") === self.VERSION
    : !type.startsWith("text/html");
}

async function fetchAll() {
  const cache = await caches.open(CACHE);
  await Promise.all(
    [SHELL, ...self.FILES].map(async (path) => {
      const answer = await fetch(
        path,
        path === SHELL ? { cache: "reload", credentials: "omit" } : {},
      );
      if (!isFromOffice(path, answer)) throw new Error(`not from the office: ${path}`);
      await cache.put(path, answer);
    }),
  );
}

self.addEventListener("install", (event) => event.waitUntil(fetchAll()));

self.addEventListener("activate", (event) =>
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      await Promise.all(
        names
          .filter((name) => name.startsWith("lapangan-") && name !== CACHE)
          .map((name) => caches.delete(name)),
      );
      await self.clients.claim();
    })(),
  ),
);

self.addEventListener("message", (event) => {
  if (event.data === "skipWaiting") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const path = address.pathname;
  if (path !== SHELL && !self.FILES.includes(path)) return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(path))
      .then((cached) => cached || fetch(request)),
  );
});
