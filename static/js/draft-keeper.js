/**
 * <draft-keeper data-user="7"> around a form keeps what is typed in this browser, at most 1.5 s after the last key, and
 * offers it back after a crash, a reload or an expired session. A draft belongs to one person, page and form (`submission`).
 *
 * It is taken back by sending it to the form's own address with `restore`: the server draws all rows, added ones too, and
 * judges nothing. A draft goes when the server says that it was saved (the cookie `saved` names the submission), when it is
 * discarded, after 30 days, when somebody signs out, and when somebody else opens a form in this browser.
 */
const PREFIX = "simpul.draft.";
const PAUSE = 1500; // milliseconds after the last key
const LONGEST = 5000; // who types without a pause is not made to wait for one
const DAYS = 30;
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

function forgetSaved() {
  const saved = document.cookie.match(/(?:^|; )saved=([\w-]+)/)?.[1];
  if (!saved) return;
  forgetWhere((draft) => draft.submission === saved);
  document.cookie = "saved=; path=/; max-age=0; samesite=lax";
}

let signingOut = false;

try {
  forgetSaved();
  forgetWhere((draft) => Date.now() - draft.at > DAYS * 86_400_000);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    signingOut = true;
    forgetWhere(() => true);
  });
} catch {
  // storage is switched off: drafts cannot be kept, the form works without
}

class DraftKeeper extends HTMLElement {
  #form;
  #state;
  #offer;
  #timer = 0;
  #since = 0; // when the words that are not kept yet began
  #before = "";
  #gone = false;
  #wasSent = false;

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#state = this.querySelector("[data-state]");
    this.#offer = this.querySelector("[data-offer]");
    if (!this.#form) return;
    this.#form.autocomplete = "off"; // else Back fills in anew what was saved: what was not is in the draft
    this.#forgetOthers();
    this.#before = JSON.stringify(this.#entries());
    this.#form.addEventListener("input", () => this.#later());
    this.#form.addEventListener("change", () => this.#later());
    this.#form.addEventListener("submit", (event) => this.#sent(event));
    addEventListener("pagehide", () => this.#keep());
    document.addEventListener("visibilitychange", () => document.hidden && this.#keep());
    addEventListener("pageshow", (event) => event.persisted && this.#again());
    this.#lookForOne();
    if (this.hasAttribute("data-filled")) this.#later(); // what an answer brought back is not saved either
  }

  get #key() {
    return [PREFIX + this.dataset.user, location.pathname, this.#value("submission"), this.#value("version")].join("|");
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
    if (signingOut || this.#gone || (!this.hasAttribute("data-filled") && JSON.stringify(entries) === this.#before)) return;
    const draft = { user: this.dataset.user, path: location.pathname, submission: this.#value("submission"), at: Date.now(), entries };
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
    const found = this.#mine().sort((one, other) => other.at - one.at)[0];
    if (!found || !this.#offer) return;
    this.#offer.querySelector("[data-when]").textContent = this.#time(found.at);
    this.#offer.querySelector("[data-restore]").addEventListener("click", () => this.#restore(found));
    this.#offer.querySelector("[data-discard]").addEventListener("click", () => this.#discard());
    this.#offer.hidden = false;
  }

  /** Who comes after an expired session finds nothing of whoever was here before. */
  #forgetOthers() {
    try {
      forgetWhere((draft) => draft.user !== this.dataset.user);
    } catch {
      // storage is switched off
    }
  }

  /** Drafts of this person on this page, but not of the form that is on the screen already. */
  #mine() {
    const shown = this.hasAttribute("data-filled") ? this.#value("submission") : null;
    try {
      return drafts().filter((draft) => draft.user === this.dataset.user && draft.path === location.pathname && draft.submission !== shown);
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
    const form = document.createElement("form");
    form.method = "post";
    form.action = this.#form.action;
    const fresh = ["csrfmiddlewaretoken", this.#value("csrfmiddlewaretoken")];
    for (const [name, value] of [fresh, ...draft.entries, ["restore", "1"]]) {
      const field = value.includes("\n") ? document.createElement("textarea") : document.createElement("input");
      if (field.localName === "input") field.type = "hidden";
      Object.assign(field, { name, value });
      form.append(field);
    }
    form.hidden = true;
    document.body.append(form);
    this.#gone = true;
    form.submit();
  }

  #discard() {
    for (const draft of this.#mine()) localStorage.removeItem(draft.key);
    this.#offer.hidden = true;
    this.#form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
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
