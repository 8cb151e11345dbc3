// What somebody is writing: kept for the tab, over a reload and over the way to the login.

import { randomKey } from "../shared/request.js";

export class Draft {
  /** @param {string} place What it is for: an article, a comment that is replied to or edited. */
  constructor(place) {
    this.place = `parley.draft.${place}`;
    try {
      this.kept = JSON.parse(sessionStorage.getItem(this.place) ?? "null") ?? {};
    } catch {
      this.kept = {};
    }
  }

  get body() {
    return this.kept.body;
  }

  /** The Idempotency-Key of this text: the same text tried again is the same comment. */
  keyFor(body) {
    if (this.kept.tried?.body !== body) this.keep({ body, tried: { body, key: randomKey() } });
    return this.kept.tried.key;
  }

  type(body) {
    this.keep({ ...this.kept, body });
  }

  keep(kept) {
    this.kept = kept;
    try {
      sessionStorage.setItem(this.place, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: the draft lives as long as the page.
    }
  }

  drop() {
    this.kept = {};
    try {
      sessionStorage.removeItem(this.place);
    } catch {
      // See above.
    }
  }
}
