// allauth reports a passkey that failed, was cancelled or is not supported as an event; people need a sentence.

customElements.define("passkey-help", class extends HTMLElement {
  connectedCallback() {
    document.addEventListener("allauth.error", () => {
      this.hidden = true;
      setTimeout(() => (this.hidden = false), 50);
    });
  }
});
