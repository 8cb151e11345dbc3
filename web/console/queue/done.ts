// What has just been decided, here or by somebody who was first; the last things can be undone.

import { computed, type Signal, signal } from "@preact/signals";
import type { Problem } from "../api";
import { clockTime } from "../time";
import type { Comment } from "../types";
import { DONE, REJECTION_REASONS, lower, word } from "../words";
import type { Decision, Result } from "./outbox";

export interface Line {
  /** The comment as it was decided on; once decided, as it is then. */
  comment: Comment;
  outcome: "sending" | "ours" | "theirs" | "gone" | "failed" | "undone";
  text: string;
}

/** One decision, on one comment or several. */
export class Done {
  readonly lines: Signal<readonly Line[]>;
  /** Whether it is being taken back. */
  readonly isUndoing = signal(false);
  /** Settles when every comment has its answer. */
  readonly settled: Promise<void>;
  private resolve: () => void = () => undefined;

  constructor(
    readonly id: number,
    comments: readonly Comment[],
    readonly decision: Decision,
  ) {
    const text = wordsFor(decision);
    this.lines = signal(comments.map((comment) => ({ comment, outcome: "sending", text })));
    this.settled = new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  settle(results: ReadonlyMap<string, Result>): void {
    this.lines.value = this.lines.value.map((line) => {
      const result = results.get(line.comment.id);
      return result ? lineOf(line, result) : line;
    });
    this.resolve();
  }

  /** The comments that this decision still stands for. */
  get ours(): Comment[] {
    return this.lines.value.filter(({ outcome }) => outcome === "ours").map(({ comment }) => comment);
  }

  /** The comments that are still to be decided. */
  get failed(): ReadonlySet<string> {
    return new Set(this.lines.value.filter(({ outcome }) => outcome === "failed").map(({ comment }) => comment.id));
  }

  get canBeUndone(): boolean {
    return !this.isUndoing.value && this.lines.value.some(({ outcome }) => outcome === "ours" || outcome === "sending");
  }

  undone(ids: ReadonlySet<string>): void {
    this.lines.value = this.lines.value.map((line) =>
      ids.has(line.comment.id) ? { ...line, outcome: "undone", text: "undone" } : line,
    );
  }
}

const REMEMBERED = 30;

export class Log {
  /** Latest first. */
  readonly entries = signal<readonly Done[]>([]);
  readonly latest = computed(() => this.entries.value.find((entry) => entry.canBeUndone) ?? null);
  private last = 0;

  begin(comments: readonly Comment[], decision: Decision): Done {
    this.last += 1;
    const entry = new Done(this.last, comments, decision);
    this.entries.value = [entry, ...this.entries.value].slice(0, REMEMBERED);
    return entry;
  }
}

function wordsFor({ action, reason }: Decision): string {
  if (action === "approve") return "approved";
  return reason ? `rejected: ${lower(word(REJECTION_REASONS, reason))}` : "rejected";
}

function lineOf(line: Line, { comment, problem }: Result): Line {
  if (comment) return { ...line, comment, outcome: "ours" };
  const { decided_by: by, leased_by: holder, expires_at: until } = problem.content;
  if (problem.status === 409 && by) return { ...line, outcome: "theirs", text: whoWasFirst(problem) };
  if (problem.status === 409 && holder) {
    return { ...line, outcome: "failed", text: `${holder} holds it${until ? ` until ${clockTime(until)}` : ""}` };
  }
  if (problem.status === 404) return { ...line, outcome: "gone", text: "the comment is gone" };
  return { ...line, outcome: "failed", text: problem.message };
}

function whoWasFirst({ content }: Problem): string {
  const { decided_by: by, decided_at: at, comment_status: status, action } = content;
  const what = ACTIONS[action ?? ""] ?? DONE[status ?? ""] ?? "decided";
  return `${by} was first: ${what}${at ? ` at ${clockTime(at)}` : ""}`;
}

const ACTIONS: Readonly<Record<string, string>> = {
  undone: "took a decision back",
  edited: "the text was edited",
  removed: "the comment was removed",
};
