// The login: OpenID Connect, authorization code flow with PKCE. This page starts it and takes its answer.
//
//   login/?return_to=/demo/       log in, then go to that page of this origin
//   login/?origin=https://site    in a window of its own: log in, hand the token to that page, close
//   login/?logout&return_to=…     log out, then go to that page of this origin
//   login/?code=…&state=…         the answer of the login

import { Problem } from "../shared/api.js";
import { h } from "../shared/dom.js";
import { claimsOf, requestTokens, Session } from "../shared/session.js";

// What must outlive the way to the login and back. Of this tab, so nobody else's answer fits.
const STARTED = "parley.login";
const LEAVING = "parley.logout";

const session = new Session(new URL("../", location.href));
// Exactly as it is registered with the login: this page, without a query.
const redirectUri = new URL("../login/", location.href).href;
const query = new URLSearchParams(location.search);

/** Why nobody can be logged in, in words for people. */
class LoginError extends Error {}

async function main() {
  if (query.has("code") || query.has("error")) return finish();
  if (query.has("logout")) return logOut();
  if (query.has("return_to") || query.has("origin")) return start();
  const target = take(LEAVING)?.returnTo;
  if (target) return location.replace(localTarget(target));
  return session.isOpen
    ? show("You are logged in.", "../login/?logout", "Log out")
    : show("You are logged out.", "../login/?return_to=../demo/", "Log in");
}

async function start() {
  const config = await session.config();
  const login = loginOf(config);
  const origin = query.get("origin");
  if (origin !== null && !config.page_origins.includes(origin)) {
    throw new LoginError(`This login is not for the pages of ${origin}.`);
  }
  const attempt = { state: random(), nonce: random(), verifier: random(), origin, returnTo: query.get("return_to") };
  sessionStorage.setItem(STARTED, JSON.stringify(attempt));
  go(login.authorize_url, {
    response_type: "code",
    client_id: login.client_id,
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await challengeFor(attempt.verifier),
    code_challenge_method: "S256",
  });
}

async function finish() {
  const attempt = take(STARTED);
  // An answer to a question that this tab has not asked: somebody else's login, or a page loaded again.
  if (!attempt || attempt.state !== query.get("state")) {
    throw new LoginError("This login was not started in this window, or was used already.");
  }
  retry = attempt.origin ? { origin: attempt.origin } : { return_to: attempt.returnTo ?? "../demo/" };
  if (query.has("error")) throw new LoginError("The login was cancelled or refused.");
  const login = loginOf(await session.config());
  const tokens = await requestTokens(login, {
    grant_type: "authorization_code",
    code: query.get("code"),
    redirect_uri: redirectUri,
    code_verifier: attempt.verifier,
  });
  const { nonce, aud } = claimsOf(tokens.id_token);
  if (nonce !== attempt.nonce || ![aud].flat().includes(login.client_id)) {
    throw new LoginError("The answer belongs to another login.");
  }
  if (attempt.origin) return handOver(tokens, attempt.origin);
  session.open(tokens);
  location.replace(localTarget(attempt.returnTo));
}

/** Gives the tokens to the page that asked, which is one of the site's own. */
function handOver({ id_token: idToken, refresh_token: refreshToken }, origin) {
  if (!window.opener) throw new LoginError("The page that asked for the login is gone.");
  window.opener.postMessage({ type: "parley:login", idToken, refreshToken }, origin);
  show("You are logged in. You can close this window.");
  window.close();
}

async function logOut() {
  session.close();
  const { login } = await session.config();
  const returnTo = query.get("return_to");
  if (!login?.logout_url) return location.replace(localTarget(returnTo ?? "../login/"));
  if (returnTo !== null) sessionStorage.setItem(LEAVING, JSON.stringify({ returnTo }));
  // Cognito's name for the way back, and the standard's.
  go(login.logout_url, {
    client_id: login.client_id,
    logout_uri: redirectUri,
    post_logout_redirect_uri: redirectUri,
  });
}

function loginOf({ login }) {
  if (!login) throw new LoginError("No login is set up here.");
  return login;
}

/** The address, if it is one of this origin; the start page otherwise, so that nobody is led astray. */
function localTarget(address) {
  const home = new URL("../demo/", location.href);
  if (!address || !URL.canParse(address, location.href)) return home.href;
  const target = new URL(address, location.href);
  return target.origin === location.origin ? target.href : home.href;
}

function take(key) {
  const stored = sessionStorage.getItem(key);
  sessionStorage.removeItem(key);
  return stored && JSON.parse(stored);
}

function go(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.replace(url.href);
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeFor(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function show(message, href, label) {
  document.getElementById("message").textContent = message;
  const way = document.getElementById("way");
  way.hidden = !href;
  if (href) way.replaceChildren(h("a", { class: "button", href }, label));
}

let retry = query.has("origin") ? { origin: query.get("origin") } : { return_to: query.get("return_to") ?? "../demo/" };
try {
  await main();
} catch (error) {
  const isExpected = error instanceof LoginError || error instanceof Problem;
  const reason = isExpected ? error.message : "Something went wrong.";
  show(`You could not be logged in. ${reason}`, `../login/?${new URLSearchParams(retry)}`, "Try again");
  if (!isExpected) throw error;
}
