// Short messages in the corner: those of the page, those a view sends (HX-Trigger "toast"), and failures of htmx.
// What the page asks by itself ([data-background]: hints while somebody types) fails in silence.
// Good news leaves after ten seconds, unless it is being read; warnings stay until they are closed.

const LEAVES_AFTER = 10_000;
const LEAVING = ["info", "good", "quiet"];

customElements.define("toast-stack", class extends HTMLElement {
  connectedCallback() {
    this.words = this.querySelector("template").dataset;
    this.addEventListener("click", (event) => event.target.closest(".toast-close")?.closest(".toast").remove());
    document.body.addEventListener("toast", (event) => this.say(event.detail.message, event.detail.tone));
    document.body.addEventListener("htmx:sendError", (event) => this.fail(event, this.words.offline, "warn"));
    document.body.addEventListener("htmx:timeout", (event) => this.fail(event, this.words.offline, "warn"));
    document.body.addEventListener("htmx:responseError", (event) => this.fail(event, this.wordsFor(event.detail.xhr.status), "bad"));
    document.body.addEventListener("htmx:beforeSwap", (event) => this.mindTheDoor(event.detail));
    // Put in again, because a live region only speaks of what changes.
    const waiting = [...this.querySelectorAll(":scope > .toast")];
    for (const toast of waiting) toast.remove();
    setTimeout(() => waiting.forEach((toast) => this.show(toast)), 100);
  }

  fail(event, message, tone) {
    if (!event.detail.elt?.closest("[data-background]")) this.say(message, tone);
  }

  /** The same words twice at a time are a wall, not news. */
  say(message, tone = "info") {
    if ([...this.querySelectorAll(":scope > .toast")].some((toast) => this.says(toast, message, tone))) return;
    const toast = this.querySelector("template").content.firstElementChild.cloneNode(true);
    toast.dataset.tone = tone;
    toast.querySelector("p").textContent = message;
    for (const icon of toast.querySelectorAll("[data-for]")) if (icon.dataset.for !== tone) icon.remove();
    this.show(toast);
  }

  says(toast, message, tone) {
    return toast.dataset.tone === tone && toast.querySelector("p").textContent === message;
  }

  show(toast) {
    this.append(toast);
    if (!LEAVING.includes(toast.dataset.tone)) return;
    const leave = () => toast.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : toast.remove();
    setTimeout(leave, LEAVES_AFTER);
  }

  /** A session that ended answers with the sign-in page: it must not be swapped over what somebody is typing. */
  mindTheDoor(detail) {
    if (new URL(detail.xhr.responseURL || location.href).pathname !== this.words.door) return;
    detail.shouldSwap = false;
    this.say(this.words.refused, "warn");
  }

  wordsFor(status) {
    if (status === 404 || status === 410) return this.words.gone;
    return status === 403 || status === 401 ? this.words.refused : this.words.failed;
  }
});
