// Opens a[data-dialog] in a dialog instead of leaving the page, so that nothing typed is lost ("create in place").
// A view ends it with HX-Trigger "dialog-done"; the opener then gets an event of that name with the same detail.

customElements.define("modal-dialog", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector(".dialog-body");
    document.addEventListener("click", (event) => this.open(event));
    document.body.addEventListener("dialog-done", (event) => this.done(event));
    this.dialog.addEventListener("click", (event) => event.target.closest("[data-close]") && this.dialog.close());
    this.body.addEventListener("htmx:afterSettle", (event) => event.target === this.body && this.settled());
    this.dialog.addEventListener("close", () => this.body.replaceChildren());
  }

  async open(event) {
    const link = event.target.closest("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.opener = link;
    await window.htmx.ajax("GET", link.href, { target: this.body, source: this.body, swap: "innerHTML" }).catch(() => {}); // toast-stack says what failed
    if (!this.body.childElementCount) return;
    if (!this.dialog.open) this.dialog.showModal();
    this.begin();
  }

  // One dialog may lead on to the next: what was focused is gone then, unless the new one (a summary of errors) took it.
  settled() {
    if (this.dialog.open && !this.body.contains(document.activeElement)) this.begin();
  }

  begin() {
    this.dialog.setAttribute("aria-label", this.body.querySelector(".dialog-title")?.textContent.trim() ?? "");
    const found = (selector) => [...this.body.querySelectorAll(selector)].find((element) => element.checkVisibility());
    (found("[autofocus], input:not([type=hidden]), select, textarea") ?? found("a[href], button"))?.focus();
  }

  done(event) {
    if (!this.dialog.open || event.target === this.opener) return;
    this.dialog.close();
    this.opener.focus();
    this.opener.dispatchEvent(new CustomEvent("dialog-done", { bubbles: true, detail: event.detail }));
  }
});
