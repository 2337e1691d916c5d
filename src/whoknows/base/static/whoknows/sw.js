// Without a network: the aids a person keeps, and a page that lists them. The lines before this one,
// written by the server, name VERSION and ASSETS; OFFLINE is the page shown for everything else.
"use strict";

const SHELL = `shell-${VERSION}`;
const KEPT = "aids-";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(ASSETS)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

// Only one person's aids are ever here: a page that belongs to somebody else removes them.
const keptAids = async () => (await caches.keys()).find((name) => name.startsWith(KEPT));

const codeIn = (url) => url.pathname.match(/^\/(?:a|aids)\/([0-9A-Za-z]+)\/?$/)?.[1].toUpperCase();

const kept = async (url) => {
  const name = await keptAids();
  const code = codeIn(url);
  if (!name) return undefined;
  const cache = await caches.open(name);
  return cache.match(code ? `/a/${code}` : url.pathname, { ignoreSearch: true });
};

const page = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await kept(new URL(request.url))) ?? caches.match(OFFLINE);
  }
};

const picture = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await kept(new URL(request.url))) ?? Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (ASSETS.includes(url.pathname)) event.respondWith(caches.match(url.pathname).then((found) => found ?? fetch(request)));
  else if (request.destination === "image") event.respondWith(picture(request));
});
