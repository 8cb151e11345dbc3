// Which part of the queue is looked at.

import type { Comment } from "../types";

export interface Filter {
  cause?: string;
  rule?: string;
  label?: string;
  article_id?: string;
  author_id?: string;
  waiting_min?: number;
}

const NAMES = ["cause", "rule", "label", "article_id", "author_id"] as const;

export function fromQuery(query: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of NAMES) {
    const value = query.get(name);
    if (value) filter[name] = value;
  }
  const minutes = Number(query.get("waiting_min"));
  if (Number.isInteger(minutes) && minutes > 0) filter.waiting_min = minutes;
  return filter;
}

export function toQuery(filter: Filter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter)
      .filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => [name, String(value)]),
  );
}

export function isEmpty(filter: Filter): boolean {
  return Object.keys(toQuery(filter)).length === 0;
}

/** The queue's order: what is due first, then what has waited longest. */
export function inOrder(a: Comment, b: Comment): number {
  const [first, second] = [a.review, b.review];
  return (
    compare(first?.due_at ?? "", second?.due_at ?? "") ||
    (second?.urgency ?? 0) - (first?.urgency ?? 0) ||
    compare(first?.opened_at ?? "", second?.opened_at ?? "") ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
