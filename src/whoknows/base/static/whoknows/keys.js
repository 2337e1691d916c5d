// Comforts for those who have JavaScript; every page does its work without this file.
(() => {
  "use strict";

  const dialog = document.getElementById("keys");
  const STORE = "whoknows-keys";
  const places = { h: "home", n: "needs", a: "aids", p: "people", c: "communities", s: "search" };
  let going = -Infinity;

  const areOn = () => {
    try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
  };
  const isTyping = (target) => target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const visit = (place) => document.querySelector(`[data-place="${place}"]`)?.click();

  const focusSearch = () => {
    const field = document.querySelector("[data-search]");
    if (field) { field.focus(); field.select(); } else { visit("search"); }
  };

  // The next or previous thing in a list, or what opens more of it: what is folded away takes no focus.
  const isSeen = (element) => element.checkVisibility?.() ?? element.offsetParent;
  const move = (step) => {
    const stops = [...document.querySelectorAll("main :is(.result h3 a, .list :is(h2, h3) a, .faces a, .column > .rest > summary)")].filter(isSeen);
    const at = stops.indexOf(document.activeElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus();
  };

  const showKeys = () => {
    if (!dialog || dialog.open) return;
    const toggle = dialog.querySelector("[data-keys-on]");
    if (toggle) toggle.checked = areOn();
    dialog.showModal();
  };

  document.addEventListener("keydown", (event) => {
    const sends = event.target.closest?.("[data-sends]");
    if (sends && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      sends.form.requestSubmit();
      return;
    }
    if (event.key === "Escape") {
      document.querySelectorAll("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog?.open || !areOn()) return;
    if (event.timeStamp - going < 1200 && places[event.key]) {
      going = -Infinity;
      event.preventDefault();
      visit(places[event.key]);
      return;
    }
    const does = {
      "/": focusSearch,
      c: () => visit("new"),
      j: () => move(1),
      k: () => move(-1),
      r: () => document.querySelector("[data-reply]")?.focus(),
      g: () => { going = event.timeStamp; },
      "?": showKeys,
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-opens=keys]")) showKeys();
    if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-keys-on]")) return;
    try { localStorage.setItem(STORE, event.target.checked ? "on" : "off"); } catch { /* Storage refused: keys stay on. */ }
  });

  const box = document.getElementById("words");
  let sent = null;

  // Typing waits a moment before it asks; it must not overtake and stop the same words just sent.
  document.addEventListener("htmx:confirm", (event) => {
    if (event.target !== box) return;
    if (box.value === sent) event.preventDefault();
    // Something else is looked for now: the words sent before have to be looked for again.
    else sent = null;
  });

  // What is posted is what stands in the box now, not what stood there when the answers came.
  document.addEventListener("submit", (event) => {
    if (box && event.target === box.form) sent = box.value;
    const words = event.target.querySelector("[data-words]");
    if (box && words && box.value.trim()) words.value = box.value;
  });

  // What somebody opened stays open while other words bring other answers.
  const unfold = (which) => [...document.querySelectorAll(".rest")].filter(which).forEach((rest) => { rest.open = true; });
  let opened = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    opened = [...detail.target.querySelectorAll(".rest[open]")].map((rest) => rest.id);
  });
  document.addEventListener("htmx:afterSwap", () => unfold((rest) => opened.includes(rest.id)));

  // Where there is room, and on paper, all is open: here, if the style sheet cannot see to it.
  if (!CSS.supports("selector(::details-content)")) {
    const wide = matchMedia("(width >= 60rem)");
    const unfoldIfWide = () => unfold(() => wide.matches);
    unfoldIfWide();
    wide.addEventListener("change", unfoldIfWide);
    document.addEventListener("htmx:afterSwap", unfoldIfWide);
    addEventListener("beforeprint", () => unfold(() => true));
  }

  document.querySelectorAll("[data-without-script]").forEach((element) => { element.hidden = true; });
  document.querySelectorAll("[data-needs-script]").forEach((element) => { element.hidden = false; });
  document.querySelector("[data-focus]")?.focus();
})();
