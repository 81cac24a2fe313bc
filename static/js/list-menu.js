/** The menus of a list (`details.list-menu`) close as menus do: with Escape, which leads back to their button, and by a click elsewhere. */
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.list-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.list-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
