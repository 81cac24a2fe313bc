/**
 * <draft-keeper data-user="7"> around a form keeps what is typed in this browser, at most 1.5 s after the last key, and
 * offers it back after a crash, a reload or an expired session. A draft belongs to one person, page and form (`submission`).
 * A form in a dialog, or one of several on a page, names the address of its own page: data-path="/visits/7/notes/".
 *
 * It is taken back by sending it to the form's own address with `restore`: the server draws all rows, added ones too, and
 * judges nothing. A draft goes when the server says that it was saved (the cookie `saved` names the submission), when it is
 * discarded, after 30 days, when somebody signs out, and when somebody else opens a form in this browser.
 */
const PREFIX = "simpul.draft.";
const PAUSE = 1500; // milliseconds after the last key
const LONGEST = 5000; // who types without a pause is not made to wait for one
const DAYS = 30;
const FIELD = "input:not([type=hidden]), select, textarea";
const NEVER_KEPT = new Set(["csrfmiddlewaretoken"]);

function drafts() {
  return Object.keys(localStorage)
    .filter((key) => key.startsWith(PREFIX))
    .map((key) => {
      try {
        return { key, ...JSON.parse(localStorage.getItem(key)) };
      } catch {
        return { key, at: 0 };
      }
    });
}

function forgetWhere(test) {
  for (const draft of drafts()) if (test(draft)) localStorage.removeItem(draft.key);
}

const saved = new Set(); // the submissions that were saved while this page is open

function forgetSaved() {
  const submission = document.cookie.match(/(?:^|; )saved=([\w-]+)/)?.[1];
  if (!submission) return;
  saved.add(submission);
  forgetWhere((draft) => draft.submission === submission);
  document.cookie = "saved=; path=/; max-age=0; samesite=lax";
}

const SIGNED_OUT = "simpul.signed-out";
let signingOut = false; // here or in another tab: what stands on this page is kept no more

addEventListener("storage", (event) => event.key === SIGNED_OUT && (signingOut = true));

try {
  forgetSaved();
  forgetWhere((draft) => Date.now() - draft.at > DAYS * 86_400_000);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    signingOut = true;
    forgetWhere(() => true);
    localStorage.setItem(SIGNED_OUT, Date.now());
  });
} catch {
  // storage is switched off: drafts cannot be kept, the form works without
}

class DraftKeeper extends HTMLElement {
  #form;
  #state;
  #offer;
  #found; // the draft that is offered
  #timer = 0;
  #since = 0; // when the words that are not kept yet began
  #before = "";
  #gone = false;
  #listening;
  #wasSent = false;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#state = this.querySelector("[data-state]");
    this.#offer = this.querySelector("[data-offer]");
    if (!this.#form) return;
    this.#form.autocomplete = "off"; // else Back fills in anew what was saved: what was not is in the draft
    this.#forget();
    this.#before = JSON.stringify(this.#entries());
    this.#form.addEventListener("input", () => this.#later());
    this.#form.addEventListener("change", () => this.#later());
    this.#form.addEventListener("submit", (event) => this.#sent(event));
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener("pagehide", () => this.#keep(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.#again(), { signal });
    this.#offer?.querySelector("[data-restore]").addEventListener("click", () => this.#restore(this.#found));
    this.#offer?.querySelector("[data-discard]").addEventListener("click", () => this.#discard());
    this.#lookForOne();
    if (this.hasAttribute("data-filled")) this.#later(); // what an answer brought back is not saved either
  }

  /** The dialog was closed, or an answer took the place of the form. */
  disconnectedCallback() {
    if (!this.#form) return;
    this.#listening.abort();
    this.#forget();
    this.#keep();
  }

  get #path() {
    return this.dataset.path ?? location.pathname;
  }

  get #key() {
    return [PREFIX + this.dataset.user, this.#path, this.#value("submission"), this.#value("version")].join("|");
  }

  #value(name) {
    return this.#form.elements.namedItem(name)?.value ?? "";
  }

