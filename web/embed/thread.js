// A list of comments, page by page, and each comment in it with its replies folded below.

import { h } from "../shared/dom.js";
import { action, button, face, moment, prose } from "./pieces.js";
import { complain } from "./reasons.js";

// How far a link is followed down a list: this many pages of the largest size.
const PAGES_TO_SEARCH = 20;
const LARGEST_PAGE = "100";
// Longer texts are shown in part; nobody has to scroll past them.
const LONG_CHARACTERS = 1500;
const LONG_LINES = 18;

/** Comments of an article, or replies of a comment. */
export class Thread {
  /**
   * @param {object} section The comment section.
   * @param {{path: string, query?: object, parent?: Entry|null}} list Where the API has the comments.
   */
  constructor(section, { path, query = {}, parent = null }) {
    this.section = section;
    this.path = path;
    this.query = query;
    this.parent = parent;
    this.cursor = null;
    this.isLoaded = false;
    /** Whether the last try to read the list failed; its foot says so. */
    this.hasFailed = false;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.list = h("ol", { class: "list" });
    this.foot = h("div", { class: "foot" });
    this.element = h("div", {}, this.list, this.foot);
  }

  /** The entry that stands first, and when the newest of all was written. */
  get first() {
    return this.entries.get(this.list.firstElementChild?.dataset.id);
  }

  get newest() {
    return this.first?.comment.created_at;
  }

  /** Appends the next page; afterwards the first new comment has the focus, if a button was pressed for it. */
  async loadMore({ isAsked = false, limit } = {}) {
    const { section } = this;
    this.foot.replaceChildren(h("p", { class: "quiet" }, section.say("loading")));
    try {
      const page = await section.read(this.path, { ...this.query, ...(limit && { limit }), cursor: this.cursor });
      const added = page.comments.filter(({ id }) => !this.entries.has(id)).map((comment) => this.add(comment));
      this.cursor = page.next;
      this.isLoaded = true;
      this.hasFailed = false;
      this.showFoot();
      if (isAsked) added[0]?.article.focus();
    } catch (problem) {
      this.hasFailed = true;
      const again = button(section.say("again"), () => this.loadMore({ isAsked, limit }));
      const why = `${section.say("failed")} ${complain(section.language, problem)}`;
      this.foot.replaceChildren(h("p", { class: "notice", role: "alert" }, why, again));
    }
  }

  showFoot() {
    const { section } = this;
    if (this.cursor) this.foot.replaceChildren(button(section.say("more"), () => this.loadMore({ isAsked: true })));
    else if (this.entries.size || this.parent) this.foot.replaceChildren();
    else this.foot.replaceChildren(h("p", { class: "quiet none" }, section.say("none")));
  }

  /** Adds a comment that the API gave, or one that its author has just written. */
  add(comment, { isFirst = false, isNew = false } = {}) {
    const entry = this.entries.get(comment.id) ?? new Entry(this, comment);
    if (!this.entries.has(comment.id)) {
      this.entries.set(comment.id, entry);
      if (isFirst) this.list.prepend(entry.element);
      else this.list.append(entry.element);
    }
    entry.element.classList.toggle("new", isNew);
    return entry;
  }

  /** Takes a comment off that is not there for readers any more. */
  drop(entry) {
    this.entries.delete(entry.comment.id);
    const next = entry.element.nextElementSibling ?? entry.element.previousElementSibling;
    entry.element.remove();
    this.showFoot();
    const neighbour = next && this.entries.get(next.dataset.id);
    (neighbour?.article ?? this.parent?.article ?? this.section.heading).focus();
  }

  /**
   * The comment at the end of a chain of ids: a comment of this list, a reply to it, and so on.
   *
   * @returns {Promise<Entry|null|undefined>} Null where it is not; undefined where a list did not answer.
   */
  async find([id, ...rest]) {
    for (let pages = 0; !this.entries.has(id) && (this.cursor || !this.isLoaded) && pages < PAGES_TO_SEARCH; pages += 1) {
      await this.loadMore({ limit: LARGEST_PAGE });
      if (this.hasFailed) return undefined;
    }
    const entry = this.entries.get(id) ?? null;
    if (!entry || !rest.length) return entry;
    await entry.unfold();
    return entry.replies.find(rest);
  }

  /** Somebody has logged in or out, or may do something else with a comment than before. */
  refreshActions() {
    for (const entry of this.entries.values()) entry.refreshActions();
  }
}

