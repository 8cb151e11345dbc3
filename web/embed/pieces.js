// The pieces that comments are made of. Text goes in as text nodes only.

import { h } from "../shared/dom.js";
import { pieces } from "./links.js";

/** Somebody's text: its direction is its own; addresses in it can be followed, and nothing else is anything but text. */
export function prose(text, className = "body") {
  const content = pieces(text).map(({ text: piece, href }) =>
    href ? h("a", { href, rel: "ugc nofollow noopener noreferrer", target: "_blank", dir: "ltr" }, piece) : piece,
  );
  return h("div", { class: className, dir: "auto", part: "body" }, ...content);
}

/** A moment: short to read, exact on hover; `tick` keeps it true. */
export function moment(language, iso) {
  const date = new Date(iso);
  return h("time", { datetime: iso, title: language.exact(date) }, language.ago(date));
}

/** Brings every moment below a node up to date. */
export function tick(root, language) {
  for (const element of root.querySelectorAll("time")) {
    const text = language.ago(new Date(element.dateTime));
    if (element.textContent !== text) element.textContent = text;
  }
}

/** A button that looks like a link. */
export function action(label, onclick, properties = {}) {
  return h("button", { type: "button", class: "link", onclick, ...properties }, label);
}

export function button(label, onclick, properties = {}) {
  return h("button", { type: "button", part: "button", onclick, ...properties }, label);
}

/** A name's first letter on a colour of its own: people are told apart at a glance. Decoration, not read out. */
export function face({ id = "", name = "" } = {}) {
  const element = h("span", { class: "face", part: "face", "aria-hidden": "true" }, [...name][0] ?? "");
  let hue = 0;
  for (const character of id) hue = (hue * 31 + character.charCodeAt(0)) % 360;
  element.style.setProperty("--hue", hue);
  return element;
}
