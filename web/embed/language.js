// Texts, numbers and times as a language has them. Pure; catalogue.js knows which languages there are.

const FALLBACK = "en";
const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);

/**
 * The language for an element: that of the page around it where there are texts in it, else the first of the
 * browser's languages that has any, else English.
 *
 * @param {string[]} wanted Language tags, the best first.
 * @param {string[]} known Tags of the catalogue.
 * @returns {{locale: string, file: string}} The tag for dates and numbers, and the catalogue's file.
 */
export function choose(wanted, known) {
  for (const locale of wanted) {
    const [base, region] = locale.toLowerCase().split("-");
    if (!known.includes(base) || !isLocale(locale)) continue;
    // A page in plain English, say, is read by somebody whose browser knows which dates and numbers they are used to.
    const regional = region ? locale : wanted.find((tag) => tag.toLowerCase().startsWith(`${base}-`));
    return { locale: regional ?? locale, file: base };
  }
  return { locale: FALLBACK, file: FALLBACK };
}

function isLocale(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export class Language {
  /**
   * @param {Record<string, any>} words One file of the catalogue.
   * @param {string} locale
   */
  constructor(words, locale) {
    this.words = words;
    this.locale = locale;
    this.plurals = new Intl.PluralRules(locale);
    this.isRightToLeft = RIGHT_TO_LEFT.has(locale.split("-")[0]);
  }

  /** A text with its gaps filled: `{n}` is a number and chooses the plural form. */
  say(key, values) {
    return this.parts(key, values).join("");
  }

  /**
   * The same in pieces, so that a gap can be filled with an element.
   *
   * @param {string} key A name in the catalogue, or two with a dot between: `rules.links`.
   * @param {Record<string, any>} [values]
   * @returns {any[]} Strings, and the values as they are; numbers are written out.
   */
  parts(key, values = {}) {
    const names = key.split(".");
    let text = names.reduce((words, name) => (words && Object.hasOwn(words, name) ? words[name] : null), this.words);
    // What the API names and the catalogue does not know yet.
    text ??= names.at(-1).replaceAll("_", " ");
    if (typeof text === "object") text = text[this.plurals.select(values.n)] ?? text.other;
    return text.split(/\{(\w+)\}/).map((piece, index) => {
      if (index % 2 === 0) return piece;
      const value = values[piece];
      return typeof value === "number" ? value.toLocaleString(this.locale) : value;
    });
  }

  /** Things in a row, as a sentence lists them. */
  list(things) {
    return new Intl.ListFormat(this.locale).format(things);
  }

  /** @param {Date} date */
  exact(date) {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: "full", timeStyle: "short" }).format(date);
  }

  /** @param {Date} date */
  day(date) {
    return new Intl.DateTimeFormat(this.locale, { dateStyle: "long" }).format(date);
  }

  /** How long ago that was; after a week, the day. */
  ago(date, now = Date.now()) {
    const seconds = Math.max(0, now - date) / 1000;
    if (seconds >= 7 * 86400) return new Intl.DateTimeFormat(this.locale, { dateStyle: "medium" }).format(date);
    const [unit, size] = seconds < 60 ? ["second", Infinity] : seconds < 3600 ? ["minute", 60] : seconds < 86400 ? ["hour", 3600] : ["day", 86400];
    return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(-Math.floor(seconds / size), unit);
  }
}
