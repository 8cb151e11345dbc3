// The number of an article's comments: <parley-count article-id="…">, for lists of articles. All that a page shows at
// once are asked for together.

import { call } from "../shared/request.js";
import { languageFor } from "./catalogue.js";

const here = import.meta.url;
const ARTICLES_IN_ONE_REQUEST = 100;
/** @type {Map<string, Set<ParleyCount>>} By API address, those that wait for their number. */
const waiting = new Map();

class ParleyCount extends HTMLElement {
  static observedAttributes = ["article-id", "api-url", "lang"];

  connectedCallback() {
    const given = this.getAttribute("api-url");
    const api = given ? new URL(given.replace(/\/*$/, "/"), document.baseURI).href : new URL("../", here).href;
    if (!waiting.has(api)) {
      waiting.set(api, new Set());
      // Whatever else this page's script or parser adds now goes along.
      setTimeout(() => load(api), 0);
    }
    waiting.get(api).add(this);
  }

  attributeChangedCallback(_name, before) {
    if (before !== null && this.isConnected) this.connectedCallback();
  }

  /** @param {number} count */
  async show(count) {
    const language = await languageFor(this);
    this.textContent = this.hasAttribute("number") ? count.toLocaleString(language.locale) : language.say("comments", { n: count });
  }
}

async function load(api) {
  const elements = [...waiting.get(api)];
  waiting.delete(api);
  const articles = [...new Set(elements.map((element) => element.getAttribute("article-id")).filter(Boolean))];
  for (let from = 0; from < articles.length; from += ARTICLES_IN_ONE_REQUEST) {
    const asked = articles.slice(from, from + ARTICLES_IN_ONE_REQUEST);
    const query = new URLSearchParams(asked.map((article) => ["article_id", article]));
    try {
      const { counts } = await call(new URL(`counts?${query}`, api).href);
      for (const element of elements) {
        const article = element.getAttribute("article-id");
        if (asked.includes(article)) element.show(counts[article] ?? 0);
      }
    } catch {
      // What the page wrote between the tags stays: a link without a number still leads to the comments.
    }
  }
}

if (!customElements.get("parley-count")) customElements.define("parley-count", ParleyCount);
