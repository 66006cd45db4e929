// The zone says which file was chosen or dropped into it; the form is sent by its button, once the rest is chosen.
document.addEventListener("change", (event) => {
  const zone = event.target.files && event.target.closest("[data-chosen]");
  if (zone && event.target.files.length) zone.querySelector("strong").textContent = event.target.files[0].name;
});
