// The comment section: <parley-comments article-id="…" [api-url="…"]>.

import { call } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { Session } from "../shared/session.js";
import { sheet } from "./style.js";
import { Thread } from "./thread.js";

const ORDERS = { newest: "Newest first", oldest: "Oldest first" };
// The built file lies one folder below the stack's root.
const here = import.meta.url;
const LOGIN_WINDOW = "popup,width=480,height=720";

class ParleyComments extends HTMLElement {
  connectedCallback() {
    if (!this.shadowRoot) this.build();
    if (!this.session.isAtHome) this.stopListening = this.session.listen(() => this.showWriting());
  }

  disconnectedCallback() {
    this.stopListening?.();
  }

  build() {
    const given = this.getAttribute("api-url");
    this.api = given ? new URL(given.replace(/\/*$/, "/"), document.baseURI) : new URL("../", here);
    this.articleId = this.getAttribute("article-id") ?? "";
    this.session = new Session(this.api);
    this.order = "newest";
    this.count = null;

    this.number = h("span", { class: "number" });
    this.writing = h("div", { class: "writing" });
    this.status = h("p", { class: "visually-hidden", role: "status" });
    this.content = h("div");
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(
      h(
        "section",
        { "aria-labelledby": "title", part: "section" },
        h("header", { class: "top" }, h("h2", { id: "title", part: "title" }, "Comments ", this.number), this.orderChoice()),
        this.writing,
        this.status,
        this.content,
      ),
    );
    this.showWriting();
    this.showComments();
    this.showCount();
  }

  /** The address of a part of the API. */
  url(path, query = {}) {
    const url = new URL(path, this.api);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    return url.href;
  }

  /** Reads what is public; whoever writes here wants to find their own words, not the browser's older copy. */
  read(path, query) {
    return call(this.url(path, query), { isFresh: this.session.isOpen });
  }

  /** The article's comments as a path of the API. */
  get path() {
    return `articles/${encodeURIComponent(this.articleId)}/comments`;
  }

  /** Says something to people who listen to the page rather than look at it. */
  announce(text) {
    this.status.textContent = text;
  }

  orderChoice() {
    const options = Object.entries(ORDERS).map(([value, label]) => h("option", { value }, label));
    const select = h("select", { "aria-label": "Order of comments" }, ...options);
    select.addEventListener("change", () => {
      this.order = select.value;
      this.showComments();
    });
    return select;
  }

  showComments() {
    const thread = new Thread(this, this.path, { order: this.order });
    this.thread = thread;
    this.content.replaceChildren(thread.element);
    return thread.loadMore();
  }

  async showCount() {
    try {
      const { counts } = await this.read("counts", { article_id: this.articleId });
      this.setCount(counts[this.articleId] ?? 0);
    } catch {
      // The number is an extra: the list says what is wrong.
    }
  }

  /** @param {number} count */
  setCount(count) {
    this.count = count;
    this.number.textContent = count ? `(${count.toLocaleString()})` : "";
  }

  /** The place for the reader's own words: the form, or the way to it. */
  async showWriting() {
    this.author = null;
    if (!this.session.isOpen) return this.showLogin();
    try {
      const [{ Author }, token] = await Promise.all([import("./author.js"), this.session.token()]);
      if (!token) return this.showLogin("Your login has ended.");
      this.author = new Author(this);
      this.writing.replaceChildren(this.author.element);
      this.thread.refreshActions();
    } catch (problem) {
      const again = h("button", { type: "button", onclick: () => this.showWriting() }, "Try again");
      this.writing.replaceChildren(h("p", { class: "notice", role: "alert" }, `${problem.message} `, again));
    }
  }

  showLogin(reason = "") {
    this.author = null;
    const notice = h(
      "p",
      { class: "notice" },
      h("span", {}, reason || "Writing a comment needs a login; reading does not."),
      this.loginLink("Log in to comment"),
    );
    this.writing.replaceChildren(notice);
    this.thread?.refreshActions();
  }

  /** A link to the login: it comes back here, or hands over the token from a window of its own. */
  loginLink(label) {
    if (this.session.isAtHome) return h("a", { class: "button primary", href: this.session.loginUrl() }, label);
    const href = this.session.loginPage({ origin: location.origin });
    const link = h("a", { class: "button primary", href, target: "_blank", rel: "opener" }, label);
    link.addEventListener("click", (event) => {
      if (window.open(href, "parley-login", LOGIN_WINDOW)) event.preventDefault();
    });
    return link;
  }

  /** The reader's comment has been published, at the top level or as a reply. */
  countOneMore() {
    if (this.count !== null) this.setCount(this.count + 1);
  }
}

if (!customElements.get("parley-comments")) customElements.define("parley-comments", ParleyComments);
