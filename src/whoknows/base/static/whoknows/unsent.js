// Keeps what somebody wrote in its box where there is no network, and says so. Whether there is one, offline.js
// finds out; every page does its work without this file, as long as there is.
(() => {
  "use strict";

  const unsent = document.querySelector("template[data-unsent]");
  if (!unsent) return;

  let isReached = navigator.onLine;
  const showUnreached = (is) => document.querySelectorAll("[data-unreached]").forEach((one) => { one.hidden = !is; });
  const forget = () => {
    showUnreached(false);
    document.querySelectorAll("p[data-unsent]").forEach((one) => one.remove());
  };
  // Put in anew each time, for only then it is read out again.
  const tell = (where) => {
    forget();
    if (where.matches("[data-needs-network]")) showUnreached(true);
    else where.append(unsent.content.cloneNode(true));
  };
  document.addEventListener("whoknows:reached", ({ detail }) => {
    isReached = detail;
    if (isReached) forget();
  });

  // Where nothing is reached, leaving the page would lead to an error of the browser, and what was typed
  // would be gone. What somebody wrote is worth asking first, whatever the browser says of the network.
  const asking = new WeakSet();
  const reached = new WeakSet();
  const isSure = (form) => isReached && navigator.onLine && !form.querySelector("textarea, [data-words]");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("[method=post]") || reached.delete(form) || isSure(form)) return;
    event.preventDefault();
    // Pressed twice it is sent once.
    if (asking.has(form)) return;
    asking.add(form);
    const yes = () => {
      asking.delete(form);
      reached.add(form);
      form.requestSubmit(event.submitter);
    };
    const no = () => {
      asking.delete(form);
      tell(form);
    };
    document.dispatchEvent(new CustomEvent("whoknows:ask", { detail: { yes, no } }));
  });

  // Some forms are sent without leaving the page, which then says nothing of its own; so do the links
  // between questions. What a page asks by itself is asked again.
  const tellUnanswered = ({ detail }) => {
    const where = detail.elt.closest("form, nav") ?? detail.elt.form;
    if (where) tell(where);
  };
  document.addEventListener("htmx:sendError", tellUnanswered);
  document.addEventListener("htmx:timeout", tellUnanswered);
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 429 || status >= 500) tellUnanswered(event);
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (detail.successful) forget(); });
})();
