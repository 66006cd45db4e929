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
