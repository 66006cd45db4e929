// Judging by keys. The next pair is fetched while this one is read, and shown at once when it is answered; what was
// answered is sent behind it, one after another. Without this script the form and its links do the same.
const POSITIONS = { KeyS: "1", KeyD: "2", KeyF: "3", KeyR: "4", KeyN: "5", KeyZ: "0" };
const main = document.getElementById("content");
let ahead = null;
let sending = Promise.resolve();
let stopped = false;
// Pages fetched ahead do not know what was answered since: from one that leads back the server says what is next.
const judged = new Set();

const page = () => main.querySelector("[data-review]");
const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const parse = (text) => new DOMParser().parseFromString(text, "text/html");

function fetchAhead() {
  const address = page() && page().dataset.next;
  const fresh = address && !judged.has(new URL(address, location.href).pathname);
  ahead = fresh ? { address, text: fetch(address, { credentials: "same-origin" }).then((answer) => (answer.ok ? answer.text() : null)).catch(() => null) } : null;
}

function show(text, address) {
  const wanted = parse(text);
  const content = wanted.getElementById("content");
  if (!content) { location.assign(address); return; }
  main.replaceChildren(...content.childNodes);
  document.title = wanted.title;
  if (address) history.pushState({}, "", address);
  window.scrollTo(0, 0);
  const heading = main.querySelector("h1");
  if (heading) { heading.tabIndex = -1; heading.focus({ preventScroll: true }); }
  listen();
}

function showToday(text) {
  const fresh = parse(text).querySelector("[data-today]");
  const place = main.querySelector("[data-today]");
  if (fresh && place) place.replaceChildren(...fresh.childNodes);
}

async function send(address, body) {
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", headers: { "X-Wasl-Ahead": "1" } });
  const text = await answer.text();
  if (answer.ok) { showToday(text); return; }
  // Refused: back to that pair, with what stands against the answer.
  stopped = true;
  show(text, address);
}

async function answer(event) {
  const form = event.target;
  if (!event.submitter || !ahead) return;
  event.preventDefault();
  const waiting = ahead;
  const body = new FormData(form, event.submitter);
  const address = form.action;
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  const text = await waiting.text;
  if (text === null) { form.querySelectorAll("button").forEach((button) => { button.disabled = false; }); ahead = null; event.submitter.click(); return; }
  stopped = false;
  judged.add(new URL(address).pathname);
  show(text, waiting.address);
  sending = sending.then(() => (stopped ? null : send(address, body))).catch(() => location.assign(address));
}

function listen() {
  const form = main.querySelector("[data-judge]");
  if (form) form.addEventListener("submit", answer);
  fetchAhead();
}

document.addEventListener("keydown", (event) => {
  if (!page() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (typing(event.target)) {
    if (event.code === "Escape") event.target.blur();
    return;
  }
  const key = POSITIONS[event.code] || (/^(Digit|Numpad)[0-5]$/.test(event.code) ? event.code.slice(-1) : null);
  if (key === null) return;
  const chosen = { 4: "[data-reason]", 5: "[data-skip]", 0: "[data-undo]" }[key] || `[data-answer="${key}"]`;
  const target = main.querySelector(chosen);
  if (!target) return;
  event.preventDefault();
  if (key === "4") target.focus();
  else if (key === "0") sending.then(() => { const button = main.querySelector("[data-undo]"); if (button) button.click(); });
  else target.click();
});

window.addEventListener("popstate", () => location.reload());
listen();
