// Which view the address names: what follows the `#`, so that links can be kept and sent.

import { signal } from "@preact/signals";

export interface Route {
  view: string;
  /** What the view is about: the id of a comment or an author. */
  id: string | null;
  query: URLSearchParams;
}

function read(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  const [view = "", id = null] = path.split("/");
  return { view: view || "queue", id: id === null || id === "" ? null : decode(id), query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const route = signal(read());
addEventListener("hashchange", () => {
  route.value = read();
});

export function href(view: string, id?: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${view}${id === undefined ? "" : `/${encodeURIComponent(id)}`}${search && `?${search}`}`;
}

export function go(address: string): void {
  location.hash = address;
}

/** Changes the address without a new entry in the browser's history. */
export function replace(address: string): void {
  history.replaceState(null, "", address);
  route.value = read();
}
