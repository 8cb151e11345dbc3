// All that is known about comments, asked for ahead and kept for a while.

import { type Signal, signal } from "@preact/signals";
import { ask } from "../api";
import type { Span } from "../marks";
import { type Asked, asProblem } from "../states";
import type { AuthorPage, Comment, Whole } from "../types";

/** By label, the parts of the text that drove its score. */
export type Explanation = Record<string, (Span & { text: string })[]>;

export interface Detail {
  whole: Signal<Asked<Whole>>;
  explanation: Signal<Asked<Explanation>>;
  author: Signal<Asked<AuthorPage>>;
  /** What the comment replies to, the beginning of the thread first. */
  thread: Signal<Asked<Comment[]>>;
}

const KEPT = 60;
/** Replies are at most this deep (the policy's own bound). */
const DEEPEST = 10;

export class Details {
  private readonly known = new Map<string, Detail>();

  /** The details of a comment; asked for unless they are known. */
  want(comment: Comment): Detail {
    const key = keyOf(comment);
    const known = this.known.get(key);
    if (known) return known;
    const detail: Detail = {
      whole: signal({ state: "loading" }),
      explanation: signal({ state: "loading" }),
      author: signal({ state: "loading" }),
      thread: signal({ state: "loading" }),
    };
    this.known.set(key, detail);
    for (const old of [...this.known.keys()].slice(0, -KEPT)) this.known.delete(old);
    this.ask(comment, detail);
    return detail;
  }

  /** Asks again for what failed. */
  retry(comment: Comment): void {
    const detail = this.known.get(keyOf(comment));
    if (detail) this.ask(comment, detail);
  }

  forget(id: string): void {
    for (const key of this.known.keys()) if (key.startsWith(`${id}:`)) this.known.delete(key);
  }

  private ask(comment: Comment, detail: Detail): void {
    const path = `moderation/comments/${encodeURIComponent(comment.id)}`;
    const whole = fill(detail.whole, () => ask<Whole>(path));
    fill(detail.thread, async () => ancestors((await whole)?.parent ?? null));
    fill(detail.explanation, async () =>
      comment.is_blind ? {} : (await ask<{ explanation: Explanation }>(`${path}/explanation`)).explanation,
    );
    fill(detail.author, () => ask<AuthorPage>(`moderation/authors/${encodeURIComponent(comment.author.id)}`, { limit: 10 }));
  }
}

/** An edited comment is another one. */
function keyOf({ id, version }: Comment): string {
  return `${id}:${version}`;
}

function fill<T>(into: Signal<Asked<T>>, ask: () => Promise<T>): Promise<T | null> {
  if (into.peek().state === "ready") return Promise.resolve(valueOf(into));
  into.value = { state: "loading" };
  return ask().then(
    (value) => {
      into.value = { state: "ready", value };
      return value;
    },
    (reason: unknown) => {
      into.value = { state: "failed", problem: asProblem(reason) };
      return null;
    },
  );
}

export function valueOf<T>(asked: Signal<Asked<T>>): T | null {
  const now = asked.value;
  return now.state === "ready" ? now.value : null;
}

async function ancestors(parent: Comment | null): Promise<Comment[]> {
  const chain: Comment[] = [];
  let next = parent;
  while (next && chain.length < DEEPEST) {
    chain.unshift(next);
    if (!next.parent_id) break;
    const above: Whole = await ask<Whole>(`moderation/comments/${encodeURIComponent(next.parent_id)}`);
    next = above.comment;
  }
  return chain;
}
