// Ticking rows of a list: one tick for all of the page, a count, and “the ticked ones” chosen by ticking.
// Without it each row is ticked by hand; the form works alike.
customElements.define(
  "pick-rows",
  class extends HTMLElement {
    connectedCallback() {
      const head = this.querySelector("[data-pick-all]");
      if (!head || head.querySelector("input")) return;
      this.all = document.createElement("input");
      this.all.type = "checkbox";
      this.all.setAttribute("aria-label", head.dataset.pickAll);
      head.append(this.all);
      this.all.addEventListener("change", () => {
        for (const box of this.boxes) box.checked = this.all.checked;
      });
      this.addEventListener("change", this);
      this.tell();
    }

    get boxes() {
      return [...this.querySelectorAll('input[name="pick"]')];
    }

    handleEvent(event) {
      if (event.target === this.all || event.target.name === "pick") {
        const ticked = this.querySelector('input[name="all"][value=""]');
        if (ticked) ticked.checked = true;
      }
      this.tell();
    }

    tell() {
      const boxes = this.boxes;
      const picked = boxes.filter((box) => box.checked).length;
      this.all.checked = picked > 0 && picked === boxes.length;
      this.all.indeterminate = picked > 0 && picked < boxes.length;
      const count = this.querySelector("[data-picked]");
      count.hidden = !picked;
      count.textContent = picked;
    }
  },
);
