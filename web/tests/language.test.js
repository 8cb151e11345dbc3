import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { choose, Language } from "../embed/language.js";

const FOLDER = new URL("../embed/texts/", import.meta.url);
const catalogue = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"))]),
);
const KNOWN = Object.keys(catalogue);
const NOW = Date.UTC(2026, 10, 24, 12);

/** Every text by its path; a plural is one text with several forms. */
function texts(words, path = "") {
  return Object.entries(words).flatMap(([name, value]) =>
    typeof value === "string" || "other" in value && !["codes", "labels", "rules"].includes(name)
      ? [[path + name, value]]
      : texts(value, `${path}${name}.`),
  );
}

const gaps = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test("the language of the page comes first, then those of the browser, then English", () => {
  assert.deepEqual(choose(["de", "fr"], KNOWN), { locale: "de", file: "de" });
  assert.deepEqual(choose(["it", "fr-CA"], KNOWN), { locale: "fr-CA", file: "fr" });
  assert.deepEqual(choose(["it", "x-nonsense", ""], KNOWN), { locale: "en", file: "en" });
  assert.deepEqual(choose([], KNOWN), { locale: "en", file: "en" });
});

test("a language without a region gets that of the browser", () => {
  assert.deepEqual(choose(["en", "de", "en-GB"], KNOWN), { locale: "en-GB", file: "en" });
  assert.deepEqual(choose(["en-US", "en-GB"], KNOWN), { locale: "en-US", file: "en" });
});

test("a tag that is none breaks nothing", () => {
  assert.deepEqual(choose(["en-this-is-not-a-tag-_", "de"], KNOWN), { locale: "de", file: "de" });
});

for (const [tag, words] of Object.entries(catalogue)) {
  test(`${tag} has every text of English, and the same gaps in it`, () => {
    const [own, english] = [new Map(texts(words)), new Map(texts(catalogue.en))];

    assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort());
    for (const [path, text] of english) {
      const filled = typeof text === "string" ? gaps(text) : gaps(text.other);
      assert.deepEqual(gaps(typeof own.get(path) === "string" ? own.get(path) : own.get(path).other), filled, path);
    }
  });

  test(`${tag} has every plural form that its language needs`, () => {
    const needed = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    for (const [path, text] of texts(words)) {
      if (typeof text !== "string") for (const form of needed) assert.ok(text[form], `${path} ${form}`);
    }
  });

  test(`${tag} writes times, days and lists`, () => {
    const language = new Language(words, tag);
    assert.ok(language.ago(new Date(NOW - 5 * 60_000), NOW).length > 3);
    assert.ok(language.exact(new Date(NOW)).length > 8);
    assert.ok(language.list(["a", "b", "c"]).length > 6);
  });
}

test("numbers choose the form and are written as the language writes them", () => {
  const [english, arabic] = [new Language(catalogue.en, "en"), new Language(catalogue.ar, "ar-EG")];
  assert.equal(english.say("comments", { n: 1 }), "1 comment");
  assert.equal(english.say("comments", { n: 1234 }), "1,234 comments");
  assert.equal(arabic.say("comments", { n: 2 }), "تعليقان");
  assert.equal(arabic.say("comments", { n: 11 }), "١١ تعليقًا");
  assert.ok(arabic.isRightToLeft);
});

test("a gap is filled with what is given, whatever is in it", () => {
  const english = new Language(catalogue.en, "en");
  const node = { a: "node" };
  assert.deepEqual(english.parts("replyTo", { name: node }), ["Reply to ", node, ""]);
  assert.equal(english.say("replyTo", { name: "{n} $& <b>" }), "Reply to {n} $& <b>");
});

test("what the catalogue does not know is said by its name", () => {
  const english = new Language(catalogue.en, "en");
  assert.equal(english.say("rules.some_new_rule"), "some new rule");
  assert.equal(english.say("rules.constructor"), "constructor");
});

test("how long ago it was is said in the largest unit that fits, after a week by the day", () => {
  const english = new Language(catalogue.en, "en-GB");
  const ago = (seconds) => english.ago(new Date(NOW - seconds * 1000), NOW);
  assert.equal(ago(-5), "now");
  assert.equal(ago(59), "now");
  assert.equal(ago(60), "1 minute ago");
  assert.equal(ago(3599), "59 minutes ago");
  assert.equal(ago(3600), "1 hour ago");
  assert.equal(ago(86400), "yesterday");
  assert.equal(ago(6.9 * 86400), "6 days ago");
  assert.equal(ago(7 * 86400), "17 Nov 2026");
});
