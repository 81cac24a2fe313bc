// A file input onto which files can be dropped; lists what was chosen and says at once what is too large.

customElements.define("file-drop", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input || this.list) return;
    const hint = Object.assign(document.createElement("p"), { className: "file-drop-hint", textContent: this.dataset.hint ?? "" });
    this.list = Object.assign(document.createElement("ul"), { className: "file-drop-list" });
    this.list.setAttribute("aria-live", "polite");
    this.append(hint, this.list);
    this.input.addEventListener("change", () => this.show());
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) this.addEventListener(kind, (event) => this.drag(event));
  }

  drag(event) {
    event.preventDefault();
    this.toggleAttribute("data-over", event.type === "dragenter" || event.type === "dragover");
    if (event.type !== "drop" || !event.dataTransfer.files.length) return;
    this.input.files = event.dataTransfer.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    const most = Number(this.input.dataset.maxMb || Infinity);
    this.list.replaceChildren(...[...this.input.files].map((file) => {
      const line = document.createElement("li");
      const size = file.size / 1_048_576;
      line.textContent = `${file.name} (${size < 0.1 ? "< 0.1" : size.toFixed(1)} MB)`;
      if (size > most) {
        line.dataset.tooBig = "";
        line.textContent += `: ${this.dataset.tooBig.replace("%s", most)}`;
      }
      return line;
    }));
  }
});
