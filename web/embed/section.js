// The comment section: <parley-comments article-id="…">. What only authors need is loaded when somebody logs in.

import { call, callPatiently, Problem } from "../shared/request.js";
import { h } from "../shared/dom.js";
import { Session } from "../shared/session.js";
import { PageAccount } from "./account.js";
import "./count.js";
import { languageFor } from "./catalogue.js";
import { button } from "./pieces.js";
import { complain } from "./reasons.js";
import { sheet } from "./sheet.js";
import { Thread } from "./thread.js";
import { Watch } from "./watch.js";

// The built file lies one folder below the stack's root.
const here = import.meta.url;
const LOGIN_WINDOW = "popup,width=480,height=720";
const PERMALINK = /^#comment-([a-z2-7.]+)$/;
const MAX_LENGTH = 5000;
const MAX_DEPTH = 3;

class ParleyComments extends HTMLElement {
  static observedAttributes = ["article-id", "api-url", "lang", "login-url"];

  #getToken = null;

  /** The page's own way to a token; see docs/embedding.md. */
  get getToken() {
    return this.#getToken;
  }

  set getToken(callback) {
    this.#getToken = callback;
    if (this.isConnected) this.restart();
  }

  connectedCallback() {
    // Set before this script had arrived, it hides the accessor.
    if (Object.hasOwn(this, "getToken")) {
      const callback = this.getToken;
      delete this.getToken;
      this.#getToken = callback;
    }
    this.restart();
  }

  disconnectedCallback() {
    this.leave?.abort();
  }

  attributeChangedCallback(_name, before, now) {
    if (this.leave && this.isConnected && before !== now) this.restart();
  }

