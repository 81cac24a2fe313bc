/**
 * <draft-list data-user="7"> lists the forms that this person began in this browser and has not saved: <draft-keeper> keeps
 * them here, the server knows nothing of them. Hidden while there are none. `template[data-begins]` says what kind of form
 * stands at an address: the first that fits counts.
 */
const PREFIX = "simpul.draft.";
const TITLES = /(^|-)(title|purpose|name|text|partner_text|words|reason|answer)$/;
const LONGEST = 90; // characters of a title

customElements.define(
  "draft-list",
  class extends HTMLElement {
    connectedCallback() {
      this.list = this.querySelector("ul");
      try {
        this.show();
      } catch {
        // storage is switched off: there are no drafts
      }
    }

    /** The newest draft of each page, the newest first. */
    get drafts() {
      const found = new Map();
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
        const draft = this.read(key);
        if (draft?.user !== this.dataset.user || !draft.path?.startsWith("/")) continue;
        if (!(found.get(draft.path)?.at > draft.at)) found.set(draft.path, draft);
      }
      return [...found.values()].sort((one, other) => other.at - one.at);
    }

    read(key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch {
        return null;
      }
    }

    show() {
      const drafts = this.drafts;
      this.list.replaceChildren(...drafts.map((draft) => this.line(draft)));
      this.hidden = drafts.length === 0;
    }

    line(draft) {
      const line = this.querySelector("template[data-line]").content.firstElementChild.cloneNode(true);
      const kind = this.kind(draft.path);
      const typed = draft.entries?.find(([name, value]) => TITLES.test(name) && value.trim())?.[1].trim() ?? "";
      const title = typed.length > LONGEST ? `${typed.slice(0, LONGEST - 1)}…` : typed;
      line.querySelector("a").href = draft.path;
      line.querySelector("a").textContent = title ? `${kind}: ${title}` : kind;
      line.querySelector("[data-when]").textContent = this.when(draft.at);
      line.querySelector("[data-what]").textContent = title || kind;
      line.querySelector("button").addEventListener("click", () => this.discard(draft));
      return line;
    }

    kind(path) {
      const kinds = [...this.querySelectorAll("template[data-begins]")];
      return kinds.find((kind) => path.startsWith(kind.dataset.begins))?.content.textContent.trim() ?? path;
    }

    when(at) {
      const shape = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hour12: false };
      const lang = document.documentElement.lang;
      return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, shape).format(at);
    }

    /** This form in all its versions; an earlier form of the same page takes its line. */
    discard({ path, submission }) {
      for (const key of Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) {
        const draft = this.read(key);
        const isOfForm = draft?.path === path && draft.submission === submission;
        if (isOfForm && draft.user === this.dataset.user) localStorage.removeItem(key);
      }
      this.show();
      (this.querySelector("a") ?? document.querySelector("main")).focus();
    }
  },
);
