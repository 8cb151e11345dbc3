// Decisions on their way. Each is sent until it has an answer, always with the same key, so it is made once.

import { effect, signal } from "@preact/signals";
import { ask, isOnline, Problem, randomKey } from "../api";
import { asProblem } from "../states";
import type { Comment, Outcome } from "../types";

export interface Decision {
  action: "approve" | "reject" | "undo";
  reason?: string;
  /** To the author. */
  message?: string;
  note?: string;
}

/** One decision on one or more comments. */
export interface Parcel {
  key: string;
  comments: readonly Comment[];
  decision: Decision;
}

/** How it went for one comment: as it is now, or why not. */
export type Result = { comment: Comment; problem?: never } | { comment?: never; problem: Problem };

const RETRY_MS = 15_000;
/** No answer, or one that says "later": the decision stays here. */
const LATER = new Set([0, 429, 502, 503, 504]);

export class Outbox {
  /** What has no answer yet. */
  readonly parcels = signal<readonly Parcel[]>([]);
  /** Whether the first try of something failed, so that it waits here. */
  readonly isWaiting = signal(false);
  private wake: (() => void) | null = null;

  watch(): () => void {
    const warn = (event: BeforeUnloadEvent): void => {
      if (this.parcels.peek().length) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    const stop = effect(() => {
      if (isOnline.value) this.wake?.();
    });
    return () => {
      removeEventListener("beforeunload", warn);
      stop();
    };
  }

  /** Sends a decision; settles when each comment has its result, however long that takes. */
  async send(comments: readonly Comment[], decision: Decision): Promise<ReadonlyMap<string, Result>> {
    const parcel = { key: randomKey(), comments, decision };
    this.parcels.value = [...this.parcels.value, parcel];
    try {
      for (;;) {
        try {
          return await deliver(parcel);
        } catch (reason) {
          const problem = asProblem(reason);
          if (!LATER.has(problem.status)) return new Map(comments.map(({ id }) => [id, { problem }]));
          this.isWaiting.value = true;
          await this.pause();
        }
      }
    } finally {
      this.parcels.value = this.parcels.value.filter((other) => other !== parcel);
      if (!this.parcels.value.length) this.isWaiting.value = false;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resume) => {
      const timer = setTimeout(resume, RETRY_MS);
      const before = this.wake;
      this.wake = () => {
        before?.();
        clearTimeout(timer);
        this.wake = null;
        resume();
      };
    });
  }
}

async function deliver({ key, comments, decision }: Parcel): Promise<ReadonlyMap<string, Result>> {
  const [only] = comments;
  if (only && comments.length === 1) {
    const path = `moderation/comments/${encodeURIComponent(only.id)}/decisions`;
    const json = { ...decision, version: only.version };
    const { comment } = await ask<{ comment: Comment }>(path, {}, { method: "POST", key, json });
    return new Map([[only.id, { comment }]]);
  }
  const decisions = comments.map(({ id, version }) => ({ ...decision, comment_id: id, version }));
  const json = { decisions };
  const { outcomes } = await ask<{ outcomes: Outcome[] }>("moderation/decisions", {}, { method: "POST", key, json });
  return new Map(outcomes.map((outcome) => [outcome.comment_id, resultOf(outcome)]));
}

function resultOf({ status, comment, problem }: Outcome): Result {
  return comment ? { comment } : { problem: new Problem(status, problem) };
}
