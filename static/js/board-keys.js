/**
 * <board-keys> lets the arrow keys go over a board: up and down within a column, left and right to the nearest card of
 * the next column that has one, Home and End to its ends. M opens the menu of the card; in it up and down go over its
 * entries and Escape leads back. All of it are links, so the Tab key works as everywhere.
 */
class BoardKeys extends HTMLElement {
  connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "";
    this.addEventListener("keydown", (event) => this.#pressed(event));
    this.addEventListener("toggle", (event) => this.#toggled(event.target), true);
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const card = event.target.closest(".board-card");
    if (!card) return;
    const menu = card.querySelector(".board-menu");
    const goal = menu?.open && menu.contains(event.target) ? this.#inMenu(menu, event) : this.#onBoard(card, menu, event.key);
    if (!goal) return;
    event.preventDefault();
    goal.focus();
    goal.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #onBoard(card, menu, key) {
    const cards = [...card.parentElement.children];
    const place = cards.indexOf(card);
    const steps = { ArrowUp: cards[place - 1], ArrowDown: cards[place + 1], Home: cards[0], End: cards.at(-1) };
    if (key in steps) return steps[key]?.querySelector(".board-link") ?? card.querySelector(".board-link");
    if (key === "ArrowLeft") return this.#beside(card, place, -1);
    if (key === "ArrowRight") return this.#beside(card, place, 1);
    if (key.toLowerCase() !== "m" || !menu) return null;
    menu.open = true;
    return this.#entries(menu)[0] ?? menu.querySelector("summary");
  }

  #inMenu(menu, event) {
    const entries = this.#entries(menu);
    const place = entries.indexOf(event.target);
    if (event.key === "ArrowDown") return entries[(place + 1) % entries.length];
    if (event.key === "ArrowUp") return entries.at(place > 0 ? place - 1 : -1);
    if (event.key !== "Escape") return null;
    menu.open = false;
    return menu.querySelector("summary");
  }

  #beside(card, place, step) {
    const columns = [...this.querySelectorAll(".board-column")];
    for (let at = columns.indexOf(card.closest(".board-column")) + step; columns[at]; at += step) {
      const cards = columns[at].querySelectorAll(".board-card");
      if (cards.length) return cards[Math.min(place, cards.length - 1)].querySelector(".board-link");
    }
    return null;
  }

  #entries(menu) {
    return [...menu.querySelectorAll("a[href], button")];
  }

  #toggled(menu) {
    if (!menu.open || !menu.matches?.(".board-menu")) return;
    menu.closest(".board-card").scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

customElements.define("board-keys", BoardKeys);
