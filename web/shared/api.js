// Calls the API; every failure becomes a Problem that can be shown to people.

const RETRY_STATUSES = new Set([429, 502, 503, 504]);
const BEFORE_RETRIES_MS = [500, 1500, 4000];

/** Why a request failed, in words for people. */
export class Problem extends Error {
  /**
   * @param {number} status The HTTP status; 0 when no answer came.
   * @param {Record<string, any>} [content] The problem document (RFC 9457), as far as there is one.
   */
  constructor(status, content = {}) {
    super(describe(status, content));
    this.status = status;
    this.content = content;
  }
}

/**
 * One request, without a second try.
 *
 * @param {string} url
 * @param {{method?: string, token?: string, headers?: object, json?: object, isFresh?: boolean}} [options]
 *   With `isFresh` the server is asked whether what the browser has is still true.
 * @returns {Promise<any>} The JSON of the answer.
 * @throws {Problem}
 */
export async function call(url, { method = "GET", token, headers = {}, json, isFresh = false } = {}) {
  const sent = { Accept: "application/json", ...headers };
  if (token) sent.Authorization = `Bearer ${token}`;
  if (json) sent["Content-Type"] = "application/json";
  const cache = isFresh ? "no-cache" : "default";
  let answer;
  try {
    // No cookies: whoever calls is known by the token alone.
    answer = await fetch(url, { method, headers: sent, body: json && JSON.stringify(json), credentials: "omit", cache });
  } catch {
    throw new Problem(0);
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(answer.status, content);
  return content;
}

/** The same, tried again where a try that may have arrived does no harm: the request must be idempotent. */
export async function callPatiently(url, options, onRetry = () => {}) {
  for (const pause of BEFORE_RETRIES_MS) {
    try {
      return await call(url, options);
    } catch (problem) {
      if (problem.status !== 0 && !RETRY_STATUSES.has(problem.status)) throw problem;
      onRetry(problem);
      await new Promise((resume) => setTimeout(resume, pause));
    }
  }
  return call(url, options);
}

/** A value for an Idempotency-Key header. Works on pages without TLS too, unlike crypto.randomUUID. */
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const BY_STATUS = {
  0: "There is no connection to the server.",
  401: "Your login has ended. Please log in again.",
  429: "That was a little fast. Please wait a moment and try again.",
  502: "The server is busy. Please try again in a moment.",
  503: "The server is busy. Please try again in a moment.",
  504: "The server is busy. Please try again in a moment.",
};

const FIELDS = { body: "Your text", parent_id: "The comment you reply to", note: "The note", reason: "The reason" };

function describe(status, content) {
  if (BY_STATUS[status]) return BY_STATUS[status];
  if (Array.isArray(content.errors) && content.errors.length) {
    return content.errors.map(({ field, message }) => `${FIELDS[field] ?? field} ${message}.`).join(" ");
  }
  return content.detail || "Something went wrong. Please try again.";
}
