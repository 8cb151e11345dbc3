// The console's way to the API: who asks, and what it means when there is no answer.

import { signal } from "@preact/signals";
import { call, callPatiently, Problem, randomKey } from "../shared/api.js";
import { Session } from "../shared/session.js";

export { Problem, randomKey };

/** Who may work here: nobody has logged in, the login has ended, it is no moderator's, or all is well. */
export type Access = "open" | "out" | "ended" | "forbidden";
export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

interface Options {
  method?: string;
  json?: object;
  /** Makes the request one that may be sent again: it is, while no answer comes. */
  key?: string;
}

export const api = new URL("../", location.href);
export const session = new Session(api);
export const access = signal<Access>(session.isOpen ? "open" : "out");
/** Whether the server could be reached, as far as the last request or the browser knows. */
export const isOnline = signal(navigator.onLine);
addEventListener("online", () => {
  isOnline.value = true;
});
addEventListener("offline", () => {
  isOnline.value = false;
});

export function url(path: string, query: Query = {}): string {
  const address = new URL(path, api);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== "" && one !== false) address.searchParams.append(name, String(one));
    }
  }
  return address.href;
}

/**
 * One request as the moderator.
 *
 * @throws {Problem} With status 401 and 403 the page says so by itself.
 */
export async function ask<T>(path: string, query: Query = {}, options: Options = {}): Promise<T> {
  const token = await bearer();
  const { method = "GET", json, key } = options;
  const headers = key ? { "Idempotency-Key": key } : {};
  const send = key ? callPatiently : call;
  try {
    const answer = (await send(url(path, query), { method, token, headers, ...(json !== undefined && { json }) })) as T;
    isOnline.value = true;
    return answer;
  } catch (reason) {
    if (reason instanceof Problem) heed(reason);
    throw reason;
  }
}

/** The same for what is no JSON: the answer itself, to be read as it comes. */
export async function askForStream(path: string, query: Query = {}, accept = "*/*"): Promise<Response> {
  const token = await bearer();
  const headers = { Authorization: `Bearer ${token}`, Accept: accept };
  let answer: Response;
  try {
    answer = await fetch(url(path, query), { headers, credentials: "omit" });
  } catch {
    throw heed(new Problem(0));
  }
  if (answer.ok) return answer;
  throw heed(new Problem(answer.status, await answer.json().catch(() => ({}))));
}

/** Tells the server something while the page goes away; nobody waits for an answer. */
export function tellLeaving(path: string, method: string): void {
  const token = session.stored()?.idToken;
  if (!token) return;
  void fetch(url(path), { method, headers: { Authorization: `Bearer ${token}` }, credentials: "omit", keepalive: true }).catch(
    () => undefined,
  );
}

async function bearer(): Promise<string> {
  const token = await session.token();
  if (token) return token;
  throw heed(new Problem(401));
}

function heed(problem: Problem): Problem {
  if (problem.status === 0) isOnline.value = false;
  else isOnline.value = true;
  if (problem.status === 401) {
    session.close();
    access.value = access.value === "out" ? "out" : "ended";
  }
  // A moderator's request is refused to those who are none, and for no other reason.
  if (problem.status === 403) access.value = "forbidden";
  return problem;
}
