/* The button that opens the print dialog; without JavaScript it stays hidden and the browser's own does it. */
customElements.define(
  "print-button",
  class extends HTMLElement {
    connectedCallback() {
      this.hidden = false;
      this.querySelector("button").addEventListener("click", () => window.print());
    }
  },
);
