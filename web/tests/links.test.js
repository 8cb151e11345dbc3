import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../embed/links.js";

const links = (text) => pieces(text).filter(({ href }) => href).map(({ text: shown }) => shown);

test("the pieces joined again are the text, whatever it is", () => {
  const texts = ["", "no link", "https://a.example", "(https://a.example/), https://b.example.", "x https://a.example\ny", "https://", "🚂https://a.example🚂"];
  for (const text of texts) assert.equal(pieces(text).map((piece) => piece.text).join(""), text);
});

test("addresses of the web are found, in any case of letters", () => {
  assert.deepEqual(links("See https://example.org/a?b=c#d and HTTP://EXAMPLE.ORG/"), ["https://example.org/a?b=c#d", "HTTP://EXAMPLE.ORG/"]);
  assert.deepEqual(links("xhttps://example.org"), ["https://example.org"]);
});

test("nothing else is an address", () => {
  const texts = ["javascript:alert(1)", "data:text/html,x", "ftp://example.org", "//example.org", "www.example.org", "mailto:a@example.org", "https://", "http://example.org:99999/", "https://[oops/"];
  for (const text of texts) assert.deepEqual(links(text), [], text);
});

test("a sentence keeps its punctuation", () => {
  assert.deepEqual(links("(see https://example.org/a). Or https://example.org/b, https://example.org/c!"), [
    "https://example.org/a",
    "https://example.org/b",
    "https://example.org/c",
  ]);
  assert.deepEqual(links("“https://example.org/a”…"), ["https://example.org/a"]);
});

test("a bracket that was opened in the address belongs to it", () => {
  assert.deepEqual(links("https://example.org/a_(b)"), ["https://example.org/a_(b)"]);
  assert.deepEqual(links("(https://example.org/a_(b))"), ["https://example.org/a_(b)"]);
  assert.deepEqual(links("https://example.org/a)b"), ["https://example.org/a)b"]);
});

test("quotes and angle brackets end an address", () => {
  for (const end of ['"', "'", "<", ">", "`"]) assert.deepEqual(links(`https://example.org/a${end}onclick=x`), ["https://example.org/a"]);
});

test("a long text of almost-addresses takes no long time", () => {
  const start = performance.now();
  pieces("https://".repeat(20_000));
  pieces(`https://a.example/${"(".repeat(5_000)}${")".repeat(5_000)}`);
  pieces(`https://a.example/${".".repeat(20_000)}`);
  assert.ok(performance.now() - start < 2000);
});
