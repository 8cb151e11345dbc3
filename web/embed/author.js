// What only a logged-in person has: the form, their own comments that nobody else sees, and what may be done with a
// comment. Loaded when somebody logs in.

import { h } from "../shared/dom.js";
import { Form } from "./form.js";
import { OwnComment } from "./own.js";
import { action } from "./pieces.js";
import { restricted } from "./reasons.js";
import { removal, report } from "./tools.js";

const OWN_PAGE = "100";
const NOT_PUBLIC = new Set(["held", "rejected"]);

/** The logged-in person's part of a section. */
export class Author {
  constructor(section) {
    this.section = section;
    /** @type {object|null} Their standing; null where the API has none to tell. */
    this.me = null;
    /** @type {Map<string, object>} Their own comments under this article, as their author sees them. */
    this.views = new Map();
    /** @type {Map<string, OwnComment>} Those of them that nobody else sees, as they are shown. */
    this.cards = new Map();
    /** Lists of them that were asked for, and how many of those tell of a time before what the page knows. */
    this.asked = 0;
    this.outdated = 0;
    this.notice = h("div");
    this.top = this.form({ onPublished: (comment) => section.thread.add(comment, { isFirst: section.order === "newest", isNew: true }) });
    this.list = h("ul", { class: "list" });
    this.own = h("section", { class: "own", part: "own", "aria-labelledby": "own-title", hidden: true }, h("h3", { id: "own-title" }, section.say("onlyYou")), this.list);
    this.element = h("div", {}, this.line(), this.notice, this.top.element, this.own);
  }

  /** Loads who this is and what they wrote; both are extras, without which the form works. */
  async start() {
    const [me] = await Promise.all([this.section.ask("me").catch(() => null), this.showOwn()]);
    this.me = me?.author ?? null;
    this.showStanding();
    for (const card of this.cards.values()) card.write(card.comment);
    this.section.thread.refreshActions();
  }

  /** A form for a comment, or for a reply to `parent`. */
  form({ parent = null, onClose = null, onPublished }) {
    return new Form(this.section, {
      parent,
      onClose,
      onOutcome: (comment) => {
        if (comment.status === "published") {
          this.views.set(comment.id, comment);
          onPublished(comment);
          this.section.thread.showFoot();
          this.section.countBy(1);
        } else this.show(comment);
        this.showOwn();
      },
    });
  }

  line() {
    const { section } = this;
    const { session } = section;
    const name = h("bdi", { class: "name" }, session.person?.name ?? "");
    const line = h("p", { class: "who" }, h("span", {}, ...section.language.parts("loggedIn", { name })));
    if (session.isAtHome) line.append(h("a", { href: session.logoutUrl() }, section.say("logout")));
    // A login that the page has given is the page's to end.
    else if (session.loginPage) line.append(action(section.say("logout"), () => this.logOut()));
    return line;
  }

  logOut() {
    this.section.session.close();
    this.section.showLogin();
    this.section.heading.focus();
  }

  /** A sanction stands in the place of the form; a warning above it. */
  showStanding() {
    const { section, me } = this;
    const restriction = me?.restriction;
    if (restriction && restriction.kind !== "premoderated") {
      this.top.element.replaceWith(h("p", { class: "message problem" }, restricted(section.language, restriction)));
    }
    if (me?.warning) {
      const { reason, message } = me.warning;
      const why = reason && reason !== "other" ? section.say("reason", { reason: section.say(`codes.${reason}`) }) : "";
      const words = [section.say("warned"), why, message && `${section.say("theySay")} ${message}`].filter(Boolean).join(" ");
      this.notice.replaceChildren(h("p", { class: "message held" }, words));
    }
  }

  /** Now and then: has anything become of what waits? */
  look() {
    const isWaiting = [...this.cards.values()].some(({ comment }) => comment.status === "held" || comment.appeal);
    if (isWaiting) this.showOwn();
  }

  /** Something was just done, or is known: a list that is still under way tells of the time before. */
  outdate(until = this.asked) {
    this.outdated = until;
  }

