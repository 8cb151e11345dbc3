// What this moderator holds: taken several at a time, extended while there is work, let go at the end.

import { computed, effect, signal } from "@preact/signals";
import { ask, tellLeaving } from "../api";
import { clock } from "../time";
import type { Comment, Lease } from "../types";
import { type Filter, isEmpty } from "./filter";

// As the server has it. Its clock may not be ours, so the time since the request counts, not the end it names.
const LASTS_MS = 5 * 60_000;
/** Extended when less than this is left, and somebody has been at work within `AT_WORK_MS`. */
const EXTEND_BELOW_MS = 150_000;
const AT_WORK_MS = 120_000;
/** With less than this left, the end is announced. */
const CLOSE_MS = 60_000;
const RETRY_MS = 10_000;

interface Held {
  endsAt: number;
  comments: Set<string>;
}

export class Holds {
  private readonly leases = signal<ReadonlyMap<string, Held>>(new Map());
  private lastWork = Date.now();
  private nextTry = 0;
  private isExtending = false;
  private lapsed: string[] = [];

  /** The comments that are held. */
  readonly ids = computed(() => new Set([...this.leases.value.values()].flatMap(({ comments }) => [...comments])));
  /** When the first of the leases ends, in this device's milliseconds; null while nothing is held. */
  readonly endsAt = computed(() => {
    const ends = [...this.leases.value.values()].filter(({ comments }) => comments.size > 0).map(({ endsAt }) => endsAt);
    return ends.length ? Math.min(...ends) : null;
  });
  /** Milliseconds left, told once a second. */
  readonly left = computed(() => (this.endsAt.value === null ? null : Math.max(0, this.endsAt.value - clock.value)));
  readonly isClose = computed(() => this.left.value !== null && this.left.value < CLOSE_MS);

  /** @param onLapse Called when the time is over, while it is still known what was held. */
  constructor(private readonly onLapse: () => void) {}

  /** Watches the clock and the moderator's hands; returns how to stop. */
  watch(): () => void {
    const work = (): void => {
      this.lastWork = Date.now();
    };
    const events = ["keydown", "pointerdown", "pointermove", "wheel"] as const;
    for (const name of events) addEventListener(name, work, { passive: true });
    const leave = (): void => this.leave();
    addEventListener("pagehide", leave);
    const stop = effect(() => this.tick(clock.value));
    return () => {
      for (const name of events) removeEventListener(name, work);
      removeEventListener("pagehide", leave);
      stop();
    };
  }

  /** Takes up to `limit` of the most urgent comments that nobody holds. */
  take(limit: number, filter: Filter): Promise<Comment[]> {
    return this.lease({ limit, ...(!isEmpty(filter) && { filter }) });
  }

  /** Takes these, as far as they are free. */
  takeNamed(ids: readonly string[]): Promise<Comment[]> {
    return this.lease({ comment_ids: ids });
  }

  private async lease(wanted: object): Promise<Comment[]> {
    const started = Date.now();
    const { lease, comments } = await ask<Lease>("moderation/leases", {}, { method: "POST", json: wanted });
    this.keep(lease.id, started, comments);
    return comments;
  }

  /** Extends a lease of which only the id is known: one of this moderator's from before the page was reloaded. */
  async adopt(id: string): Promise<Comment[]> {
    const started = Date.now();
    const { comments } = await ask<Lease>(`moderation/leases/${encodeURIComponent(id)}`, {}, { method: "PUT" });
    this.keep(id, started, comments);
    return comments;
  }

  /** Holds everything for another while. */
  async extend(): Promise<void> {
    if (this.isExtending) return;
    this.isExtending = true;
    try {
      await Promise.all([...this.leases.peek().keys()].map((id) => this.adopt(id)));
    } catch {
      // There is time to try again; the countdown goes on meanwhile.
      this.nextTry = Date.now() + RETRY_MS;
    } finally {
      this.isExtending = false;
    }
  }

  /** After the time was over: takes again what nobody else has taken since. */
  async resume(): Promise<void> {
    const ids = this.lapsed;
    this.lapsed = [];
    await Promise.allSettled(ids.map((id) => this.adopt(id)));
  }

  /** A comment that was decided is held no more. */
  drop(id: string): void {
    const next = new Map<string, Held>();
    for (const [lease, { endsAt, comments }] of this.leases.peek()) {
      const rest = new Set(comments);
      rest.delete(id);
      if (rest.size) next.set(lease, { endsAt, comments: rest });
    }
    this.leases.value = next;
  }

  /** Gives everything back and waits for it: for another part of the queue. */
  async giveBack(): Promise<void> {
    const ids = [...this.leases.peek().keys()];
    this.leases.value = new Map();
    const gone = ids.map((id) => ask(`moderation/leases/${encodeURIComponent(id)}`, {}, { method: "DELETE" }));
    // What does not get through lapses by itself.
    await Promise.allSettled(gone);
  }

  private leave(): void {
    for (const id of this.leases.peek().keys()) tellLeaving(`moderation/leases/${encodeURIComponent(id)}`, "DELETE");
    this.leases.value = new Map();
  }

  private keep(id: string, started: number, comments: readonly Comment[]): void {
    const next = new Map(this.leases.peek());
    if (comments.length) {
      next.set(id, { endsAt: started + LASTS_MS, comments: new Set(comments.map((comment) => comment.id)) });
    } else {
      next.delete(id);
    }
    this.leases.value = next;
  }

  private tick(now: number): void {
    const endsAt = this.endsAt.peek();
    if (endsAt === null) return;
    if (now >= endsAt) {
      this.onLapse();
      this.lapsed = [...this.leases.peek().keys()];
      this.leases.value = new Map();
    } else if (endsAt - now < EXTEND_BELOW_MS && now - this.lastWork < AT_WORK_MS && now >= this.nextTry) {
      void this.extend();
    }
  }
}
