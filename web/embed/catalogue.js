// Texts of the section in the language of the page. The catalogue is the folder texts/: a file a language, named by
// its tag; a new file is all that a new language needs.

import { choose, Language } from "./language.js";

const FILES = import.meta.glob("./texts/*.json", { import: "default" });

/** @returns {Promise<Language>} The language for this element. */
export async function languageFor(element) {
  const known = Object.keys(FILES).map((path) => path.slice("./texts/".length, -".json".length));
  const around = element.closest("[lang]")?.lang;
  const { locale, file } = choose([around, ...navigator.languages].filter(Boolean), known);
  return new Language(await FILES[`./texts/${file}.json`](), locale);
}
