// One comment of the queue: what it says, why it is here, and the two answers to it.

import { callPatiently, randomKey } from "../shared/api.js";
import { foreign, h, time } from "../shared/dom.js";
import { plain, REJECTION_REASONS } from "./words.js";

const CAUSES = { borderline: "Borderline", unscored: "Not scored" };
const DECIDED = { published: "approved", rejected: "rejected", held: "put on hold" };

export class Card {
  /**
   * @param {object} console The queue it is in: gives tokens, takes the card off.
   * @param {object} comment
   */
  constructor(console, comment) {
    this.console = console;
    this.comment = comment;
    this.isBusy = false;
    this.problem = h("p", { class: "problem", role: "alert" });
    this.why = this.whyForm();
    this.approveButton = h("button", { type: "button", class: "approve", onclick: () => this.approve() }, "Approve");
    this.rejectButton = h("button", { type: "button", class: "reject", onclick: () => this.ask() }, "Reject …");
    this.element = h(
      "li",
      { class: "card", tabindex: "-1", "data-id": comment.id, onfocusin: () => console.select(this) },
      this.meta(),
      h("div", { class: "grid" }, foreign("div", "body", comment.body), this.facts()),
      h("div", { class: "actions" }, this.approveButton, this.rejectButton),
      this.why,
      this.problem,
    );
  }

  meta() {
    const { author, article_id: article, parent_id: parent, created_at: created, review } = this.comment;
    const causes = (review?.causes ?? []).map((cause) => CAUSES[cause] ?? plain(cause));
    return h(
      "p",
      { class: "meta" },
      h("bdi", {}, author.name),
      parent ? " in a reply on " : " on ",
      h("bdi", {}, article),
      ", ",
      time(created),
      causes.length > 0 && ` · ${causes.join(", ")}`,
    );
  }

  facts() {
    const { scores, reasons } = this.comment;
    const fired = new Set(reasons.map(({ label }) => label));
    const bars = Object.entries(scores ?? {})
      .sort(([, a], [, b]) => b - a)
      .map(([label, score]) => bar(label, score, fired.has(label)));
    return h(
      "div",
      { class: "facts" },
      h("h3", {}, "Scores"),
      bars.length ? h("ul", {}, ...bars) : h("ul", {}, h("li", {}, "The model gave none.")),
      reasons.length > 0 && h("h3", {}, "Why it is here"),
      reasons.length > 0 && h("ul", {}, ...reasons.map((reason) => h("li", {}, describe(reason)))),
    );
  }

  whyForm() {
    const options = Object.entries(REJECTION_REASONS).map(([value, label]) => h("option", { value }, label));
    this.reason = h("select", { name: "reason" }, ...options);
    this.note = h("input", { name: "note", maxlength: "1000", autocomplete: "off" });
    const form = h(
      "form",
      { class: "why", hidden: true },
      h("label", {}, "Reason", this.reason),
      h("label", { class: "note" }, "Note for colleagues (optional)", this.note),
      h("button", { type: "submit", class: "reject" }, "Reject"),
      h("button", { type: "button", onclick: () => this.leave() }, "Cancel"),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.reject();
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
      // Enter in a select does not send a form by itself.
      if (event.key === "Enter" && event.target === this.reason) this.reject();
    });
    return form;
  }

  ask() {
    this.why.hidden = false;
    this.reason.focus();
  }

  leave() {
    this.why.hidden = true;
    this.element.focus();
  }

  approve() {
    return this.decide({ action: "approve" });
  }

  reject() {
    const note = this.note.value.trim();
    return this.decide({ action: "reject", reason: this.reason.value, ...(note && { note }) });
  }

  /** Sends the decision on the comment as it was shown; at most one is on its way. */
  async decide(decision) {
    if (this.isBusy) return;
    this.setBusy(true);
    try {
      const token = await this.console.token();
      if (!token) return;
      const { id, version } = this.comment;
      await callPatiently(this.console.url(`moderation/comments/${encodeURIComponent(id)}/decisions`), {
        method: "POST",
        token,
        headers: { "Idempotency-Key": this.keyOf(decision) },
        json: { ...decision, version },
      });
      this.console.takeOff(this, decision.action === "approve" ? "Approved." : "Rejected.");
    } catch (problem) {
      if (problem.status === 409 && problem.content.decided_by) {
        this.console.takeOff(this, whoWasFirst(problem.content));
      }
      // A comment that a colleague holds stays here; the message says who and until when.
      else if (problem.status === 404) this.console.takeOff(this, "The comment is gone.");
      else if (problem.status === 401) this.console.showLogin();
      else this.problem.textContent = problem.message;
    } finally {
      this.setBusy(false);
    }
  }

  // The same decision again, after an answer that was lost, is the same request: it cannot meet itself.
  keyOf(decision) {
    const wish = JSON.stringify(decision);
    if (this.wish !== wish) {
      this.wish = wish;
      this.key = randomKey();
    }
    return this.key;
  }

  setBusy(isBusy) {
    this.isBusy = isBusy;
    if (isBusy) this.problem.textContent = "";
    this.element.classList.toggle("gone", isBusy);
  }
}

function bar(label, score, isFired) {
  const fill = h("div", { class: "fill" });
  fill.style.inlineSize = `${score * 100}%`;
  return h(
    "li",
    { class: isFired ? "score fired" : "score" },
    h("span", {}, plain(label)),
    h("span", { class: "value" }, percent(score)),
    h("div", { class: "track", "aria-hidden": "true" }, fill),
  );
}

function describe({ rule, label, threshold, term }) {
  if (rule === "model" && typeof threshold === "number") {
    return `${plain(label)} is over ${percent(threshold)}`;
  }
  if (term) return h("span", {}, `${plain(rule)}: `, h("bdi", {}, term));
  return plain(label ? `${rule}: ${label}` : rule);
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

function whoWasFirst({ decided_by: by, decided_at: at, comment_status: status }) {
  const when = at ? new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(new Date(at)) : "";
  return `${by ?? "Somebody"} was first: ${DECIDED[status] ?? "decided"}${when && ` at ${when}`}.`;
}
