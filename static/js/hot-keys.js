// Single keys for those who never touch the mouse: any element may carry data-hotkey. Never while something is typed;
// the box inside switches them off in this browser (WCAG 2.1.4).

const STORE = "hotkeys";
const TYPING = "input, textarea, select, [contenteditable], [role=listbox], [role=combobox]";

customElements.define("hot-keys", class extends HTMLElement {
  connectedCallback() {
    this.box = this.querySelector("input");
    this.box.checked = localStorage.getItem(STORE) !== "off";
    this.box.addEventListener("change", () => localStorage.setItem(STORE, this.box.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.press(event));
  }

  press(event) {
    if (!this.box.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog:modal")) return;
    const goals = [...document.querySelectorAll("[data-hotkey]")].filter((each) => each.dataset.hotkey === event.key);
    const goal = goals.find((each) => each.checkVisibility()) ?? goals[0];
    if (!goal) return;
    event.preventDefault();
    if (!goal.matches("input")) goal.click();
    else if (goal.checkVisibility()) goal.select();
    else location.assign(goal.form.action);
  }
});
