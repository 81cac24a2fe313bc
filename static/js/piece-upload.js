// Sends large files in pieces while the form is filled in, one after the other: a broken line is waited for, and sending
// goes on where it broke, also after the page was closed and the same file was chosen again. Small files go with the form
// as ever. A file that is refused holds nothing up.

const LARGE = 1_048_576;
const TRIES = 6;
const pause = (seconds) => new Promise((resolve) => {
  setTimeout(resolve, seconds * 1000);
  addEventListener("online", resolve, { once: true });
});
const checksum = async (piece) => {
  if (!crypto.subtle) return "";
  const digest = await crypto.subtle.digest("SHA-256", piece);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

class Refused extends Error {} // no file that is kept
class Stopped extends Error {} // it may go on later

customElements.define("piece-upload", class extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input || this.list) return;
    this.sending = new Set();
    this.turn = Promise.resolve();
    this.list = Object.assign(document.createElement("ul"), { className: "piece-list" });
    this.note = Object.assign(document.createElement("p"), { className: "piece-note" });
    this.note.setAttribute("role", "status");
    this.append(this.list, this.note);
    for (const line of this.querySelectorAll("[data-arrived].piece-line")) {
      line.key = line.querySelector("input").value;
      line.append(this.button(line, this.dataset.remove, () => this.remove(line)));
    }
    this.input.addEventListener("change", () => this.take());
    this.form = this.input.form;
    this.hold = (event) => this.wait(event);
    this.form?.addEventListener("submit", this.hold, { capture: true });
  }

  disconnectedCallback() {
    this.form?.removeEventListener("submit", this.hold, { capture: true });
    this.gone = true;
  }

  take() {
    const most = Number(this.input.dataset.maxMb || Infinity) * LARGE;
    const large = [...this.input.files].filter((file) => file.size > LARGE && file.size <= most);
    if (!this.input.multiple && this.input.files.length) for (const line of this.querySelectorAll(".piece-line")) this.drop(line);
    if (!large.length) return;
    const rest = new DataTransfer();
    for (const file of this.input.files) if (!large.includes(file)) rest.items.add(file);
    this.input.files = rest.files;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    for (const file of large) this.add(file);
  }

  add(file) {
    const line = document.createElement("li");
    line.className = "piece-line";
    line.file = file;
    line.append(
      Object.assign(document.createElement("span"), { className: "piece-name", textContent: `${file.name} (${(file.size / LARGE).toFixed(1)} MB)` }),
      Object.assign(document.createElement("progress"), { max: file.size, value: 0 }),
      Object.assign(document.createElement("span"), { className: "piece-state muted" }),
    );
    line.append(this.button(line, this.dataset.remove, () => this.remove(line)));
    line.querySelector("progress").setAttribute("aria-label", file.name);
    this.list.append(line);
    this.send(line);
  }

  button(line, text, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet button-small", textContent: text });
    made.setAttribute("aria-label", `${text}: ${line.querySelector(".piece-name").textContent}`);
    made.addEventListener("click", act);
    return made;
  }

  send(line) {
    this.sending.add(line);
    line.querySelector("[data-again]")?.remove();
    this.turn = this.turn.then(() => this.sendNow(line));
  }

  async sendNow(line) {
    try {
      await this.sendAll(line);
      const key = Object.assign(document.createElement("input"), { type: "hidden", name: `${this.dataset.name}_arrived`, value: line.key });
      line.append(key);
      this.say(line, this.dataset.arrived);
      line.querySelector("progress").remove();
      line.dataset.arrived = "";
      this.sending.delete(line);
      this.release();
    } catch (error) {
      if (line.dropped || this.gone) return;
      const told = error instanceof Refused || error instanceof Stopped;
      this.say(line, told ? error.message : this.dataset.stopped);
      const again = this.button(line, this.dataset.again, () => this.send(line));
      again.dataset.again = "";
      line.append(again);
      line.dataset.stopped = "";
      if (error instanceof Refused) this.leaveOut(line);
    }
  }

  async sendAll(line) {
    const { file } = line;
    delete line.dataset.stopped;
    await this.dropping; // the same file may just have been thrown away
    const about = new URLSearchParams({ name: file.name, size: file.size, marker: `${file.name}/${file.size}/${file.lastModified}` });
    let state = await this.ask(line, this.dataset.url, { method: "POST", body: about });
    line.key = state.key;
    const { piece: size } = state;
    while (state.arrived < file.size) {
      this.show(line, state.arrived);
      const piece = await file.slice(state.arrived, state.arrived + size).arrayBuffer();
      const headers = { "Content-Type": "application/octet-stream", "X-Checksum": await checksum(piece) };
      const answer = await this.ask(line, `${this.dataset.url}${line.key}/?at=${state.arrived}`, { method: "POST", body: piece, headers });
      state = { ...state, arrived: answer.arrived };
    }
  }

  // One answer; a broken line is waited for, longer each time.
  async ask(line, url, request) {
    for (let n = 0; ; n += 1) {
      if (line.dropped || this.gone) throw new Error("dropped");
      try {
        const headers = { ...request.headers, "X-CSRFToken": this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "" };
        const answer = await fetch(url, { ...request, headers, redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.status === 403) throw new Stopped(this.dataset.signedOut);
        if (answer.ok || answer.status === 409) return await answer.json();
        const why = answer.status === 422 ? await answer.json() : null;
        if (why && why.code !== "damaged") throw new Refused(why.why);
        if (answer.status === 404 || answer.status === 413) throw new Stopped(this.dataset.stopped);
      } catch (error) {
        if (error instanceof Refused || error instanceof Stopped) throw error;
      }
      if (n >= TRIES) throw new Stopped(this.dataset.stopped);
      this.say(line, this.dataset.waiting);
      await pause(2 ** n);
    }
  }

  show(line, arrived) {
    line.querySelector("progress").value = arrived;
    this.say(line, this.dataset.sending.replace("%s", Math.floor((arrived / line.file.size) * 100)));
  }

  say(line, text) {
    line.querySelector(".piece-state").textContent = text;
  }

  remove(line) {
    this.drop(line);
    this.input.focus();
  }

  drop(line) {
    line.dropped = true;
    this.sending.delete(line);
    line.remove();
    const token = this.form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    const away = { method: "DELETE", headers: { "X-CSRFToken": token } };
    if (line.key) this.dropping = fetch(`${this.dataset.url}${line.key}/`, away).catch(() => {});
    this.release();
  }

  // A form that is sent too early is held until its files are there.
  wait(event) {
    if (!this.sending.size) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = { submitter: event.submitter };
    this.note.textContent = this.dataset.held;
  }

  // Who has pressed the button already presses it again: they should read first what was refused.
  leaveOut(line) {
    this.sending.delete(line);
    if (!this.held) return;
    this.held = null;
    this.note.textContent = this.dataset.leftOut;
  }

  release() {
    if (!this.held || this.sending.size) return;
    const { submitter } = this.held;
    this.held = null;
    this.note.textContent = "";
    this.form.requestSubmit(submitter ?? undefined);
  }
});
