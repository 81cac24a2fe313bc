/**
 * <row-list> holds the rows of a list in a form. Each of its buttons is a submit button that works without this file:
 * the server draws the page again. Here they work in place: removing folds a row (and can be taken back), moving
 * changes the order of the page and of the hidden numbers, and a row that htmx adds takes the keyboard.
 */
class RowList extends HTMLElement {
  #count = 0;

  connectedCallback() {
    this.#count = this.#rows.length;
    if (this.dataset.ready) return;
    this.dataset.ready = "";
    this.addEventListener("click", (event) => this.#pressed(event));
    this.addEventListener("htmx:afterRequest", (event) => this.#added(event));
  }

  #pressed(event) {
    const button = event.target.closest("button[name]");
    if (!button || button.closest("row-list") !== this) return;
    const row = button.closest(".row");
    const deed = { remove: () => this.#fold(row, true), back: () => this.#fold(row, false), up: () => this.#move(row, -1), down: () => this.#move(row, 1) }[button.name];
    if (!deed) return;
    event.preventDefault();
    deed();
    const next = { remove: "back", back: "remove" }[button.name] ?? button.name;
    row.querySelector(`:scope > .row-tools > [name=${next}]`).focus();
    row.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #fold(row, removed) {
    row.toggleAttribute("data-deleted", removed);
    this.#hidden(row, "removed").value = removed ? "yes" : "";
  }

  #move(row, step) {
    const rows = this.#rows.filter((other) => other === row || !other.hasAttribute("data-deleted"));
    const there = rows[rows.indexOf(row) + step];
    if (!there) return;
    if (step < 0) there.before(row);
    else there.after(row);
    this.#rows.forEach((other, place) => {
      this.#hidden(other, "order").value = place;
    });
  }

  #added(event) {
    const button = event.target;
    if (!event.detail.successful || button.name !== "add" || button.closest("row-list") !== this) return;
    if (this.#rows.length === this.#count) return; // the answer was no row: the session has ended, say
    this.#count = this.#rows.length;
    const row = this.#rows.at(-1);
    const first = [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].find((field) => field.checkVisibility());
    row.scrollIntoView({ block: "nearest" });
    first?.focus({ preventScroll: true });
    row.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #hidden(row, name) {
    const prefix = row.id.replace(/^row-/, "");
    return row.querySelector(`:scope > input[name="${prefix}-${name}"]`);
  }

  get #rows() {
    return [...this.children].filter((child) => child.matches(".row"));
  }
}

customElements.define("row-list", RowList);
