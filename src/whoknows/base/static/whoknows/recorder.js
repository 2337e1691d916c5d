// Records the sound of an interview and sends it in pieces. What could not be sent is sent again
// when the connection is back; without this file people take notes all the same.
(() => {
  "use strict";

  const box = document.querySelector("[data-recorder]");
  const kinds = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
  const PIECE_MS = 4000;
  const LONGEST_PAUSE_MS = 20000;

  // What is being written is kept in this tab until it is saved, also when one goes to another question.
  const restore = () => {
    document.querySelectorAll("[data-keeps]").forEach((field) => {
      try {
        const kept = sessionStorage.getItem(field.dataset.keeps);
        if (kept && !field.value) field.value = kept;
      } catch { /* Storage refused: what is typed is kept by the page alone. */ }
    });
  };
  const keep = (field, value) => {
    try {
      if (value) sessionStorage.setItem(field.dataset.keeps, value);
      else sessionStorage.removeItem(field.dataset.keeps);
    } catch { /* As above. */ }
  };
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.keeps) keep(event.target, event.target.value);
  });
  // What was sent: all that belongs to a form, or what stands beside a button that sends by itself.
  const sentBy = (element) => {
    if (element?.matches("form")) return [...element.elements];
    return element?.form ? [...element.parentElement.querySelectorAll("[data-keeps]")] : [];
  };
  const forget = (fields) => fields.filter((field) => field.dataset.keeps).forEach((field) => keep(field, ""));
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 300) forget(sentBy(detail.requestConfig?.elt));
  });
  document.addEventListener("submit", ({ target: form }) => {
    if (!form.hasAttribute("hx-post")) forget([...form.elements]);
  });
  document.addEventListener("htmx:afterSwap", restore);
  restore();

  if (!box || !window.MediaRecorder || !navigator.mediaDevices) return;

  const [start, stop] = box.querySelectorAll("button");
  const says = box.querySelector("[data-says]");
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  let recorder = null, where = null, pieces = [], sent = 0, sending = false, ended = false, given_up = false;
  let began = 0;

  const say = (name, more = "") => { says.textContent = box.dataset[name] + more; };
  const post = (url, body) => fetch(url, {
    method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, "Content-Type": body instanceof Blob ? "application/octet-stream" : "application/x-www-form-urlencoded" },
  });
  const pause = (ms) => new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() { clearTimeout(timer); window.removeEventListener("online", done); resolve(); }
    window.addEventListener("online", done);
  });
  const clock = () => {
    const s = Math.floor((Date.now() - began) / 1000);
    return ` ${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  };

  const giveUp = (why) => {
    given_up = true;
    pieces = [];
    if (recorder?.state === "recording") recorder.stop();
    says.textContent = why || box.dataset.failed;
    start.hidden = false;
    stop.hidden = true;
  };

  // One piece after the other, each until the server has it.
  const send = async () => {
    if (sending || given_up) return;
    sending = true;
    let wait = 1000;
    while (!given_up && sent < pieces.length) {
      let answer = null;
      try { answer = await post(`${where.pieces}${sent}/`, pieces[sent]); } catch { /* No network. */ }
      if (answer?.ok) { sent = (await answer.json()).pieces; wait = 1000; continue; }
      if (answer && answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
        const told = await answer.json().catch(() => null);
        giveUp(told?.detail);
        break;
      }
      if (answer?.status === 409) sent = 0;
      say("waiting");
      await pause(wait);
      wait = Math.min(LONGEST_PAUSE_MS, wait * 2);
    }
    sending = false;
    if (ended && !given_up && sent === pieces.length) await finish();
  };

  const finish = async () => {
    let wait = 1000;
    for (;;) {
      const answer = await post(where.finished, "").catch(() => null);
      if (answer && answer.status < 500) break;
      await pause(wait);
      wait = Math.min(LONGEST_PAUSE_MS, wait * 2);
    }
    where = null;
    say("saved");
    start.hidden = false;
    stop.hidden = true;
    stop.disabled = false;
  };

  const begin = async () => {
    start.disabled = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      say("refused");
      start.disabled = false;
      return;
    }
    const kind = kinds.find((one) => MediaRecorder.isTypeSupported(one)) || "audio/webm";
    const answer = await post(box.dataset.recorder, `kind=${encodeURIComponent(kind)}`).catch(() => null);
    if (!answer?.ok) {
      stream.getTracks().forEach((track) => track.stop());
      const told = await answer?.json().catch(() => null);
      says.textContent = told?.detail || box.dataset.failed;
      start.disabled = false;
      return;
    }
    where = await answer.json();
    pieces = []; sent = 0; ended = false; given_up = false; began = Date.now();
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => {
      if (!event.data.size || given_up) return;
      pieces.push(event.data);
      if (!sending) say("recording", clock());
      send();
    });
    recorder.addEventListener("stop", () => {
      stream.getTracks().forEach((track) => track.stop());
      ended = true;
      if (!given_up) { say("sending"); send(); }
    });
    recorder.start(PIECE_MS);
    say("recording");
    start.hidden = true;
    start.disabled = false;
    stop.hidden = false;
    stop.focus();
  };

  start.addEventListener("click", begin);
  stop.addEventListener("click", () => { stop.disabled = true; recorder.stop(); });
  window.addEventListener("beforeunload", (event) => {
    if (where && !given_up) event.preventDefault();
  });
  box.hidden = false;
})();
