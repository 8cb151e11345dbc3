// What only a logged-in person sees: the form, and their own comments with what became of them.

import { call } from "../shared/api.js";
import { foreign, h, time } from "../shared/dom.js";
import { explain } from "./words.js";
import { Form } from "./form.js";

const PAGE = "100";
const STATUSES = { published: "Published", held: "Waiting for a moderator", rejected: "Not published" };

/** The logged-in person's part of a section. */
export class Author {
  constructor(section) {
    this.section = section;
    this.own = h("details", { class: "own", hidden: true });
    const top = this.form({ onPublished: (comment) => this.section.thread.addOwn(comment, this.topPlace()) });
    this.element = h("div", {}, this.line(), top.element, this.own);
    this.showOwn();
  }

  /** A form for a comment, or for a reply to `parent`. */
  form({ parent = null, onClose = null, onPublished }) {
    return new Form(this.section, {
      parent,
      onClose,
      onOutcome: (comment) => {
        if (comment.status === "published") {
          onPublished(comment);
          this.section.countOneMore();
        }
        this.showOwn();
      },
    });
  }

  topPlace() {
    return { isFirst: this.section.order === "newest" };
  }

  line() {
    const { session } = this.section;
    const logOut = session.isAtHome
      ? h("a", { href: session.logoutUrl() }, "Log out")
      : h("button", { type: "button", class: "link", onclick: () => this.logOut() }, "Log out");
    return h("p", { class: "who" }, "Logged in as ", h("bdi", { class: "name" }, session.person.name), " · ", logOut);
  }

  logOut() {
    this.section.session.close();
    this.section.showLogin();
  }

  /** Own comments under this article that are not there for everybody, and why. */
  async showOwn() {
    let page;
    try {
      const token = await this.section.session.token();
      if (!token) return;
      page = await call(this.section.url("me/comments", { limit: PAGE }), { token });
    } catch {
      // An extra, like the count; the form above says what is wrong when it is used.
      return;
    }
    const here = page.comments.filter(({ article_id: article }) => article === this.section.articleId);
    const hidden = here.filter(({ status }) => status !== "published").length;
    const wasOpen = this.own.open;
    this.own.hidden = here.length === 0;
    this.own.replaceChildren(
      h("summary", {}, `Your comments here (${here.length})`, hidden > 0 && h("span", { class: "badge held" }, `${hidden} not shown`)),
      h("ul", {}, ...here.map(ownComment)),
    );
    this.own.open = wasOpen;
  }
}

function ownComment({ id, body, status, reasons, created_at: created }) {
  return h(
    "li",
    { "data-id": id },
    h("p", { class: "meta" }, h("span", { class: `badge ${status}` }, STATUSES[status] ?? status), " ", time(created)),
    foreign("div", "body short", body),
    status !== "published" && reasons.length > 0 && h("p", { class: "quiet" }, explain(reasons)),
  );
}
