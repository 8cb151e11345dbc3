// One of the author's own comments that nobody else sees: what it is, why, and what happens next.

import { h } from "../shared/dom.js";
import { Form } from "./form.js";
import { action, moment, prose } from "./pieces.js";
import { explain } from "./reasons.js";
import { appeal, removal } from "./tools.js";

export class OwnComment {
  /**
   * @param {object} author The person's part of the section.
   * @param {object} comment As its author sees it.
   */
  constructor(author, comment) {
    this.author = author;
    this.section = author.section;
    this.article = h("article", { tabindex: "-1", part: "comment" });
    this.below = h("div");
    /** Has a list of their author's comments named it? */
    this.isListed = false;
    this.element = h("li", { "data-id": comment.id }, this.article, this.below);
    this.write(comment);
  }

  update(comment) {
    if (JSON.stringify(comment) === JSON.stringify(this.comment)) return;
    const hadFocus = this.article.contains(this.section.root.activeElement);
    this.write(comment);
    if (hadFocus) this.article.focus();
  }

  write(comment) {
    const { section } = this;
    this.comment = comment;
    const { status, body, created_at: at } = comment;
    const badge = h("span", { class: `badge ${status}`, part: "badge" }, section.say(status === "held" ? "isHeld" : "isRejected"));
    const next = status === "held" ? [section.say("nextHeld")] : this.verdict();
    const why = [explain(section.language, comment.reasons), ...next].filter(Boolean).join(" ");
    this.article.replaceChildren(
      h("p", { class: "meta" }, badge, moment(section.language, at)),
      prose(body, "body short"),
      h("p", { class: "quiet" }, why),
      ...this.words(),
      h("p", { class: "actions", part: "actions" }, ...this.actions()),
    );
  }

  /** What a rejection means, who made it, and what can be done about it. */
  verdict() {
    const { section } = this;
    const { statement, appeal: made } = this.comment;
    if (!statement) return [];
    const parts = [section.say(statement.automated_decision ? "byMachine" : "byPerson")];
    if (made) parts.push(section.say(made.outcome === "denied" ? "appealDenied" : "appealed"));
    else if (this.mayAppeal && statement.appeal_until) {
      parts.push(section.say("appealUntil", { date: section.language.day(new Date(statement.appeal_until)) }));
    }
    if (statement.redress.includes("court")) parts.push(section.say("court"));
    return parts;
  }

  get mayAppeal() {
    const { statement, appeal: made } = this.comment;
    return !made && Boolean(statement?.redress.includes("appeal"));
  }

  /** What a moderator wrote to the author. */
  words() {
    const { message, appeal: made } = this.comment;
    const all = [...new Set([message, made?.message].filter(Boolean))];
    return all.map((text) => h("blockquote", { class: "quiet" }, this.section.say("theySay"), prose(text, "")));
  }

  actions() {
    const { author, section, comment } = this;
    const isEditable = comment.edit_until && new Date(comment.edit_until) > new Date();
    return [
      isEditable && action(section.say("edit"), () => this.edit()),
      this.mayAppeal && action(section.say("appeal"), () => appeal(author, this)),
      author.me && action(section.say("remove"), () => removal(author, this)),
    ].filter(Boolean);
  }

  open(tool) {
    this.below.replaceChildren(...(tool ? [tool] : []));
  }

  edit() {
    const form = new Form(this.section, {
      comment: this.comment,
      onClose: () => {
        this.open(null);
        this.article.focus();
      },
      onOutcome: (comment, words) => {
        this.open(null);
        this.section.announce(words);
        if (comment.status === "published") {
          this.section.heading.focus();
          this.section.showComments();
          this.section.showCount();
        } else {
          this.write(comment);
          this.article.focus();
        }
        this.author.showOwn();
      },
    });
    this.open(form.element);
    form.focus();
  }
}