/** One comment. */
class Entry {
  constructor(thread, comment) {
    this.thread = thread;
    this.section = thread.section;
    this.depth = thread.parent ? thread.parent.depth + 1 : 0;
    this.chain = thread.parent ? `${thread.parent.chain}.${comment.id}` : comment.id;
    this.replies = null;
    this.fold = action("", () => this.toggle());
    this.actions = h("p", { class: "actions", part: "actions" });
    this.below = h("div", { class: "below" });
    this.article = h("article", { tabindex: "-1", part: "comment" });
    this.element = h("li", { "data-id": comment.id }, this.article, this.below);
    this.write(comment);
  }

  /** Shows the comment as it is now. */
  write(comment) {
    const { section } = this;
    this.comment = comment;
    this.replyCount = comment.reply_count ?? 0;
    const isRemoved = comment.status === "removed";
    const { created_at: at, edited_at: edited, author } = comment;
    const what = h("span", { class: "visually-hidden" }, ` ${section.say("link")}`);
    const link = h("a", { class: "permalink", href: `#comment-${this.chain}` }, moment(section.language, at), what);
    const meta = h(
      "p",
      { class: "meta" },
      isRemoved ? null : h("bdi", { class: "name", part: "name" }, author?.name ?? ""),
      link,
      edited && h("span", { class: "quiet" }, section.say("edited")),
    );
    this.body = isRemoved ? h("p", { class: "body quiet" }, section.say("removed")) : prose(comment.body ?? "");
    this.article.classList.toggle("removed", isRemoved);
    this.article.replaceChildren(face(isRemoved ? {} : author), meta, this.body, this.actions);
    this.shorten();
    this.refreshActions();
  }

  /** The list was read again: what has changed is shown, where the reader does not type. */
  update(comment) {
    const { version, reply_count: replies, status } = this.comment;
    if (comment.version === version && comment.status === status && (comment.reply_count ?? 0) <= replies) return;
    if (comment.version === version && comment.status === status) {
      this.replyCount = Math.max(this.replyCount, comment.reply_count);
      this.refreshActions();
    } else if (!this.tool) this.write(comment);
  }

  shorten() {
    const text = this.comment.body ?? "";
    if (text.length < LONG_CHARACTERS && text.split("\n").length < LONG_LINES) return;
    this.body.classList.add("long");
    const more = action(this.section.say("showAll"), () => {
      this.body.classList.remove("long");
      more.remove();
      this.article.focus();
    });
    this.body.after(more);
  }

  /** Brings the comment before the reader's eyes, and says it to those who listen. */
  show() {
    this.section.root.querySelector(".target")?.classList.remove("target");
    this.article.classList.add("target");
    this.article.focus({ preventScroll: true });
    this.article.scrollIntoView({ block: "center" });
  }

  get isUnfolded() {
    return this.replies !== null && !this.replies.element.hidden;
  }

  refreshActions() {
    const { section } = this;
    const number = section.say("showReplies", { n: this.replyCount });
    this.fold.textContent = this.isUnfolded ? section.say("hideReplies") : number;
    this.fold.setAttribute("aria-expanded", String(this.isUnfolded));
    const offered = section.author?.actionsFor(this) ?? [];
    const all = this.replyCount ? [this.fold, ...offered] : offered;
    // A button that stays keeps the focus.
    if (all.length !== this.actions.children.length || all.some((item, index) => item !== this.actions.children[index])) {
      this.actions.replaceChildren(...all);
    }
    this.replies?.refreshActions();
  }

  /** Unfolds the replies, or folds them again. */
  toggle() {
    if (!this.isUnfolded) return this.unfold();
    this.replies.element.hidden = true;
    this.refreshActions();
  }

  async unfold() {
    if (!this.replies) {
      const path = `comments/${encodeURIComponent(this.comment.id)}/replies`;
      this.replies = new Thread(this.section, { path, parent: this });
      this.below.append(this.replies.element);
    }
    this.replies.element.hidden = false;
    this.refreshActions();
    if (!this.replies.isLoaded) await this.replies.loadMore();
  }

  /** Opens a form below the comment, or closes the one that is open. */
  open(tool) {
    this.tool?.remove();
    this.tool = tool;
    if (tool) this.below.prepend(tool);
  }

  async addReply(comment) {
    await this.unfold();
    const made = this.replies.add(comment, { isNew: true });
    this.replyCount = Math.max(this.replyCount + 1, this.replies.entries.size);
    this.refreshActions();
    return made;
  }
}
