// Calls the API. What goes wrong is thrown as a Problem, whatever it is.

const RETRY_STATUSES = new Set([429, 502, 503, 504]);
const BEFORE_RETRIES_MS = [500, 1500, 4000];

/** Why a request failed. Its message is for people where a page has said how (see api.js). */
export class Problem extends Error {
  /** @type {((status: number, content: object) => string)|undefined} */
  static describe;

  /**
   * @param {number} status The HTTP status; 0 when no answer came.
   * @param {Record<string, any>} [content] The problem document (RFC 9457), as far as there is one.
   */
  constructor(status, content = {}) {
    super(Problem.describe?.(status, content));
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
