// A file that is dropped or chosen is sent at once, unless the form still asks something; without this script a button sends it.
document.addEventListener("change", (event) => {
  const form = event.target.closest && event.target.closest("form[data-drop]");
  if (!form || !event.target.files || !event.target.files.length) return;
  const words = form.querySelector("[data-words]");
  words.textContent = Array.from(event.target.files, (file) => file.name).join("، ");
  if (form.checkValidity()) form.requestSubmit();
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-drop]");
  if (!form) return;
  form.querySelector("[data-words]").textContent = form.dataset.sending;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
});
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest && event.target.closest("[data-zone]");
    for (const other of document.querySelectorAll("[data-zone]")) other.classList.toggle("over", other === zone && name !== "dragleave" && name !== "drop");
    // A file that misses the zone must not replace the page.
    if (!zone && (name === "dragover" || name === "drop")) event.preventDefault();
  });
}
// The sheet is read again while the clerk goes on typing: an answer to what stood there before must not wipe out what was
// typed since. Leaving that field asks again.
const written = (form) => new URLSearchParams(new FormData(form)).toString();
let sent = "";
// A button that is pressed while a field is left is no part of reading the sheet again: it sends the form itself.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "reading") event.detail.parameters.action = "read";
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "reading") sent = written(event.detail.elt);
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = document.getElementById("reading");
  const asked = event.detail.requestConfig && event.detail.requestConfig.elt;
  if (form && asked && asked.id === "reading" && written(form) !== sent) event.detail.shouldSwap = false;
});
