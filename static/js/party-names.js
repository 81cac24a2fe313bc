/**
 * <party-names> around the parties of an agreement keeps the choices of a party in other rows (select[data-parties])
 * as the parties are typed, added, removed and moved. Without this file the server draws them with every added row.
 */
class PartyNames extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    for (const kind of ["input", "change"]) this.addEventListener(kind, () => this.#later());
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), 150);
  }

  #tell() {
    const parties = this.#parties();
    for (const select of this.closest("form").querySelectorAll("select[data-parties]")) {
      const chosen = select.value;
      select.replaceChildren(select.options[0], ...parties.map(({ value, text }) => new Option(text, value)));
      select.value = chosen;
      if (select.value !== chosen) select.value = ""; // the party was removed
    }
  }

  #parties() {
    const rows = [...this.querySelectorAll(":scope > row-list > .row:not([data-deleted])")];
    return rows.map((row) => {
      const prefix = row.id.replace(/^row-/, "");
      const field = (name) => row.querySelector(`[name="${prefix}-${name}"]`)?.value ?? "";
      const names = ["organisation_text", "region_text"].map((name) => field(name).split(" — ")[0]).filter(Boolean);
      const title = row.querySelector(":scope > .row-title [data-number]").textContent;
      const value = field("key") || `row-${prefix.split("-").at(-1)}`;
      return { value, text: names.length ? `${title}: ${names.join(", ")}` : title };
    });
  }
}

customElements.define("party-names", PartyNames);