  /** Own comments under this article, as they are now. */
  async showOwn() {
    this.asked += 1;
    const list = this.asked;
    let page;
    try {
      page = await this.section.ask("me/comments", { query: { limit: OWN_PAGE } });
    } catch {
      // The form says what is wrong when it is used.
      return;
    }
    if (list <= this.outdated) return;
    this.outdate(list);
    const here = page.comments.filter(({ article_id: article }) => article === this.section.articleId);
    for (const comment of here.toReversed()) {
      this.views.set(comment.id, comment);
      this.show(comment);
    }
    const listed = new Set(here.map(({ id }) => id));
    for (const [id, card] of this.cards) {
      // A list may not know yet what was just written.
      card.isListed ||= listed.has(id);
      const isGone = listed.has(id) ? !NOT_PUBLIC.has(this.views.get(id).status) : card.isListed;
      if (isGone) this.hide(card);
    }
    this.section.thread.refreshActions();
  }

  /** Shows one of the own comments that nobody else sees. */
  show(comment) {
    if (!NOT_PUBLIC.has(comment.status)) return;
    const card = this.cards.get(comment.id);
    if (card) return card.update(comment);
    const made = new OwnComment(this, comment);
    this.cards.set(comment.id, made);
    this.list.prepend(made.element);
    this.own.hidden = false;
  }

  hide(card) {
    this.cards.delete(card.comment.id);
    card.element.remove();
    this.own.hidden = this.cards.size === 0;
  }

  isOwn({ id, author }) {
    return this.views.has(id) || (this.me !== null && author?.id === this.me.id);
  }

  /**
   * What this person may do with a comment in the list: buttons, each always the same one.
   *
   * @param {object} entry
   * @returns {HTMLElement[]}
   */
  actionsFor(entry) {
    const { section } = this;
    const { comment } = entry;
    if (comment.status === "removed") return [];
    entry.buttons ??= {
      reply: action(section.say("reply"), () => this.reply(entry)),
      edit: action(section.say("edit"), () => this.edit(entry)),
      remove: action(section.say("remove"), () => removal(this, entry)),
      report: action(section.say("report"), () => report(this, entry)),
    };
    const { reply, edit, remove, report: tell } = entry.buttons;
    const isOwn = this.isOwn(comment);
    const editable = this.views.get(comment.id)?.edit_until;
    return [
      entry.depth < section.maxDepth && reply,
      isOwn && editable && new Date(editable) > new Date() && edit,
      isOwn && this.me && remove,
      !isOwn && this.me && !entry.isReported && tell,
    ].filter(Boolean);
  }

  /** Opens the form for a reply, or goes back to it. */
  reply(entry) {
    const { section } = this;
    const { reply } = entry.buttons;
    const form = this.form({
      parent: entry.comment,
      onClose: () => {
        entry.open(null);
        reply.focus();
      },
      onPublished: async (comment) => {
        entry.open(null);
        const made = await entry.addReply(comment);
        section.announce(section.say("published"));
        made.show();
      },
    });
    entry.open(form.element);
    form.focus();
  }

  /** Opens the form that changes a comment in the list. */
  edit(entry) {
    const close = () => {
      entry.open(null);
      entry.article.focus();
    };
    const form = new Form(this.section, {
      comment: entry.comment,
      onClose: close,
      onOutcome: (comment, words) => {
        entry.open(null);
        if (comment.status === "published") {
          this.views.set(comment.id, comment);
          entry.write({ ...entry.comment, ...comment, reply_count: entry.replyCount });
          entry.article.focus();
          this.section.announce(words);
        } else {
          this.section.countBy(-1);
          this.show(comment);
          entry.thread.entries.delete(comment.id);
          entry.element.replaceChildren(h("p", { class: `message ${comment.status}`, tabindex: "-1" }, words));
          entry.element.firstElementChild.focus();
        }
        this.showOwn();
      },
    });
    entry.open(form.element);
    form.focus();
  }
}
