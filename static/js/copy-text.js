// A button beside a code or an address that copies it.

customElements.define("copy-text", class extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard || this.querySelector("button")) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small" });
    button.textContent = this.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.firstElementChild.textContent.trim());
      button.textContent = this.dataset.copied;
      setTimeout(() => (button.textContent = this.dataset.copy), 3000);
    });
    this.append(button);
  }
});
