// A button beside a password that shows what was typed, and hides it again before the form is sent.

customElements.define("show-password", class extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    if (!input || this.querySelector("button")) return;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-small" });
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? this.dataset.hide : this.dataset.show;
      button.setAttribute("aria-pressed", shown);
    };
    button.setAttribute("aria-label", this.dataset.label);
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
    show(false);
    this.append(button);
  }
});