  #entries() {
    return [...new FormData(this.#form)].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name));
  }

  #later() {
    clearTimeout(this.#timer);
    this.#since ||= Date.now();
    if (Date.now() - this.#since > LONGEST) this.#keep();
    else this.#timer = setTimeout(() => this.#keep(), PAUSE);
  }

  #keep() {
    clearTimeout(this.#timer);
    this.#since = 0;
    const entries = this.#entries();
    if (signingOut || this.#gone || saved.has(this.#value("submission"))) return;
    if (!this.hasAttribute("data-filled") && JSON.stringify(entries) === this.#before) return;
    const draft = { user: this.dataset.user, path: this.#path, submission: this.#value("submission"), at: Date.now(), entries };
    try {
      localStorage.setItem(this.#key, JSON.stringify(draft));
      this.#tell(`${this.#state.dataset.kept} ${this.#time(draft.at)}`);
    } catch {
      this.#tell(this.#state.dataset.failed);
    }
  }

  #tell(text) {
    if (this.#state) this.#state.textContent = text;
  }

  #time(at) {
    const today = new Date(at).toDateString() === new Date().toDateString();
    const shape = today ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
    return new Intl.DateTimeFormat(document.documentElement.lang, { ...shape, hour12: false }).format(at);
  }

  #lookForOne() {
    if (!this.#offer) return;
    this.#found = this.#mine().sort((one, other) => other.at - one.at)[0];
    this.#offer.hidden = !this.#found;
    if (this.#found) this.#offer.querySelector("[data-when]").textContent = this.#time(this.#found.at);
  }

  /** What was saved meanwhile goes; and who comes after an expired session finds nothing of whoever was here before. */
  #forget() {
    try {
      forgetSaved();
      if (!signingOut) forgetWhere((draft) => draft.user !== this.dataset.user);
    } catch {
      // storage is switched off
    }
  }

  /** Drafts of this person on this page, but not of the form that is on the screen already. */
  #mine() {
    const shown = this.hasAttribute("data-filled") ? this.#value("submission") : null;
    try {
      return drafts().filter((draft) => draft.user === this.dataset.user && draft.path === this.#path && draft.submission !== shown);
    } catch {
      return [];
    }
  }

  #isKept() {
    try {
      return localStorage.getItem(this.#key) !== null;
    } catch {
      return true; // storage is switched off: nobody knows
    }
  }

  #restore(draft) {
    const fresh = ["csrfmiddlewaretoken", this.#value("csrfmiddlewaretoken")];
    const entries = [fresh, ...draft.entries, ["restore", "1"]];
    this.#keep(); // what was typed beside the offer is another draft
    this.#gone = true;
    if (this.#form.hasAttribute("hx-post")) this.#restoreInPlace(entries);
    else this.#restorePage(entries);
  }

  #restorePage(entries) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = this.#form.action;
    for (const [name, value] of entries) {
      const field = value.includes("\n") ? document.createElement("textarea") : document.createElement("input");
      if (field.localName === "input") field.type = "hidden";
      Object.assign(field, { name, value });
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    form.submit();
  }

  /** In a dialog and within a page the form comes back where it stood. */
  async #restoreInPlace(entries) {
    const values = new FormData();
    for (const [name, value] of entries) values.append(name, value);
    const target = this.#form.getAttribute("hx-target");
    const swap = this.#form.getAttribute("hx-swap") ?? "innerHTML";
    await window.htmx.ajax("POST", this.#form.getAttribute("hx-post"), { source: this, target, swap, values }).catch(() => {}); // toast-stack says what failed
    this.#gone = !this.isConnected;
    if (this.#gone) document.querySelector(`${target} draft-keeper`)?.querySelector(FIELD)?.focus();
  }

  /** The one that is offered; an earlier form of this page is offered next, and not thrown away unseen. */
  #discard() {
    const { submission } = this.#found;
    for (const draft of this.#mine()) if (draft.submission === submission) localStorage.removeItem(draft.key);
    this.#lookForOne();
    if (this.#offer.hidden) this.#form.querySelector(FIELD)?.focus();
  }

  /** Keep the draft until the server says that it is saved, and let a double click be one. */
  #sent(event) {
    if (this.#form.dataset.sent) {
      event.preventDefault();
      return;
    }
    this.#keep();
    if (event.defaultPrevented) return;
    this.#wasSent = true;
    this.#form.dataset.sent = "yes";
    setTimeout(() => delete this.#form.dataset.sent, 8000);
  }

  /** Back on a page that the browser had kept as it was. Sent, and no draft any more: it was saved. */
  #again() {
    if (this.#wasSent && !this.#isKept()) location.replace(location.href);
    delete this.#form.dataset.sent;
    this.#before = JSON.stringify(this.#entries()); // only what is typed now is new
    this.removeAttribute("data-filled");
  }
}

customElements.define("draft-keeper", DraftKeeper);
