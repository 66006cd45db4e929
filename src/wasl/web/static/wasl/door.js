// The desk's one field keeps what a scanner types, wherever the focus is, and a form is sent once. Without this
// script the page does the same as long as the field has the focus; the form's number lets nothing be done twice.
{
  const SETTLE_MS = 400;
  const opened = performance.now();
  const desk = document.querySelector("[data-door]");
  const scan = document.getElementById("scan");
  const writes = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio)$/.test(target.type || "");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^[0-9\u0660-\u0669]$/.test(event.key) && !writes(event.target)) scan.focus();
    // A scanner that ends with two Enters has not looked at what is shown.
    if (event.key === "Enter" && event.target === scan && scan.value === "" && performance.now() - opened < SETTLE_MS) event.preventDefault();
  });
  desk.addEventListener("submit", (event) => {
    if (desk.dataset.sent) event.preventDefault();
    desk.dataset.sent = "yes";
  });
  addEventListener("pageshow", () => { delete desk.dataset.sent; scan.focus(); });
}
