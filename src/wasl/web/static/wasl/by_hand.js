// The marakiz of the chosen governorate alone; and where a form came back, its findings are read first.
const markaz = document.querySelector("select[data-within]");
const governorate = markaz && document.getElementById(markaz.dataset.within);
if (governorate) {
  const groups = [...markaz.querySelectorAll("optgroup")];
  const narrow = () => {
    const chosen = markaz.value;
    const shown = groups.filter((group) => !governorate.value || group.dataset.code === governorate.value);
    groups.forEach((group) => group.remove());
    markaz.append(...shown);
    markaz.value = shown.some((group) => [...group.children].some((one) => one.value === chosen)) ? chosen : "";
  };
  governorate.addEventListener("change", narrow);
  narrow();
}
document.querySelector("[data-focus]")?.focus();
// A second click on the way sends nothing twice; the form's own number would tell anyhow.
document.querySelector("form[novalidate]")?.addEventListener("submit", (event) => {
  const form = event.currentTarget;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => delete document.querySelector("form[novalidate]")?.dataset.sent);
