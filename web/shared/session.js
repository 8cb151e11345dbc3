// Who is logged in. The token is kept for the tab (sessionStorage), and never in an address. What renews it is stored
// on the API's own origin only; a page elsewhere has it in memory, and forgets it when it is left.

import { call, Problem } from "./request.js";

const STORED = "parley.session";
const MARGIN_S = 60;

/**
 * @typedef {object} Tokens
 * @property {string} idToken The bearer token.
 * @property {string|null} refreshToken Only on the API's own origin.
 * @property {number} expiresAt Milliseconds since 1970, by this device's clock.
 */

/** The login of one stack. */
export class Session {
  /** @param {string|URL} api The API's address, with a slash at its end. */
  constructor(api) {
    this.api = new URL(api);
    this.isAtHome = this.api.origin === location.origin;
    /** @type {string|null} What renews the login of a page elsewhere. */
    this.refreshToken = null;
    /** @type {Promise<string|null>|null} */
    this.renewing = null;
  }

  /** The stack's public configuration. */
  config() {
    this.loadedConfig ??= call(new URL("config.json", this.api)).catch((problem) => {
      this.loadedConfig = undefined;
      throw problem;
    });
    return this.loadedConfig;
  }

  /** Whether somebody has logged in on this tab; the token may have to be renewed. */
  get isOpen() {
    return this.stored() !== null;
  }

  /** What the ID token says of the person; nothing here is trusted by the API. */
  get person() {
    const tokens = this.stored();
    if (!tokens) return null;
    return { name: nameOf(claimsOf(tokens.idToken)) };
  }

  /**
   * A bearer token that is good for another minute, or null if the person has to log in again.
   *
   * @param {{isRefused?: boolean}} [options] `isRefused`: the API did not take the last one.
   * @throws {Problem} The login could not be reached.
   */
  async token({ isRefused = false } = {}) {
    const tokens = this.stored();
    if (!tokens) return null;
    if (!isRefused && tokens.expiresAt - Date.now() > MARGIN_S * 1000) return tokens.idToken;
    const refreshToken = tokens.refreshToken ?? this.refreshToken;
    if (!refreshToken) {
      this.close();
      return null;
    }
    this.renewing ??= this.renew(refreshToken).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  /** @param {string} refreshToken */
  async renew(refreshToken) {
    const { login } = await this.config();
    try {
      const given = await requestTokens(login, { grant_type: "refresh_token", refresh_token: refreshToken });
      this.open({ ...given, refresh_token: given.refresh_token ?? refreshToken });
      return given.id_token;
    } catch (problem) {
      if (problem.status >= 500 || (problem.status === 0 && !(await this.isTokenEndpointClosed()))) throw problem;
      this.close();
      return null;
    }
  }

  // Some issuers answer their own pages only. A browser does not tell that from a broken connection; the stack does.
  async isTokenEndpointClosed() {
    if (this.isAtHome) return false;
    return fetch(new URL("config.json", this.api), { credentials: "omit", cache: "no-store" }).then(
      () => true,
      () => false,
    );
  }

  /** Keeps what the token endpoint gave. */
  open({ id_token: idToken, refresh_token: refreshToken = null }) {
    const { exp, iat } = claimsOf(idToken);
    // By its lifetime rather than by its end, so that a wrong clock here does not matter.
    const expiresAt = Date.now() + (exp - iat) * 1000;
    this.refreshToken = this.isAtHome ? null : refreshToken;
    const kept = { idToken, refreshToken: this.isAtHome ? refreshToken : null, expiresAt };
    sessionStorage.setItem(STORED, JSON.stringify(kept));
  }

  /** Forgets the login on this tab. */
  close() {
    this.refreshToken = null;
    sessionStorage.removeItem(STORED);
  }

  /** @returns {Tokens|null} */
  stored() {
    try {
      return JSON.parse(sessionStorage.getItem(STORED) ?? "null");
    } catch {
      return null;
    }
  }

  /** The address that logs in and comes back to this page, for pages on the API's own origin. */
  loginUrl() {
    return this.loginPage({ return_to: location.pathname + location.search + location.hash });
  }

  /** The address that logs out and comes back to this page. */
  logoutUrl() {
    return this.loginPage({ logout: "", return_to: location.pathname + location.search });
  }

  /** @param {Record<string, string>} query */
  loginPage(query) {
    const url = new URL("login/", this.api);
    url.search = new URLSearchParams(query).toString();
    return url.href;
  }

  /**
   * For pages on other origins: takes the token that the login window hands over.
   *
   * @param {() => void} onOpen Called whenever somebody has logged in.
   * @returns {() => void} Stops listening.
   */
  listen(onOpen) {
    const take = (event) => {
      if (event.origin !== this.api.origin || event.data?.type !== "parley:login") return;
      this.open({ id_token: event.data.idToken, refresh_token: event.data.refreshToken });
      onOpen();
    };
    addEventListener("message", take);
    return () => removeEventListener("message", take);
  }
}

/**
 * @param {{token_url: string, client_id: string}} login
 * @param {Record<string, string>} parameters
 * @throws {Problem}
 */
export async function requestTokens(login, parameters) {
  const body = new URLSearchParams({ client_id: login.client_id, ...parameters });
  let answer;
  try {
    answer = await fetch(login.token_url, { method: "POST", body, credentials: "omit" });
  } catch {
    throw new Problem(0);
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok || !content.id_token) {
    throw new Problem(answer.ok ? 400 : answer.status, { detail: "The login was not accepted." });
  }
  return content;
}

/** How the claims of a token call the person. */
export function nameOf(claims) {
  return claims.name || claims.preferred_username || claims["cognito:username"] || "";
}

/** The claims of a JWT, as they stand in it. */
export function claimsOf(token) {
  const base64 = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
