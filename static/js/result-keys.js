// Through results with the arrow keys: down from the search box to the first, up and down between them, up to the box.

customElements.define("result-keys", class extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    document.addEventListener("keydown", (event) => this.press(event), { signal: this.leave.signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const boxes = [...document.querySelectorAll("#search, #search-here")];
    const stops = [boxes.find((box) => box.checkVisibility()), ...this.querySelectorAll(".card-link")];
    const here = stops.indexOf(document.activeElement);
    if (here < 0 || !stops[here + step]) return;
    event.preventDefault();
    stops[here + step].focus();
  }
});
