// What opens below a comment: removing it, reporting it, asking for another look at it.

import { h } from "../shared/dom.js";
import { button } from "./pieces.js";
import { complain } from "./reasons.js";

const CODES = ["abusive", "hateful", "harassment", "threat", "sexual", "spam", "off_topic", "personal_data", "illegal", "other"];
const NOTE_LENGTH = "1000";
const APPEAL_LENGTH = "2000";
let notes = 0;

/**
 * A small form with one request behind it.
 *
 * @param {object} author
 * @param {object} place The comment's place on the page: `open`, `article`, `comment`.
 * @param {object} form
 * @param {string} form.send The words on the button.
 * @param {string} [form.cancel] The words on the other one.
 * @param {any[]} form.fields
 * @param {(path: string, onRetry: () => void) => Promise<any>} form.ask
 * @param {(answer: any) => void} form.onDone
 */
function tool(author, place, { send, cancel, fields, ask, onDone }) {
  const { section } = author;
  const message = h("p", { class: "message", role: "status" });
  const say = (text, kind) => {
    message.className = `message ${kind}`;
    message.textContent = text;
  };
  const close = () => {
    place.open(null);
    place.article.focus();
  };
  const element = h(
    "form",
    { class: "tool", novalidate: true, part: "form" },
    ...fields,
    h(
      "div",
      { class: "row" },
      h("button", { type: "submit", class: "primary", part: "submit" }, send),
      button(cancel ?? section.say("cancel"), close),
    ),
    message,
  );
  let isSending = false;
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    say("", "");
    try {
      const answer = await ask(`comments/${encodeURIComponent(place.comment.id)}`, () => say(section.say("retrying"), ""));
      author.outdate();
      onDone(answer);
    } catch (problem) {
      say(complain(section.language, problem), "problem");
    } finally {
      isSending = false;
    }
  });
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  place.open(element);
  element.querySelector("input, textarea, button").focus();
}

/** A text that may stay empty, with its label above it. */
function note(label, length) {
  notes += 1;
  const id = `note-${notes}`;
  const field = h("textarea", { id, rows: "2", dir: "auto", maxlength: length, part: "textarea" });
  return [field, h("label", { for: id }, label), field];
}

/** Removes a comment, once its author is sure. */
export function removal(author, place) {
  const { section } = author;
  tool(author, place, {
    send: section.say("remove"),
    cancel: section.say("keep"),
    fields: [h("p", {}, section.say("removeSure"))],
    ask: (path, onRetry) => section.ask(path, { method: "DELETE", onRetry }),
    onDone: () => {
      place.open(null);
      author.views.delete(place.comment.id);
      section.announce(section.say("removed"));
      if (author.cards.has(place.comment.id)) {
        author.hide(place);
        return section.heading.focus();
      }
      section.countBy(-1);
      if (!place.replyCount) return place.thread.drop(place);
      place.write({ ...place.comment, status: "removed", body: "", author: {}, reply_count: place.replyCount });
      place.article.focus();
    },
  });
}

/** Tells the moderators what is wrong with somebody's comment. */
export function report(author, place) {
  const { section } = author;
  const name = `reason-${place.comment.id}`;
  const choices = CODES.map((code) =>
    h("label", { class: "choice" }, h("input", { type: "radio", name, value: code, checked: code === CODES[0] }), section.say(`codes.${code}`)),
  );
  const [field, ...noted] = note(section.say("reportNote"), NOTE_LENGTH);
  const reasons = h("fieldset", {}, h("legend", {}, section.say("reportWhy")), h("div", { class: "choices" }, ...choices));
  tool(author, place, {
    send: section.say("reportSend"),
    fields: [reasons, ...noted],
    ask: (path, onRetry) => {
      const reason = reasons.querySelector(":checked").value;
      const text = field.value.trim();
      return section.ask(`${path}/reports`, { method: "POST", json: text ? { reason, note: text } : { reason }, onRetry });
    },
    onDone: () => {
      place.isReported = true;
      place.refreshActions();
      const thanks = h("p", { class: "message published", role: "status", tabindex: "-1" }, section.say("reported"));
      place.open(thanks);
      thanks.focus();
    },
  });
}

/** Asks for a person to look at a rejection. */
export function appeal(author, place) {
  const { section } = author;
  const [field, ...noted] = note(section.say("appealText"), APPEAL_LENGTH);
  tool(author, place, {
    send: section.say("appealSend"),
    fields: noted,
    ask: (path) => {
      const text = field.value.trim();
      return section.ask(`${path}/appeals`, { method: "POST", json: text ? { text } : {} });
    },
    onDone: ({ comment }) => {
      place.open(null);
      place.update(comment);
      place.article.focus();
      section.announce(section.say("appealed"));
    },
  });
}
