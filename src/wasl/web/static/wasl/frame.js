// The menu on small screens, "/" for the search box, moving in tables by keyboard, and Western digits in what is copied.
const menu = document.querySelector("[data-menu]");
const pages = document.getElementById("pages");
if (menu && pages) {
  menu.hidden = false;
  document.documentElement.classList.add("has-menu");
  menu.addEventListener("click", () => {
    const open = menu.getAttribute("aria-expanded") !== "true";
    menu.setAttribute("aria-expanded", String(open));
    pages.classList.toggle("open", open);
  });
}

const typing = (target) => target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/" || event.code === "Slash") {
    const box = document.querySelector('[data-key="/"]');
    if (box) { event.preventDefault(); box.focus(); }
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const row = document.activeElement && document.activeElement.closest("tbody tr");
    if (!row) return;
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    const link = next && next.querySelector("a, button, input, select");
    if (link) { event.preventDefault(); link.focus(); }
  }
});

document.addEventListener("copy", (event) => {
  const text = String(document.getSelection());
  if (!event.clipboardData || typing(event.target) || !/[\u0660-\u0669]/.test(text)) return;
  const western = text.replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x0660)).replace(/\u066c/g, ",");
  event.clipboardData.setData("text/plain", western);
  event.preventDefault();
});

// A select that narrows a page asks for it at once; without this script its form has a button.
document.addEventListener("change", (event) => {
  if (event.target.matches && event.target.matches("form[data-at-once] select")) event.target.form.requestSubmit();
});
