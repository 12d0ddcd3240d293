// Keeps the pages below this address that ask for it (X-Houqin-Offline), and the files they are made of, for the time
// without a connection. VERSION stands above: another version of the house starts with nothing kept. Nothing that is
// sent passes through here.
const FILES = "houqin-files-" + VERSION;
const PAGES = "houqin-pages-" + VERSION;
const PATIENCE = 6000;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("houqin-") && name !== FILES && name !== PAGES) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

const isOurs = (address) => address.origin === self.location.origin;
const isFile = (address) => address.pathname.startsWith("/static/");
const isPage = (address) => address.pathname.startsWith(new URL("./", self.location).pathname) && address.pathname !== self.location.pathname;

// The first visit loaded its files before this worker was there.
self.addEventListener("message", (event) => {
  const addresses = (event.data && event.data.keep) || [];
  const kept = Promise.all(addresses.map(async (told) => {
    const address = new URL(told);
    if (!isOurs(address)) return;
    if (isFile(address)) {
      const files = await caches.open(FILES);
      if (!(await files.match(told))) await files.add(told);
    } else if (isPage(address)) {
      await keepPage(told, await fetch(told, { credentials: "same-origin", headers: { Accept: "text/html" } }));
    }
  }));
  // The page says so to whoever stands before it: from here on it opens without a connection.
  event.waitUntil(kept.then(() => event.ports[0] && event.ports[0].postMessage("kept"), () => undefined));
});

async function keepPage(key, response) {
  if (response.redirected || response.type === "opaqueredirect") {
    // To the login: whoever was here is gone, and so is what was kept for them.
    await caches.delete(PAGES);
  } else if (response.ok && response.headers.get("X-Houqin-Offline") === "kept") {
    await (await caches.open(PAGES)).put(key, response.clone());
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  const known = await files.match(request);
  if (known) return known;
  const response = await fetch(request);
  if (response.ok) await files.put(request, response.clone());
  return response;
}

async function page(request) {
  const pages = await caches.open(PAGES);
  const kept = () => pages.match(request.url).then((found) => found || pages.match(request.url, { ignoreSearch: true }));
  const asked = fetch(request).then(async (response) => {
    await keepPage(request.url, response);
    return response;
  });
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE)).then(kept);
  try {
    // A connection that neither answers nor breaks is as good as none.
    return (await Promise.race([asked, patience])) || (await asked);
  } catch (error) {
    const found = await kept();
    if (found) return found;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || !isOurs(address)) return;
  if (isFile(address)) event.respondWith(file(event.request));
  else if (isPage(address)) event.respondWith(page(event.request));
});
