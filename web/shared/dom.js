// Builds elements. Text goes in as text nodes only: there is no way from here to markup.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] Functions become listeners (`onclick`), true an empty attribute,
 *   other values attributes; null, undefined and false are left out.
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Somebody's text: its direction is its own and cannot reach the text around it. */
export function foreign(tag, className, text) {
  return h(tag, { class: className, dir: "auto" }, text);
}

/** A moment as an element: short to read, exact on hover. */
export function time(iso) {
  const date = new Date(iso);
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" }).format(date);
  return h("time", { datetime: iso, title: exact }, ago(date));
}

const UNITS = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];

function ago(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  if (seconds > -60) return "just now";
  if (seconds < -7 * 86400) return new Intl.DateTimeFormat(undefined, { dateStyle: "medium" }).format(date);
  const [unit, size] = UNITS.findLast(([, length]) => -seconds >= length);
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.ceil(seconds / size), unit);
}
