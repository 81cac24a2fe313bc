/**
 * <month-keys> lets the arrow keys go from day to day in a month, Home and End to the ends of the week; Enter opens the
 * agenda of the day. All of it are links, so the Tab key works as everywhere.
 */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

class MonthKeys extends HTMLElement {
  connectedCallback() {
    if (this.dataset.ready) return;
    this.dataset.ready = "";
    this.addEventListener("keydown", (event) => this.#pressed(event));
  }

  #pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const here = event.target.closest(".month-day");
    if (!here) return;
    const days = [...this.querySelectorAll(".month-day")].filter((day) => day.checkVisibility());
    const place = days.indexOf(here);
    const goal = this.#goal(event.key, days, place);
    if (!goal) return;
    event.preventDefault();
    goal.querySelector(".month-date").focus();
    goal.scrollIntoView({ block: "nearest" });
  }

  #goal(key, days, place) {
    const asList = getComputedStyle(days[place]).display !== "table-cell";
    if (key in STEPS) return days[place + (asList ? Math.sign(STEPS[key]) : STEPS[key])];
    const week = days[place].parentElement.querySelectorAll(".month-day");
    return { Home: week[0], End: week[week.length - 1] }[key];
  }
}

customElements.define("month-keys", MonthKeys);
