// The moderators' console: the review queue, most urgent first.

import { call } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { Session } from "../shared/session.js";
import { Card } from "./card.js";

const api = new URL("../", location.href);
const [status, notice, list, foot, number, tools, who, keys] = [
  "status", "notice", "queue", "foot", "number", "tools", "who", "keys",
].map((id) => document.getElementById(id));

class Console {
  constructor() {
    this.session = new Session(api);
    /** @type {Card[]} */
    this.cards = [];
    this.current = null;
    this.cursor = null;
  }

  url(path, query = {}) {
    const url = new URL(path, api);
    for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
    return url.href;
  }

  /** A bearer token; without one the login is shown. */
  async token() {
    const token = await this.session.token();
    if (!token) this.showLogin();
    return token;
  }

  async start() {
    if (!this.session.isOpen) return this.showLogin("Log in", "This page is for the site's moderators.");
    tools.hidden = false;
    who.replaceChildren(h("bdi", {}, this.session.person.name), " · ", h("a", { href: this.session.logoutUrl() }, "Log out"));
    await this.refresh();
  }

  async refresh() {
    this.cursor = null;
    this.cards = [];
    this.current = null;
    list.replaceChildren();
    await this.loadMore();
    this.select(this.cards[0]);
  }

  async loadMore() {
    if (this.isLoading) return;
    this.isLoading = true;
    notice.replaceChildren();
    foot.replaceChildren();
    status.textContent = "Loading …";
    try {
      const token = await this.token();
      if (!token) return;
      const page = await call(this.url("moderation/queue", { cursor: this.cursor }), { token });
      const known = new Set(this.cards.map(({ comment }) => comment.id));
      const added = page.comments.filter(({ id }) => !known.has(id)).map((comment) => new Card(this, comment));
      this.cards.push(...added);
      list.append(...added.map(({ element }) => element));
      this.cursor = page.next;
      status.textContent = "";
      this.showState();
    } catch (problem) {
      status.textContent = "";
      await this.showProblem(problem);
    } finally {
      this.isLoading = false;
    }
  }

  showState() {
    number.textContent = this.cards.length ? `(${this.cards.length}${this.cursor ? "+" : ""})` : "";
    const more = h("button", { type: "button", onclick: () => this.loadMore() }, "Load more");
    foot.replaceChildren(...(this.cursor && this.cards.length ? [more] : []));
    if (!this.cards.length) panel("Nothing to review", "Comments that a person should look at appear here.");
  }

  async showProblem(problem) {
    if (problem.status === 401) {
      this.session.close();
      return this.showLogin();
    }
    number.textContent = "";
    if (problem.status === 403) {
      const { moderators_group: group } = await this.session.config().catch(() => ({}));
      const how = group ? ` Moderators are in the group “${group}”.` : "";
      return panel("You are not a moderator", `This login has no access to the queue.${how}`);
    }
    const again = h("button", { type: "button", onclick: () => this.loadMore() }, "Try again");
    panel("The queue could not be loaded", problem.message, again);
  }

  showLogin(title = "Your login has ended", text = "Log in again to go on where you were.") {
    tools.hidden = true;
    status.textContent = "";
    number.textContent = "";
    list.replaceChildren();
    foot.replaceChildren();
    panel(title, text, h("a", { class: "button primary", href: this.session.loginUrl() }, "Log in"));
  }

  /** @param {Card|undefined} card */
  select(card) {
    if (card === this.current) return;
    this.current?.element.removeAttribute("aria-current");
    this.current = card ?? null;
    card?.element.setAttribute("aria-current", "true");
  }

  /** @param {1|-1} step */
  move(step) {
    const next = this.cards[this.cards.indexOf(this.current) + step];
    next?.element.focus();
    next?.element.scrollIntoView({ block: "nearest" });
  }

  /** The comment has been decided, here or by somebody else: on to the next one. */
  takeOff(card, message) {
    const place = this.cards.indexOf(card);
    if (place < 0) return;
    this.cards.splice(place, 1);
    const next = this.cards[place] ?? this.cards[place - 1];
    const hadFocus = card === this.current;
    card.element.remove();
    status.textContent = message;
    if (hadFocus) {
      this.select(next);
      next?.element.focus();
    }
    if (!this.cards.length && this.cursor) this.loadMore();
    else this.showState();
  }
}

function panel(title, text, ...actions) {
  notice.replaceChildren(h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, text), ...actions));
}

const moderators = new Console();

const KEYS = {
  j: () => moderators.move(1),
  k: () => moderators.move(-1),
  a: () => moderators.current?.approve(),
  r: () => moderators.current?.ask(),
  "?": () => keys.showModal(),
};

addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
document.getElementById("refresh").addEventListener("click", () => moderators.refresh());
document.getElementById("help").addEventListener("click", () => keys.showModal());

await moderators.start();
