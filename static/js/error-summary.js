// Takes the focus when it appears (with the page or through htmx), says "Error" in the title, leads to the fields.
// Within data-example it is only shown: the page has no error.

const FOCUSABLE = "input:not([type=hidden]), select, textarea, button";

customElements.define("error-summary", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.lead(event));
    if (this.closest("[data-example]")) return;
    if (!document.title.startsWith(this.dataset.title)) document.title = `${this.dataset.title} ${document.title}`;
    requestAnimationFrame(() => this.focus());
  }

  disconnectedCallback() {
    document.title = document.title.replace(`${this.dataset.title} `, "");
  }

  lead(event) {
    const link = event.target.closest("a");
    const goal = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!goal) return;
    event.preventDefault();
    for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const field = goal.closest(".field") ?? goal;
    const input = goal.matches(FOCUSABLE) && goal.checkVisibility() ? goal : field.querySelector(`:is(${FOCUSABLE}):not([hidden])`);
    field.scrollIntoView({ block: "start" });
    input?.focus({ preventScroll: true });
  }
});
