/**
 * <combo-box src="…"> makes a text field with a hidden value into a list that one can type into (ARIA combobox pattern).
 *
 * Without it the server resolves the typed words itself, so nothing here is needed to send the form.
 * Every word on screen comes from the server: the part at `src?q=…` holds one <p data-status> and the <li role="option">s.
 * A <li data-create="address"> opens the page that creates the record, in the dialog of the page.
 */
class ComboBox extends HTMLElement {
  static #pause = 150;
  #input;
  #hidden;
  #clear;
  #toggle;
  #list;
  #status;
  #link;
  #timer = 0;
  #asked = null;
  #active = -1;

  connectedCallback() {
    this.#input = this.querySelector("input.combobox-input");
    this.#hidden = this.querySelector("input[type=hidden]");
    if (!this.#input || !this.#hidden || this.#list?.isConnected) return;
    this.#clear = this.querySelector(".combobox-clear");
    this.#toggle = this.querySelector(".combobox-toggle");
    this.#link = this.querySelector("a[data-create-link]");
    if (this.closest("dialog")) this.#link?.removeAttribute("data-dialog"); // no dialog over a dialog: a page of its own
    this.#build();
    this.#input.addEventListener("input", () => this.#typed());
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#input.addEventListener("blur", () => this.#close());
    this.#list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the field
    this.#list.addEventListener("click", (event) => this.#choose(event.target.closest("li")));
    this.#clear?.addEventListener("click", () => this.#empty());
    this.#toggle?.addEventListener("mousedown", (event) => event.preventDefault());
    this.#toggle?.addEventListener("click", () => this.#flip());
    this.addEventListener("dialog-done", (event) => this.#created(event.detail));
    this.#input.form?.addEventListener("formdata", (event) => this.#tidy(event));
    this.#reflect();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
  }

  /** Take a record: what a choice, a created record or another script does. */
  fill(value, label) {
    this.#hidden.value = value;
    this.#input.value = label;
    this.querySelector(".lookup-candidates")?.remove(); // the question is answered
    this.#close();
    this.#reflect();
    this.#tell();
  }

  #build() {
    const id = `${this.#input.id}_list`;
    this.#list = Object.assign(document.createElement("ul"), { className: "combobox-list", id, hidden: true });
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", this.#input.labels?.[0]?.textContent.trim() ?? "");
    this.#status = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    this.#status.setAttribute("role", "status");
    this.#input.after(this.#list, this.#status);
    const roles = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": id,
      autocapitalize: "off",
    };
    for (const [name, value] of Object.entries(roles)) this.#input.setAttribute(name, value);
    if (this.#toggle) this.#toggle.hidden = false;
  }

  #typed() {
    this.#hidden.value = "";
    this.#reflect();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), ComboBox.#pause);
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = new AbortController();
    const url = new URL(this.getAttribute("src"), document.baseURI);
    url.searchParams.set("q", this.#hidden.value ? "" : this.#input.value);
    try {
      const answer = await fetch(url, { signal: this.#asked.signal, headers: { "X-Requested-With": "combo-box" } });
      if (answer.ok && !answer.redirected) this.#show(await answer.text());
    } catch (fault) {
      if (fault.name !== "AbortError") this.#close(); // offline: the words stay, the server resolves them
    }
  }

  #show(html) {
    if (!this.contains(document.activeElement)) return;
    const part = new DOMParser().parseFromString(html, "text/html");
    const all = [...part.querySelectorAll("li")].filter((row) => !row.dataset.create || this.#mayCreate());
    this.#list.replaceChildren(...all);
    const rows = this.#rows;
    rows.forEach((row, index) => {
      row.id = `${this.#list.id}_${index}`;
      row.setAttribute("aria-selected", String(Boolean(row.dataset.value) && row.dataset.value === this.#hidden.value));
    });
    this.#status.textContent = part.querySelector("[data-status]")?.textContent.trim() ?? "";
    this.#open();
    this.#mark(rows.findIndex((row) => row.hasAttribute("data-exact")));
  }

  #pressed(event) {
    const keys = {
      ArrowDown: () => (this.#isOpen ? this.#move(1) : this.#ask()),
      ArrowUp: () => (this.#isOpen ? this.#move(-1) : this.#ask()),
      Enter: () => this.#isOpen && (this.#active >= 0 ? this.#choose(this.#rows[this.#active]) : this.#mark(0)),
      Escape: () => (this.#isOpen ? this.#close() : this.#input.value && this.#empty()),
      Home: () => this.#isOpen && this.#active >= 0 && this.#mark(0),
      End: () => this.#isOpen && this.#active >= 0 && this.#mark(this.#rows.length - 1),
    };
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing || !(event.key in keys)) return;
    const wasOpen = this.#isOpen;
    const done = keys[event.key]();
    if (done !== false && (wasOpen || event.key.startsWith("Arrow"))) {
      event.preventDefault();
      event.stopPropagation(); // Escape closes the list, not the dialog around it
    }
  }

  #move(step) {
    const count = this.#rows.length;
    if (count) this.#mark((this.#active + step + count + (this.#active < 0 && step < 0 ? 1 : 0)) % count);
  }

  #mark(index) {
    this.#rows[this.#active]?.removeAttribute("data-active");
    this.#active = index;
    const row = this.#rows[index];
    if (row) {
      row.setAttribute("data-active", "");
      row.scrollIntoView({ block: "nearest" });
      this.#input.setAttribute("aria-activedescendant", row.id);
    } else {
      this.#input.removeAttribute("aria-activedescendant");
    }
  }

  #choose(row) {
    if (!row) return;
    if (row.dataset.create) {
      this.#close();
      this.#link.href = row.dataset.create;
      this.#link.click();
    } else if (row.dataset.value) {
      this.fill(row.dataset.value, row.dataset.label);
    }
  }

  #empty() {
    this.#input.focus();
    this.fill("", "");
  }

  #created({ id, label }) {
    this.#input.focus();
    this.fill(id, label);
  }

  #flip() {
    if (this.#isOpen) this.#close();
    else {
      this.#input.focus();
      this.#ask();
    }
  }

  #open() {
    this.#list.hidden = this.#list.childElementCount === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
  }

  #close() {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#mark(-1);
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
  }

  /** Show what the field holds: the clear button only when there is something to clear. */
  #reflect() {
    if (this.#clear) this.#clear.hidden = !this.#input.value;
    this.toggleAttribute("data-chosen", Boolean(this.#hidden.value));
  }

  #tell() {
    for (const name of ["input", "change"]) this.#hidden.dispatchEvent(new Event(name, { bubbles: true }));
  }

  /** In an address the value is enough; the words beside it would only make it long. */
  #tidy(event) {
    if (this.#input.form.method !== "get") return;
    if (this.#hidden.value || !this.#input.value) event.formData.delete(this.#input.name);
    if (!this.#hidden.value) event.formData.delete(this.#hidden.name);
  }

  #mayCreate() {
    return Boolean(this.#link?.hasAttribute("data-dialog"));
  }

  get #isOpen() {
    return !this.#list.hidden;
  }

  get #rows() {
    return [...this.#list.querySelectorAll("[role=option]")]; // headings and “nothing fits” are passed over
  }
}

customElements.define("combo-box", ComboBox);
