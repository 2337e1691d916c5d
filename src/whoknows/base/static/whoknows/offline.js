// Keeps a person's aids on their device, and what they did there until it can be sent.
// Every page does its work without this file, as long as there is a network.
(() => {
  "use strict";

  const KEPT = "aids-";
  const LIST = "/a/offline.json";
  const SHORTEST_PAUSE_MS = 2000;
  const LONGEST_PAUSE_MS = 300000;
  const LONGEST_WAIT_MS = 15000;
  const meta = document.querySelector("meta[name=whoknows-person]");
  const me = meta?.content ?? "";
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  };

  // What waits to be sent: one thing a key, and whose it is.
  const store = (mode, use) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("whoknows", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("waiting", { keyPath: "key" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      const change = db.transaction("waiting", mode);
      const asked = use(change.objectStore("waiting"));
      change.oncomplete = () => { db.close(); resolve(asked.result); };
      // A full device breaks off without an error.
      change.onerror = change.onabort = () => { db.close(); reject(change.error); };
    };
  });

  // What the browser refuses to keep; it waits for as long as this page is open.
  const unkept = new Map();
  const keepWaiting = (one) => store("readwrite", (all) => all.put(one)).catch(() => { unkept.set(one.key, one); });
  const forgetWaiting = async (one) => {
    unkept.delete(one.key);
    // Sent again it is not done again, for its key is known.
    await store("readwrite", (all) => all.delete(one.key)).catch(() => {});
  };
  const allWaiting = async () => {
    const kept = await store("readonly", (all) => all.getAll()).catch(() => []);
    return [...kept, ...unkept.values()].sort((a, b) => a.at - b.at);
  };
  const myWaiting = async () => (await allWaiting()).filter((one) => one.person === me);

  // Not everywhere: not over plain http, nor where somebody forbade it.
  const canKeep = "caches" in window && "serviceWorker" in navigator;
  const whyNotKept = (error) => {
    if (error.name === "QuotaExceededError") return "full";
    return ["SecurityError", "NotSupportedError"].includes(error.name) ? "unable" : "wished";
  };

  const readList = async (cache) => (await (await cache.match(LIST))?.json()) ?? { aids: [] };

  const forgetOthersAids = async () => {
    for (const name of canKeep ? await caches.keys() : []) {
      if (name.startsWith(KEPT) && name !== KEPT + me) await caches.delete(name);
    }
  };
  const forgetOthersWaiting = async () => {
    for (const one of await allWaiting()) if (one.person !== me) await forgetWaiting(one);
  };

  const picturesIn = (html) => [...html.matchAll(/<img[^>]+src="(\/[^"]+)"/g)].map((found) => found[1]);

  const isBusy = (response) => response.status === 429 || response.status >= 500;
  const isGone = (response) => !response.ok && !isBusy(response);
  const fetchToKeep = async (path) => {
    const response = await fetch(path, { credentials: "same-origin" }).catch(() => undefined);
    return response && !response.redirected && !isBusy(response) ? response : undefined;
  };

  // Whether it came, with all of its pictures: the page is put last, and says that all is there.
  const keepOne = async (cache, aid) => {
    const response = await fetchToKeep(aid.url);
    if (!response?.ok) return false;
    for (const path of picturesIn(await response.clone().text())) {
      const picture = await fetchToKeep(path);
      if (!picture) return false;
      // One that is gone for good is missing with a network, too.
      if (!isGone(picture)) await cache.put(path, picture);
    }
    await cache.put(aid.url, response);
    return true;
  };

  // Those of which the list says anything new, and those that must go. A kept page is fetched anew
  // once a day: its trust changes with the date.
  const keepAll = async (list) => {
    await forgetOthersAids();
    const cache = await caches.open(KEPT + me);
    const before = await readList(cache);
    const known = new Map(before.aids.map((aid) => [aid.code, JSON.stringify(aid)]));
    const isOld = before.on !== today();
    const urls = new Set([LIST]);
    const kept = [];
    for (const aid of list.aids) {
      const isNew = isOld || known.get(aid.code) !== JSON.stringify(aid) || !(await cache.match(aid.url));
      const isStale = isNew && !(await keepOne(cache, aid));
      const page = await cache.match(aid.url);
      if (!page) continue;
      urls.add(aid.url);
      picturesIn(await page.text()).forEach((path) => urls.add(path));
      // An old copy is better than none; so marked, it is fetched anew the next time.
      kept.push(isStale ? { ...aid, isStale } : aid);
    }
    for (const request of await cache.keys()) {
      if (!urls.has(new URL(request.url).pathname)) await cache.delete(request);
    }
    await cache.put(LIST, Response.json({ aids: kept, on: today() }));
    document.documentElement.dataset.kept = kept.length;
    if (kept.length < list.aids.length || kept.some((aid) => aid.isStale)) throw new Error("Not all of it came");
  };

  const post = (url, fields, token) => fetch(url, {
    method: "POST",
    credentials: "same-origin",
    redirect: "error",
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(fields),
    signal: AbortSignal.timeout(LONGEST_WAIT_MS),
  });

  // What is of another text than the one there now is not taken; on its own page that is said, and until
  // that is opened it waits.
  const CHANGED = 409;
  const formOf = (url) => [...document.querySelectorAll("form[data-sends-later]")].find((form) => form.action === url);

  // A key says that it is the same thing when an answer got lost and it is sent again.
  const sendWaiting = async (token) => {
    let said = "";
    const all = await myWaiting();
    for (const one of all) {
      const response = await post(one.url, one.fields, token);
      if (response.status === CHANGED && !formOf(one.url)) continue;
      if (response.status === CHANGED) said = "changed";
      // Refused for good: the aid is gone, or no longer this person's to see.
      if (response.ok || [400, 403, 404, CHANGED, 410, 422].includes(response.status)) await forgetWaiting(one);
      else throw new Error(`Not now: ${response.status}`);
    }
    if (all.length) tellSent(said);
  };

  // What the browser says of the network is half of the truth: a phone may have a signal and get
  // nowhere, and then no event tells when it does again.
  let isReached = navigator.onLine;
  const showNetwork = () => document.querySelectorAll("[data-aid] [data-offline]").forEach((one) => { one.hidden = isReached; });
  const showUnreached = (is) => document.querySelectorAll("[data-unreached]").forEach((one) => { one.hidden = !is; });
  const noteReached = (is) => {
    isReached = is;
    showNetwork();
    if (is) showUnreached(false);
    document.dispatchEvent(new CustomEvent("whoknows:reached", { detail: is }));
  };

  let pause = SHORTEST_PAUSE_MS;
  let nextTry = 0;
  const tryAgainLater = () => {
    clearTimeout(nextTry);
    nextTry = setTimeout(synchroniseSoon, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  };

  // An answer that is no list, as that of a hotel which wants to be paid first, is no network.
  const fetchList = async () => {
    try {
      const response = await fetch(LIST, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT_MS) });
      if (isBusy(response)) throw new Error(`Not now: ${response.status}`);
      const list = response.ok ? await response.json() : { person: "" };
      noteReached(true);
      return list;
    } catch (error) {
      noteReached(false);
      throw error;
    }
  };

  // What this device really has of the aid on the page; pressing the button only says what is wished. What is
  // so while it is not here is said once that is known; until then stands what the server wrote.
  const shownAid = document.querySelector("[data-keeping]")?.dataset.keeping;
  const showKeeping = (what) => document.querySelectorAll("[data-keeping] [data-kept-is]").forEach((one) => { one.hidden = one.dataset.keptIs !== what; });
  let whileNotHere = "";
  // The page alone opens nothing: its worker has to be there too.
  const isHere = async () => canKeep && await (await caches.open(KEPT + me)).match(shownAid) && (await navigator.serviceWorker.getRegistration())?.active;
  const tellWhatIsKept = async () => {
    if (!shownAid || !whileNotHere) return;
    showKeeping(await isHere().catch(() => false) ? "kept" : whileNotHere);
  };
  const noteKeeping = (what) => {
    if (whileNotHere !== "unable") whileNotHere = what;
    return tellWhatIsKept();
  };

  const keepWhatIsWished = async (list) => {
    if (list.aids.some((aid) => aid.pinned && aid.url === shownAid)) await noteKeeping("under-way");
    await keepAll(list);
    await noteKeeping("wished");
  };

  const synchronise = async () => {
    // The page that stands in for all others without a network knows of nobody: it forgets nobody.
    if (!meta) return;
    // What was done is sent also where nothing may be kept.
    await Promise.allSettled([forgetOthersAids(), forgetOthersWaiting()]);
    if (!me) return;
    const list = await fetchList();
    if (list.person !== me) return;
    await sendWaiting(list.token);
    if (canKeep) await keepWhatIsWished(list);
    pause = SHORTEST_PAUSE_MS;
  };

  let running = Promise.resolve();
  // One after the other: two at once would send the same thing under the same key, in vain.
  const synchroniseSoon = () => {
    running = running.then(synchronise).catch(async (error) => {
      const what = whyNotKept(error);
      // A device that is full, or refuses, will do so in two seconds.
      if (what === "wished") tryAgainLater();
      await noteKeeping(what);
    });
  };

  const tellWaiting = (what) => document.querySelectorAll("[data-said]").forEach((one) => { one.hidden = one.dataset.said !== what; });
  // What the server counted is no longer so while something waits; once it is sent, it counts anew.
  const tellThatItWaits = () => {
    tellWaiting(unkept.size ? "unkept" : "waits");
    document.querySelectorAll("[data-counted]").forEach((one) => { one.hidden = true; });
  };
  const tellSent = (what) => {
    tellWaiting(what);
    document.querySelectorAll("[data-counted]").forEach((one) => one.dispatchEvent(new Event("sent")));
  };

  // Whether the aid helped, as the server would have written it into the page.
  const showSaid = (form, said) => {
    form.querySelectorAll("[data-says]").forEach((one) => { one.hidden = one.dataset.says !== said; });
    form.querySelectorAll("[name=helped]").forEach((one) => one.setAttribute("aria-pressed", one.value === said));
    form.querySelectorAll("[data-else]").forEach((one) => { one.className = said === "no" ? "button button-main" : ""; });
  };

  // Sends what a form says without leaving the page; without a network it waits here.
  const send = async (form, one) => {
    const response = await post(one.url, one.fields, form.elements.csrfmiddlewaretoken.value).catch(() => undefined);
    if (response?.ok || response?.status === CHANGED) {
      await forgetWaiting(one);
      tellSent(response.ok ? "" : "changed");
      return;
    }
    tellThatItWaits();
    tryAgainLater();
  };

  const listKept = async () => {
    const box = document.querySelector("[data-kept]");
    const name = (await caches.keys()).find((one) => one.startsWith(KEPT));
    if (!box || !name) return;
    const { aids } = await readList(await caches.open(name));
    for (const aid of aids) {
      const link = Object.assign(document.createElement("a"), { href: aid.url, textContent: aid.title, dir: "auto" });
      const heading = document.createElement("h3");
      heading.append(link);
      const item = document.createElement("li");
      item.append(heading);
      box.querySelector("[data-kept-list]").append(item);
    }
    box.hidden = !aids.length;
    document.querySelector("[data-kept-none]").hidden = aids.length > 0;
  };

  // A page kept for weeks must say itself that its day has passed, or that what one does has changed since a card.
  const judge = () => {
    const aid = document.querySelector("[data-aid]");
    if (!aid) return;
    const { goodUntil, material } = aid.dataset;
    if (goodUntil && goodUntil < today()) aid.querySelectorAll("[data-expired]").forEach((one) => { one.hidden = false; });
    const printed = Number(new URLSearchParams(location.search).get("v"));
    if (printed > 0 && printed < Number(material)) aid.querySelectorAll("[data-superseded]").forEach((one) => { one.hidden = false; });
    showNetwork();
  };

  // To the server 128 random bits are a UUID; crypto.randomUUID is not there over plain http.
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Steps and ticks change the address of a page, and with it where its buttons lead back to.
  document.addEventListener("submit", ({ target: form }) => {
    form.querySelectorAll("[type=hidden][name=query]").forEach((one) => { one.value = location.search.slice(1); });
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-sends-later]") || !me) return;
    // First, for where it cannot be made the form is sent as without this file.
    const key = newKey();
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken");
    const one = { key, person: me, url: form.action, fields: [...fields, ["key", key]], at: Date.now() };
    // Kept at once: a network that hangs must not make it wait in memory alone.
    const kept = keepWaiting(one);
    running = running.then(() => kept).then(() => send(form, one)).catch(tryAgainLater);
    if (event.submitter?.name === "helped") showSaid(form, event.submitter.value);
    if (event.submitter?.name === "afresh") form.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = false; });
  });

  // See unsent.js.
  document.addEventListener("whoknows:ask", ({ detail }) => { fetchList().then(detail.yes, detail.no); });

  // Leaving a page where nothing is reached leads to an error of the browser; full pages have unsent.js for that.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (document.querySelector("template[data-unsent]") || !form.matches("[data-needs-network]") || (isReached && navigator.onLine)) return;
    event.preventDefault();
    fetchList().then(() => form.requestSubmit(event.submitter), () => showUnreached(true));
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-sends-later]");
    if (form && event.target.type === "checkbox") form.requestSubmit();
  });

  // A kept page shows the ticks and the answer of the day it was kept; those that wait here are newer.
  const showWaiting = async () => {
    for (const one of await myWaiting()) {
      const told = (field) => one.fields.filter(([name]) => name === field).map(([, value]) => value);
      const form = formOf(one.url);
      if (!form || form.elements.material?.value !== told("material")[0]) continue;
      tellThatItWaits();
      if (told("helped").length) showSaid(form, told("helped")[0]);
      form.querySelectorAll("[type=checkbox]").forEach((box) => { box.checked = !told("afresh").length && told("line").includes(box.value); });
    }
  };

  judge();
  if (me) showWaiting();
  addEventListener("offline", () => noteReached(false));
  addEventListener("online", () => { if (me) synchroniseSoon(); else noteReached(true); });
  if (!canKeep) noteKeeping("unable");
  // Refused by the browser: pages work as before. A network that fails says nothing of the browser.
  else if (me) navigator.serviceWorker.register("/sw.js").then(() => navigator.serviceWorker.ready).then(tellWhatIsKept, (error) => noteKeeping(whyNotKept(error)));
  synchroniseSoon();
  if (canKeep) listKept();
  // Whoever takes the phone out of the pocket has perhaps walked to where there is a network.
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !isReached) synchroniseSoon(); });
})();
