// The form for a comment, a reply or a change. What is typed is kept until it has arrived, and arrives once.

import { h } from "../shared/dom.js";
import { Draft } from "./draft.js";
import { action, button } from "./pieces.js";
import { Preview } from "./preview.js";
import { complain, explain } from "./reasons.js";
import { appeal } from "./tools.js";

// From here on the count is worth a look.
const NEARLY = 0.9;

let forms = 0;

export class Form {
  /**
   * @param {object} section
   * @param {object} options
   * @param {object|null} [options.parent] The comment that is replied to.
   * @param {object|null} [options.comment] The comment that is changed.
   * @param {(() => void)|null} [options.onClose] Whoever writes has changed their mind.
   * @param {(comment: object, words: string) => void} options.onOutcome It has arrived, and `words` say what became of it.
   */
  constructor(section, { parent = null, comment = null, onClose = null, onOutcome }) {
    this.section = section;
    this.parent = parent;
    this.comment = comment;
    this.onOutcome = onOutcome;
    this.draft = new Draft(comment ? `edit.${comment.id}` : `${section.articleId}.${parent?.id ?? ""}`);
    this.preview = new Preview(section, (warning) => this.warn(warning));
    this.isSending = false;
    forms += 1;
    const [field, count, warning] = ["text", "count", "warning"].map((name) => `${name}-${forms}`);
    this.text = h("textarea", { id: field, rows: "4", dir: "auto", "aria-describedby": `${count} ${warning}`, part: "textarea" });
    this.text.value = this.draft.body ?? comment?.body ?? "";
    this.text.addEventListener("input", () => this.typed());
    this.count = h("span", { id: count, class: "count" });
    this.warning = h("p", { id: warning, class: "message warning", role: "status" });
    this.submit = h("button", { type: "submit", class: "primary", part: "submit" }, section.say(comment ? "save" : parent ? "postReply" : "post"));
    this.message = h("p", { class: "message", role: "status" });
    const name = h("bdi", {}, parent?.author.name ?? "");
    const label = section.language.parts(comment ? "editing" : parent ? "replyTo" : "write", { name });
    this.element = h(
      "form",
      { novalidate: true, part: "form" },
      h("label", { for: field }, ...label),
      this.text,
      this.warning,
      h("div", { class: "row" }, this.count, onClose && button(section.say("cancel"), () => this.close(onClose)), this.submit),
      this.message,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.send();
      if (event.key === "Escape" && onClose) this.close(onClose);
    });
    this.showCount();
  }

  focus() {
    this.text.focus();
  }

  close(onClose) {
    this.preview.cancel();
    // A change that was not wanted is forgotten; a reply may be taken up again.
    if (this.comment) this.draft.drop();
    onClose();
  }

  typed() {
    this.showCount();
    this.tell("");
    this.draft.type(this.text.value);
    this.preview.typed(this.text.value, this.parent?.id ?? this.comment?.parent_id);
  }

  /** In characters as people count them to the API: code points. */
  get length() {
    return [...this.text.value.trim()].length;
  }

  showCount() {
    const { length, section } = this;
    const { maxLength: max } = section;
    this.count.textContent = section.say("characters", { n: length, max });
    this.count.classList.toggle("near", length > NEARLY * max);
    this.count.classList.toggle("over", length > max);
  }

  /** A word before posting, or none. */
  warn(warning) {
    const text = warning ? [warning.text, explain(this.section.language, warning.reasons)].filter(Boolean).join(" ") : "";
    if (this.warning.textContent === text) return;
    this.warning.className = `message warning ${warning?.status ?? ""}`;
    this.warning.textContent = text;
  }

  async send() {
    if (this.isSending) return;
    const { section } = this;
    const body = this.text.value;
    const over = this.length - section.maxLength;
    if (!this.length) return this.refuse(section.say("empty"));
    if (over > 0) return this.refuse(section.say("tooLong", { n: over }));
    this.setSending(true);
    this.preview.cancel();
    this.warn(null);
    this.tell("");
    try {
      const { comment } = await (this.comment ? this.change(body) : this.post(body));
      this.showOutcome(comment);
    } catch (problem) {
      this.showProblem(problem);
    } finally {
      this.setSending(false);
    }
  }

  post(body) {
    const { section, parent } = this;
    return section.ask(section.path, {
      method: "POST",
      headers: { "Idempotency-Key": this.draft.keyFor(body) },
      json: parent ? { body, parent_id: parent.id } : { body },
      onRetry: () => this.tell(section.say("retrying")),
    });
  }

  change(body) {
    const { section, comment } = this;
    this.draft.type(body);
    return section.ask(`comments/${encodeURIComponent(comment.id)}`, {
      method: "PATCH",
      json: { body },
      onRetry: () => this.tell(section.say("retrying")),
    });
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
    const { section } = this;
    const { status } = comment;
    this.draft.drop();
    const isRejected = status === "rejected";
    const words = [
      section.say(this.comment && status === "published" ? "saved" : status),
      status === "published" ? "" : explain(section.language, comment.reasons),
      isRejected && !this.comment ? section.say("rephrase") : "",
    ];
    const said = words.filter(Boolean).join(" ");
    this.tell(said, status);
    // A rejected text stays, to be put another way.
    if (isRejected) this.draft.type(this.text.value);
    else this.text.value = "";
    this.showCount();
    section.author?.outdate();
    this.onOutcome(comment, said);
    const card = isRejected && section.author?.cards.get(comment.id);
    if (card?.mayAppeal) this.message.append(" ", action(section.say("appeal"), () => appeal(section.author, card)));
  }

  showProblem(problem) {
    const { section } = this;
    if (problem.status === 401) return this.askForLogin();
    const isLost = problem.status === 0 || problem.status >= 500;
    this.refuse([complain(section.language, problem), isLost && section.say("kept")].filter(Boolean).join(" "));
  }

  askForLogin() {
    const { section } = this;
    section.session.close();
    this.tell(section.say("loginEnded"), "problem");
    this.message.append(" ", section.loginLink(section.say("loginAgain")));
  }

  refuse(text) {
    this.tell(text, "problem");
    this.text.focus();
  }

  tell(text, kind = "") {
    this.message.className = `message ${kind}`;
    this.message.textContent = text;
  }
}
