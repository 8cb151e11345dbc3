// The form for a comment or a reply. What is typed is kept until it has arrived, and arrives once.

import { callPatiently, randomKey } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { explain } from "./words.js";

const MAX_LENGTH = 5000;
// From here on the count is worth a look.
const NEARLY = 0.9;

const OUTCOMES = {
  published: "Thank you. Your comment is published.",
  held: "Thank you. A moderator will look at it before it appears.",
  rejected: "Your comment was not published.",
};

let forms = 0;

/** A draft, kept for the tab: over a reload, and over the way to the login. */
class Draft {
  constructor(articleId, parentId) {
    this.place = `parley.draft.${articleId}.${parentId ?? ""}`;
    try {
      this.kept = JSON.parse(sessionStorage.getItem(this.place) ?? "null") ?? {};
    } catch {
      this.kept = {};
    }
  }

  get body() {
    return this.kept.body ?? "";
  }

  /** The Idempotency-Key of this text: the same text tried again is the same comment. */
  keyFor(body) {
    if (this.kept.tried?.body !== body) this.keep({ body, tried: { body, key: randomKey() } });
    return this.kept.tried.key;
  }

  type(body) {
    this.keep({ ...this.kept, body });
  }

  keep(kept) {
    this.kept = kept;
    try {
      sessionStorage.setItem(this.place, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: the draft lives as long as the page.
    }
  }

  drop() {
    this.keep({});
  }
}

export class Form {
  /**
   * @param {object} section
   * @param {{parent: object|null, onClose: (() => void)|null, onOutcome: (comment: object) => void}} options
   */
  constructor(section, { parent, onClose, onOutcome }) {
    this.section = section;
    this.parent = parent;
    this.onOutcome = onOutcome;
    this.draft = new Draft(section.articleId, parent?.id);
    this.isSending = false;
    forms += 1;
    const [field, count] = [`text-${forms}`, `count-${forms}`];
    this.text = h("textarea", { id: field, rows: "4", dir: "auto", "aria-describedby": count, part: "textarea" });
    this.text.value = this.draft.body;
    this.text.addEventListener("input", () => this.typed());
    this.count = h("span", { id: count, class: "count" });
    this.submit = h("button", { type: "submit", class: "primary", part: "submit" }, parent ? "Post reply" : "Post comment");
    this.message = h("p", { class: "message", role: "status" });
    const name = parent && h("bdi", {}, parent.author.name);
    this.element = h(
      "form",
      { novalidate: true },
      h("label", { for: field }, parent ? "Reply to " : "Your comment", name),
      this.text,
      h("div", { class: "row" }, this.count, onClose && h("button", { type: "button", onclick: onClose }, "Cancel"), this.submit),
      this.message,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.showCount();
  }

  focus() {
    this.text.focus();
  }

  typed() {
    this.showCount();
    this.say("");
    this.draft.type(this.text.value);
  }

  get length() {
    return Array.from(this.text.value.trim()).length;
  }

  showCount() {
    const { length } = this;
    this.count.textContent = `${length.toLocaleString()} of ${MAX_LENGTH.toLocaleString()} characters`;
    this.count.classList.toggle("near", length > NEARLY * MAX_LENGTH);
    this.count.classList.toggle("over", length > MAX_LENGTH);
  }

  async send() {
    if (this.isSending) return;
    const body = this.text.value;
    if (!this.length) return this.refuse("Please write something first.");
    if (this.length > MAX_LENGTH) return this.refuse(`Please shorten it by ${this.length - MAX_LENGTH} characters.`);
    this.setSending(true);
    this.say("");
    try {
      const token = await this.section.session.token();
      if (!token) return this.askForLogin();
      const options = {
        method: "POST",
        token,
        headers: { "Idempotency-Key": this.draft.keyFor(body) },
        json: this.parent ? { body, parent_id: this.parent.id } : { body },
      };
      const onRetry = () => this.say("The server cannot be reached. Your text is safe; trying again …");
      const { comment } = await callPatiently(this.section.url(this.section.path), options, onRetry);
      this.showOutcome(comment);
    } catch (problem) {
      this.showProblem(problem);
    } finally {
      this.setSending(false);
    }
  }

  setSending(isSending) {
    this.isSending = isSending;
    // Not disabled: that would take the focus away from whoever pressed it.
    this.submit.setAttribute("aria-disabled", String(isSending));
    this.text.readOnly = isSending;
    this.element.classList.toggle("sending", isSending);
  }

  /** @param {{status: string, reasons: object[]}} comment */
  showOutcome(comment) {
    this.draft.drop();
    const isRejected = comment.status === "rejected";
    const why = comment.status === "published" ? "" : explain(comment.reasons);
    const advice = isRejected ? "You can put it another way and post it again." : "";
    this.say(`${OUTCOMES[comment.status]} ${why} ${advice}`.trim(), comment.status);
    // A rejected text stays, to be put another way.
    if (!isRejected) {
      this.text.value = "";
      this.showCount();
    }
    this.onOutcome(comment);
  }

  showProblem(problem) {
    if (problem.status === 401) return this.askForLogin();
    const isLost = problem.status === 0 || problem.status >= 500;
    this.refuse(isLost ? `${problem.message} Your text is kept here; nothing is posted twice.` : problem.message);
  }

  askForLogin() {
    this.section.session.close();
    this.say("Your login has ended; your text is kept. ", "problem");
    this.message.append(this.section.loginLink("Log in again"));
  }

  refuse(text) {
    this.say(text, "problem");
    this.text.focus();
  }

  say(text, kind = "") {
    this.message.className = `message ${kind}`;
    this.message.textContent = text;
  }
}
