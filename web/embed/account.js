// Who writes here when the page itself knows: it hands over the token, and a fresh one when that ends.

import { claimsOf, nameOf } from "../shared/session.js";

const MARGIN_MS = 60_000;

/** What `Session` is for the stack's own login. */
export class PageAccount {
  /** @param {(wish: {isRefused: boolean}) => Promise<string|null>|string|null} getToken The page's callback. */
  constructor(getToken) {
    this.getToken = getToken;
    this.close();
  }

  get isOpen() {
    return this.kept !== null;
  }

  get person() {
    return this.isOpen ? { name: nameOf(this.claims) } : null;
  }

  /** A bearer token, or null while nobody is logged in at the page. */
  async token({ isRefused = false } = {}) {
    if (!isRefused && this.isOpen && this.claims.exp * 1000 - Date.now() > MARGIN_MS) return this.kept;
    this.asking ??= Promise.resolve(this.getToken({ isRefused })).finally(() => {
      this.asking = null;
    });
    const token = await this.asking;
    this.close();
    if (!token) return null;
    this.claims = claimsOf(token);
    this.kept = token;
    return token;
  }

  close() {
    this.kept = null;
    this.claims = {};
  }
}