  /** Builds the section anew, for this article, this language and this way to log in. */
  async restart() {
    this.leave?.abort();
    this.leave = new AbortController();
    const { signal } = this.leave;
    const language = await languageFor(this);
    if (signal.aborted) return;
    this.language = language;
    // From here on what the page wrote between the tags is hidden.
    this.root ??= this.attachShadow({ mode: "open" });
    this.root.adoptedStyleSheets = [sheet];
    const given = this.getAttribute("api-url");
    this.api = given ? new URL(given.replace(/\/*$/, "/"), document.baseURI) : new URL("../", here);
    this.articleId = this.getAttribute("article-id") ?? "";
    this.session = this.#getToken ? new PageAccount(this.#getToken) : new Session(this.api);
    this.author = null;
    this.order = "newest";
    this.count = null;
    this.build();
    if (this.session.listen) signal.addEventListener("abort", this.session.listen(() => this.showWriting()));
    addEventListener("hashchange", () => this.followLink(), { signal });
    this.watch = new Watch(this, signal);
    this.showWriting();
    this.showCount();
    await this.showComments();
    if (signal.aborted) return;
    this.watch.begin();
    this.followLink();
  }

  /** A text in the reader's language. */
  say(key, values) {
    return this.language.say(key, values);
  }

  get maxLength() {
    return Number(this.getAttribute("max-length")) || MAX_LENGTH;
  }

  get maxDepth() {
    return Number(this.getAttribute("max-depth") ?? MAX_DEPTH);
  }

  build() {
    const { language } = this;
    this.number = h("span", { class: "number" });
    this.heading = h("h2", { id: "title", part: "title", tabindex: "-1" }, this.say("title"), " ", this.number);
    this.writing = h("div", { class: "writing", part: "writing" });
    this.status = h("p", { class: "visually-hidden", role: "status" });
    this.fresh = h("div", { class: "fresh" });
    this.content = h("div");
    const printed = { date: language.exact(new Date()), url: location.href.split("#")[0] };
    this.root.replaceChildren(
      h(
        "section",
        { "aria-labelledby": "title", part: "section", lang: language.locale, dir: language.isRightToLeft ? "rtl" : "ltr" },
        h("header", { class: "top" }, this.heading, this.orderChoice()),
        this.writing,
        this.status,
        this.fresh,
        this.content,
        h("p", { class: "printed" }, this.say("print", printed)),
      ),
    );
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

  /**
   * A request as the person who is logged in. A token that is refused is renewed once.
   *
   * @param {string} path
   * @param {object} [options] As for `call`; with `onRetry` the request is idempotent, and tried again when it is lost.
   * @throws {Problem} Status 401: the login has ended.
   */
  async ask(path, { query, onRetry, ...options } = {}) {
    const url = this.url(path, query);
    const send = async (wish) => {
      const token = await this.session.token(wish);
      if (!token) throw new Problem(401);
      return onRetry ? callPatiently(url, { ...options, token }, onRetry) : call(url, { ...options, token });
    };
    try {
      return await send();
    } catch (problem) {
      if (problem.status !== 401 || !this.session.isOpen) throw problem;
      return send({ isRefused: true });
    }
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
    const options = ["newest", "oldest"].map((order) => h("option", { value: order }, this.say(order)));
    const select = h("select", { "aria-label": this.say("order"), part: "order" }, ...options);
    select.addEventListener("change", () => {
      this.order = select.value;
      this.showComments();
    });
    return select;
  }

  async showComments() {
    const thread = new Thread(this, { path: this.path, query: { order: this.order, limit: this.getAttribute("page-size") } });
    this.thread = thread;
    this.fresh.replaceChildren();
    this.content.replaceChildren(thread.element);
    await thread.loadMore();
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
    this.number.textContent = count ? count.toLocaleString(this.language.locale) : "";
  }

  /** One comment more, or fewer, is published. */
  countBy(difference) {
    if (this.count !== null) this.setCount(this.count + difference);
  }

  /** The place for the reader's own words: the form, or the way to it. */
  async showWriting() {
    this.author = null;
    const { signal } = this.leave;
    try {
      const token = await this.session.token();
      if (signal.aborted) return;
      if (!token) return this.showLogin();
      const { Author } = await import("./author.js");
      if (signal.aborted) return;
      this.author = new Author(this);
      this.writing.replaceChildren(this.author.element);
      this.thread.refreshActions();
      await this.author.start();
    } catch (problem) {
      const again = button(this.say("again"), () => this.showWriting());
      this.writing.replaceChildren(h("p", { class: "notice", role: "alert" }, complain(this.language, problem), again));
    }
  }

  /** The way to the login. */
  showLogin() {
    this.author = null;
    this.writing.replaceChildren(h("p", { class: "notice", part: "notice" }, this.say("loginHint"), this.loginLink(this.say("login"))));
    this.thread?.refreshActions();
  }

  /** A link to the login: the site's own, or the stack's, which comes back here or hands over the token. */
  loginLink(label) {
    const link = (href, more) => h("a", { class: "button primary", part: "button", href, ...more }, label);
    const given = this.getAttribute("login-url");
    if (given) return link(new URL(given.replace("{url}", encodeURIComponent(location.href)), document.baseURI).href);
    const session = this.session.loginPage ? this.session : new Session(this.api);
    if (session.isAtHome) return link(session.loginUrl());
    const href = session.loginPage({ origin: location.origin });
    const opened = link(href, { target: "_blank", rel: "opener" });
    opened.addEventListener("click", (event) => {
      if (window.open(href, "parley-login", LOGIN_WINDOW)) event.preventDefault();
    });
    return opened;
  }

  /** Goes to the comment that the page's address names, if it names one. */
  async followLink() {
    const [, chain] = PERMALINK.exec(location.hash) ?? [];
    if (!chain) return;
    const entry = await this.thread.find(chain.split("."));
    if (entry) return entry.show();
    // No answer is no news of the comment; the list says what is wrong.
    if (entry === undefined) return;
    const gone = h("p", { class: "message", role: "alert" }, this.say("gone"));
    this.content.prepend(gone);
    gone.scrollIntoView({ block: "nearest" });
  }
}

if (!customElements.get("parley-comments")) customElements.define("parley-comments", ParleyComments);
