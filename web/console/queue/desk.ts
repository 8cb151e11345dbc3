// A moderator's desk: the rows in sight, the one being looked at, and what has just been decided.

import { batch, computed, signal } from "@preact/signals";
import { ask, isOnline, Problem, session } from "../api";
import { Details } from "../comment/details";
import { asProblem } from "../states";
import { say } from "../toasts";
import type { Comment, Page, QueueCounts } from "../types";
import { counted } from "../words";
import { type Done, Log } from "./done";
import { type Filter, inOrder, toQuery } from "./filter";
import { Holds } from "./holds";
import { type Decision, Outbox, type Result } from "./outbox";

/** So many comments are taken at once, and new ones when so few are left: the next is always there. */
const TAKE = 10;
const TOP_UP_AT = 4;
const PAGE = 50;
/** Details of the comments after the current one are asked for ahead. */
const AHEAD = 2;
const AFTER_DRAWING_MS = 30;
const LOOK_EVERY_MS = 20_000;

export type Phase = "loading" | "ready" | "failed";

export class Desk {
  readonly phase = signal<Phase>("loading");
  readonly problem = signal<Problem | null>(null);
  readonly rows = signal<readonly Comment[]>([]);
  readonly counts = signal<QueueCounts | null>(null);
  readonly currentId = signal<string | null>(null);
  /** The rows that the next decision is about, if any are chosen. */
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  /** What was held until the time was over; null while it is not. */
  readonly lapsed = signal<number | null>(null);
  readonly filter = signal<Filter>({});
  readonly hasMore = signal(false);

  readonly details = new Details();
  readonly outbox = new Outbox();
  readonly log = new Log();
  readonly holds = new Holds(() => {
    this.lapsed.value = this.mine.peek().length;
  });

  readonly current = computed(() => this.rows.value.find(({ id }) => id === this.currentId.value) ?? null);
  /** What is held and still to be decided. */
  readonly mine = computed(() => this.rows.value.filter((row) => this.isMine(row)));
  /** Which comments a decision is about now. */
  readonly subject = computed(() =>
    this.chosen.value.size
      ? this.rows.value.filter(({ id }) => this.chosen.value.has(id))
      : this.current.value
        ? [this.current.value]
        : [],
  );

  private cursor: string | null = null;
  /** By id, the version that was decided on: the queue's index is a moment behind. */
  private readonly settled = new Map<string, number>();
  private round = 0;
  private isToppingUp = false;
  /** A lease that came back with less than was asked for: there is no more to take for now. */
  private isDry = false;

