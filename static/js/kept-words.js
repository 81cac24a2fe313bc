/**
 * <kept-words> on the page to sign in appears when this browser keeps a draft (draft-keeper.js) of the page to which signing
 * in leads: who was sent here by an expired session learns that nothing is lost. It tells nothing of what was typed.
 */
const PREFIX = "simpul.draft.";
const DAYS = 30; // older ones are thrown away

customElements.define(
  "kept-words",
  class extends HTMLElement {
    connectedCallback() {
      try {
        this.hidden = !Object.keys(localStorage).some((key) => this.isOf(key));
      } catch {
        // storage is switched off: there are no drafts
      }
    }

    /** Keys begin with the prefix, the person and the path; forms in dialogs stand at addresses below that of their page. */
    isOf(key) {
      const next = document.querySelector("input[name=next]")?.value.split("?")[0];
      const path = key.split("|")[1] ?? "";
      return Boolean(next) && key.startsWith(PREFIX) && (path === next || (next !== "/" && path.startsWith(next))) && this.isYoung(key);
    }

    isYoung(key) {
      return Date.now() - JSON.parse(localStorage.getItem(key)).at < DAYS * 86_400_000;
    }
  },
);
