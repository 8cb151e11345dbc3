// A list of comments, page by page, and each comment in it with its replies folded below.

import { foreign, h, time } from "../shared/dom.js";

/** Comments of an article, or replies of a comment. */
export class Thread {
  /**
   * @param {object} section The comment section.
   * @param {string} path Where the API has the comments.
   * @param {{order?: string}} [query]
   */
  constructor(section, path, query = {}) {
    this.section = section;
    this.path = path;
    this.query = query;
    this.cursor = null;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.list = h("ol", { class: "list" });
    this.foot = h("div", { class: "foot" });
    this.element = h("div", {}, this.list, this.foot);
  }

  /** Appends the next page; afterwards the first new comment has the focus, if a button was pressed for it. */
  async loadMore({ isAsked = false } = {}) {
    this.foot.replaceChildren(h("p", { class: "quiet" }, "Loading …"));
    try {
      const page = await this.section.read(this.path, { ...this.query, cursor: this.cursor });
      const added = page.comments.filter(({ id }) => !this.entries.has(id)).map((comment) => this.add(comment));
      this.cursor = page.next;
      this.showFoot();
      if (isAsked) added[0]?.focus();
    } catch (problem) {
      const again = h("button", { type: "button", onclick: () => this.loadMore({ isAsked }) }, "Try again");
      this.foot.replaceChildren(h("p", { role: "alert" }, `The comments could not be loaded. ${problem.message} `, again));
    }
  }

  showFoot() {
    const more = h("button", { type: "button", onclick: () => this.loadMore({ isAsked: true }) }, "Load more");
    if (this.cursor) this.foot.replaceChildren(more);
    else if (this.entries.size) this.foot.replaceChildren();
    else this.foot.replaceChildren(h("p", { class: "quiet" }, "No comments yet."));
  }

  /** Adds a comment that the API gave, or one that its author has just written. */
  add(comment, { isFirst = false } = {}) {
    const entry = new Entry(this.section, comment);
    this.entries.set(comment.id, entry);
    if (isFirst) this.list.prepend(entry.element);
    else this.list.append(entry.element);
    return entry;
  }

  /** Shows a comment that its author has just written. */
  addOwn(comment, place) {
    const entry = this.entries.get(comment.id) ?? this.add(comment, place);
    entry.element.classList.add("new");
    this.showFoot();
    return entry;
  }

  /** Somebody has logged in or out. */
  refreshActions() {
    for (const entry of this.entries.values()) entry.refreshActions();
  }
}

/** One comment. */
class Entry {
  constructor(section, comment) {
    this.section = section;
    this.comment = comment;
    this.replyCount = comment.reply_count ?? 0;
    this.replies = null;
    this.replyButton = h("button", { type: "button", class: "link", onclick: () => this.reply() }, "Reply");
    this.fold = h("button", { type: "button", class: "link", "aria-expanded": "false", onclick: () => this.toggle() });
    this.below = h("div", { class: "below" });
    this.article = h(
      "article",
      { tabindex: "-1", part: "comment" },
      h("p", { class: "meta" }, h("bdi", { class: "name" }, comment.author?.name ?? ""), " ", time(comment.created_at)),
      foreign("div", "body", comment.body ?? "This comment was removed."),
      h("p", { class: "actions" }, this.replyButton, this.fold),
    );
    this.element = h("li", { "data-id": comment.id }, this.article, this.below);
    this.refreshActions();
  }

  focus() {
    this.article.focus();
  }

  refreshActions() {
    this.replyButton.hidden = !this.section.author;
    this.fold.hidden = !this.replyCount;
    const isOpen = this.replies !== null && !this.replies.element.hidden;
    const number = this.replyCount === 1 ? "1 reply" : `${this.replyCount} replies`;
    this.fold.textContent = isOpen ? "Hide replies" : `Show ${number}`;
    this.fold.setAttribute("aria-expanded", String(isOpen));
    this.replies?.refreshActions();
  }

  /** Unfolds the replies, or folds them again. */
  async toggle() {
    if (this.replies) {
      this.replies.element.hidden = !this.replies.element.hidden;
    } else {
      this.replies = new Thread(this.section, `comments/${encodeURIComponent(this.comment.id)}/replies`);
      this.below.append(this.replies.element);
    }
    this.refreshActions();
    if (!this.replies.entries.size) await this.replies.loadMore();
  }

  /** Opens the form for a reply, or goes back to it. */
  reply() {
    this.form ??= this.section.author.form({
      parent: this.comment,
      onClose: () => {
        this.form.element.remove();
        this.form = null;
        this.replyButton.focus();
      },
      onPublished: (comment) => this.showReply(comment),
    });
    this.below.prepend(this.form.element);
    this.form.focus();
  }

  async showReply(comment) {
    this.replyCount += 1;
    if (!this.replies || this.replies.element.hidden) await this.toggle();
    this.replies.addOwn(comment);
    this.refreshActions();
  }
}