  /** Works for as long as the view is shown; returns how to stop. */
  open(): () => void {
    const stop = this.holds.watch();
    const look = (): void => void this.look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    // Whoever comes back to the tab sees what is true now.
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      stop();
    };
  }

  /** Begins anew with a part of the queue. */
  async load(filter: Filter): Promise<void> {
    this.round += 1;
    const round = this.round;
    this.filter.value = filter;
    this.phase.value = "loading";
    const isLapsed = this.lapsed.peek() !== null;
    this.lapsed.value = null;
    this.chosen.value = new Set();
    this.isDry = false;
    if (isLapsed) await this.holds.resume();
    else await this.holds.giveBack();
    const wanted = Math.max(1, TAKE - this.holds.ids.peek().size);
    const [page, taken] = await Promise.allSettled([this.page(null), this.holds.take(wanted, filter), this.count()]);
    if (round !== this.round) return;
    if (page.status === "rejected") {
      this.problem.value = asProblem(page.reason);
      this.phase.value = "failed";
      return;
    }
    const mine = taken.status === "fulfilled" ? taken.value : [];
    this.isDry = mine.length < wanted;
    this.cursor = page.value.next;
    this.hasMore.value = page.value.next !== null;
    batch(() => {
      this.rows.value = merged(page.value.comments, mine).filter((row) => this.isOpen(row));
      this.select(this.first());
      this.phase.value = "ready";
    });
    await this.adoptOwn();
  }

  /** The rows behind those in sight. */
  async loadMore(): Promise<void> {
    if (this.cursor === null) return;
    try {
      const page = await this.page(this.cursor);
      this.cursor = page.next;
      this.hasMore.value = page.next !== null;
      this.rows.value = merged(this.rows.value, page.comments).filter((row) => this.isOpen(row));
    } catch (reason) {
      say(`More could not be loaded. ${asProblem(reason).message}`, "warning");
    }
  }

  /** What has changed meanwhile: new comments come in, decided ones go; the place stays. */
  async look(): Promise<void> {
    if (this.phase.peek() !== "ready" || document.hidden || !isOnline.peek()) return;
    const round = this.round;
    try {
      const [page] = await Promise.all([this.page(null), this.count()]);
      if (round !== this.round) return;
      const last = page.next === null ? null : page.comments.at(-1);
      const kept = this.rows.peek().filter((row) => {
        if (this.holds.ids.peek().has(row.id) || row.id === this.currentId.peek()) return true;
        // Beyond the page nothing is known; within it, what is missing has left the queue.
        return last !== undefined && last !== null && inOrder(row, last) > 0;
      });
      this.rows.value = merged(kept, page.comments).filter((row) => this.isOpen(row));
      this.isDry = false;
      if (!this.current.peek()) this.select(this.first());
    } catch (reason) {
      // The rows in sight stay; the frame says that there is no connection.
      asProblem(reason);
    }
  }

  select(row: Comment | null): void {
    this.currentId.value = row?.id ?? null;
    if (!row) return;
    // Not in the way of showing this one: its own details are known by then, or asked for by whoever shows it.
    setTimeout(() => this.lookAhead(row), AFTER_DRAWING_MS);
    if (!this.isMine(row) && !this.holder(row) && this.lapsed.peek() === null) void this.takeOne(row);
  }

  private lookAhead(row: Comment): void {
    const place = this.rows.peek().findIndex(({ id }) => id === row.id);
    if (place < 0 || this.currentId.peek() !== row.id) return;
    for (const near of this.rows.peek().slice(place, place + 1 + AHEAD)) this.details.want(near);
  }

  move(step: 1 | -1): void {
    const rows = this.rows.peek();
    const place = rows.findIndex(({ id }) => id === this.currentId.peek());
    const next = rows[place + step];
    if (next) this.select(next);
  }

  choose(id: string, isChosen: boolean): void {
    const next = new Set(this.chosen.peek());
    if (isChosen) next.add(id);
    else next.delete(id);
    this.chosen.value = next;
  }

  /** All that can be chosen, or none. */
  chooseAll(): void {
    const free = this.rows.peek().filter((row) => !this.holder(row));
    this.chosen.value = this.chosen.peek().size ? new Set() : new Set(free.slice(0, 100).map(({ id }) => id));
  }

  /** The colleague who holds it now, with the end of the hold. */
  holder(row: Comment): { name: string; until: string } | null {
    const { lease } = row;
    if (!lease || this.isMine(row) || Date.parse(lease.expires_at) <= Date.now()) return null;
    return { name: lease.name, until: lease.expires_at };
  }

  isMine(row: Comment): boolean {
    return this.holds.ids.value.has(row.id);
  }

  /** Decides on what is chosen, or on the comment in sight: the next one is shown at once. */
  async decide(decision: Decision, comments: readonly Comment[] = this.subject.peek()): Promise<void> {
    if (!comments.length) return;
    const entry = this.log.begin(comments, decision);
    this.putAside(comments);
    this.topUp();
    const results = await this.outbox.send(comments, decision);
    entry.settle(results);
    for (const [id, result] of results) this.settle(id, result);
    this.putBack(comments, entry.failed);
    report(entry, () => void this.undo(entry));
    void this.count().catch(() => undefined);
  }

  /** Takes back a decision made here, the last one that can be unless another is named. */
  async undo(entry: Done | null = this.log.latest.peek()): Promise<void> {
    if (!entry) return say("There is nothing to undo.");
    entry.isUndoing.value = true;
    await entry.settled;
    const { ours } = entry;
    if (!ours.length) return;
    const results = await this.outbox.send(ours, { action: "undo" });
    entry.isUndoing.value = false;
    const undone = [...results.values()].flatMap(({ comment }) => (comment ? [comment] : []));
    const problem = [...results.values()].find((result) => result.problem)?.problem;
    entry.undone(new Set(undone.map(({ id }) => id)));
    for (const { id } of undone) {
      this.settled.delete(id);
      this.details.forget(id);
    }
    const back = undone.filter(({ review }) => review);
    this.rows.value = merged(this.rows.peek(), back);
    if (back[0]) this.select(back[0]);
    if (problem) say(`Not undone. ${problem.message}`, "warning");
    else say(back.length ? `Undone: ${counted(back.length, "comment is", "comments are")} back in the queue.` : "Undone.");
    void this.count().catch(() => undefined);
  }

  /** Holds on: after the time was over, what is still free is taken again. */
  goOn(): Promise<void> {
    return this.load(this.filter.peek());
  }

  private page(cursor: string | null): Promise<Page> {
    return ask<Page>("moderation/queue", { ...toQuery(this.filter.peek()), limit: PAGE, cursor });
  }

  private async count(): Promise<void> {
    const { counts } = await ask<{ counts: QueueCounts }>("moderation/queue/counts");
    this.counts.value = counts;
  }

  private first(): Comment | null {
    const rows = this.rows.peek();
    return rows.find((row) => this.isMine(row)) ?? rows.find((row) => !this.holder(row)) ?? rows[0] ?? null;
  }

  /** Takes the comments away and shows the next one. */
  private putAside(comments: readonly Comment[]): void {
    const ids = new Set(comments.map(({ id }) => id));
    const rows = this.rows.peek();
    const place = rows.findIndex(({ id }) => id === this.currentId.peek());
    const rest = [...rows.slice(Math.max(place, 0)), ...rows.slice(0, Math.max(place, 0)).reverse()].filter(({ id }) => !ids.has(id));
    const next = rest.find((row) => this.isMine(row)) ?? rest.find((row) => !this.holder(row)) ?? rest[0] ?? null;
    for (const { id, version } of comments) this.settled.set(id, version);
    batch(() => {
      this.chosen.value = new Set();
      this.rows.value = rows.filter(({ id }) => !ids.has(id));
      this.select(next);
    });
  }

  private putBack(comments: readonly Comment[], failed: ReadonlySet<string>): void {
    const back = comments.filter(({ id }) => failed.has(id));
    for (const { id } of back) this.settled.delete(id);
    if (back.length) this.rows.value = merged(this.rows.peek(), back);
    if (!this.current.peek() && back[0]) this.select(back[0]);
  }

  private settle(id: string, { comment, problem }: Result): void {
    this.details.forget(id);
    if (comment) this.settled.set(id, comment.version);
    // What could not be decided is still held.
    if (comment || problem.status === 404 || problem.content.decided_by) this.holds.drop(id);
  }

  /** Whether a row is still to be decided, as far as is known here. */
  private isOpen(row: Comment): boolean {
    const decided = this.settled.get(row.id);
    return decided === undefined || row.version > decided;
  }

  private topUp(): void {
    const held = this.mine.peek().length;
    if (held > TOP_UP_AT || this.isToppingUp || this.isDry) return;
    this.isToppingUp = true;
    const wanted = TAKE - held;
    const round = this.round;
    this.holds
      .take(wanted, this.filter.peek())
      .then((taken) => {
        if (round !== this.round) return;
        this.isDry = taken.length < wanted;
        this.rows.value = merged(this.rows.peek(), taken).filter((row) => this.isOpen(row));
        if (!this.current.peek()) this.select(this.first());
      }, asProblem)
      .finally(() => {
        this.isToppingUp = false;
      });
  }

  private async takeOne(row: Comment): Promise<void> {
    try {
      const taken = await this.holds.takeNamed([row.id]);
      if (taken.length) this.rows.value = merged(this.rows.peek(), taken).filter((one) => this.isOpen(one));
    } catch (reason) {
      // Deciding needs no hold: if a colleague has one, the answer says so.
      asProblem(reason);
    }
  }

  /** Holds from before the page was loaded again: they carry our name, and can be extended by nobody else. */
  private async adoptOwn(): Promise<void> {
    const name = session.person?.name;
    const rows = this.rows.peek().filter((row) => this.holder(row)?.name === name);
    const leases = new Set(rows.map(({ lease }) => lease?.id ?? ""));
    const adopted = await Promise.allSettled([...leases].map((id) => this.holds.adopt(id)));
    const found = adopted.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (found.length) this.rows.value = merged(this.rows.peek(), found);
  }
}

/** Both in the queue's order; of two of the same, the later version, or the second. */
function merged(known: readonly Comment[], found: readonly Comment[]): Comment[] {
  const byId = new Map(known.map((row) => [row.id, row]));
  for (const row of found) {
    const old = byId.get(row.id);
    if (!old || row.version >= old.version) byId.set(row.id, row);
  }
  return [...byId.values()].sort(inOrder);
}

/** Says how a decision went; what somebody else decided first is said as theirs. */
function report(entry: Done, undo: () => void): void {
  const lines = entry.lines.peek();
  const done = entry.ours.length;
  if (done) {
    const what = lines.length > 1 ? ` ${counted(done, "comment")}` : "";
    say(`${entry.decision.action === "approve" ? "Approved" : "Rejected"}${what}.`, "done", { label: "Undo", run: undo });
  }
  const others = lines.filter(({ outcome }) => outcome !== "ours" && outcome !== "undone");
  for (const { text, outcome } of others.slice(0, 3)) say(`${capital(text)}.`, outcome === "failed" ? "bad" : "warning");
  if (others.length > 3) say(`${counted(others.length - 3, "more comment")} could not be decided.`, "warning");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}
