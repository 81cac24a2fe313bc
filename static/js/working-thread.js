// A thread runs along the top while htmx waits for an answer. It shows late (css), so quick answers do not flicker.

customElements.define("working-thread", class extends HTMLElement {
  connectedCallback() {
    let waiting = 0;
    const count = (step) => () => this.toggleAttribute("data-on", (waiting = Math.max(0, waiting + step)) > 0);
    document.addEventListener("htmx:beforeRequest", count(1));
    document.addEventListener("htmx:afterRequest", count(-1));
  }
});
