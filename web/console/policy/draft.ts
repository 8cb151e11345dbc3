// The rules as they are being edited, and how they differ from those in force.

import { computed, signal } from "@preact/signals";
import { ask, Problem } from "../api";
import { asProblem } from "../states";
import type { Threshold } from "../types";

/** The rules as the API has them; what this page has no field for travels along unchanged. */
export interface Rules {
  version: number;
  thresholds: Record<string, Threshold>;
  banned_terms: string[];
  held_terms: string[];
  review_targets?: Record<string, number>;
  audit?: Record<string, number>;
  [name: string]: unknown;
}

export interface Saved extends Rules {
  saved_at: string;
  saved_by: string;
  note: string | null;
  restored_from?: number | null;
}

/** What a saved version has beside its rules. */
const NOT_RULES = new Set(["saved_at", "saved_by", "note", "restored_from"]);

export class Draft {
  readonly saved = signal<Saved | null>(null);
  readonly rules = signal<Rules | null>(null);
  /** The model's own thresholds, for labels that the rules do not name. */
  readonly model = signal<Record<string, Threshold>>({});
  /** What the API found wrong, by field. */
  readonly errors = signal<ReadonlyMap<string, string>>(new Map());

  readonly isChanged = computed(() => {
    const [saved, rules] = [this.saved.value, this.rules.value];
    return saved !== null && rules !== null && JSON.stringify(ordered(rulesOf(saved))) !== JSON.stringify(ordered(rules));
  });
  readonly labels = computed(() => [
    ...new Set([...Object.keys(this.model.value), ...Object.keys(this.rules.value?.thresholds ?? {})]),
  ]);

  /** Asks for what is in force; a draft that was begun stays. */
  async load(): Promise<void> {
    const [policy, model] = await Promise.allSettled([
      ask<{ policy: Saved }>("moderation/policy"),
      ask<{ model: { thresholds: Record<string, Threshold> } }>("moderation/model"),
    ]);
    if (policy.status === "rejected") throw asProblem(policy.reason);
    // Without it the labels that the rules name can be edited all the same.
    if (model.status === "fulfilled") this.model.value = model.value.model.thresholds;
    else asProblem(model.reason);
    const isKept = this.isChanged.peek();
    this.saved.value = policy.value.policy;
    if (!isKept) this.reset();
  }

  reset(): void {
    const { value } = this.saved;
    this.rules.value = value ? rulesOf(value) : null;
    this.errors.value = new Map();
  }

  change(part: Partial<Rules>): void {
    const { value } = this.rules;
    if (!value) return;
    this.rules.value = { ...value, ...part } as Rules;
    if (this.errors.peek().size) this.errors.value = new Map();
  }

  /** The thresholds that act for a label. */
  threshold(label: string): Threshold {
    const never = { review_at: null, reject_at: null };
    return this.rules.value?.thresholds[label] ?? this.model.value[label] ?? never;
  }

  setThreshold(label: string, threshold: Threshold | null): void {
    const thresholds = { ...this.rules.peek()?.thresholds };
    if (threshold) thresholds[label] = threshold;
    else delete thresholds[label];
    this.change({ thresholds });
  }

  /** Takes an earlier version's rules into the form; saving makes them a new version. */
  take(earlier: Saved): void {
    const version = this.saved.peek()?.version ?? earlier.version;
    this.rules.value = { ...rulesOf(earlier), version };
  }

  /**
   * Puts the draft in force.
   *
   * @throws {Problem} 409: somebody saved first; 422: `errors` says what is wrong with which field.
   */
  async save(note: string): Promise<void> {
    const { value } = this.rules;
    if (!value) return;
    try {
      const json = { ...value, ...(note.trim() && { note: note.trim() }) };
      const { policy } = await ask<{ policy: Saved }>("moderation/policy", {}, { method: "PUT", json });
      this.accept(policy);
    } catch (reason) {
      const problem = asProblem(reason);
      this.errors.value = fieldsOf(problem);
      throw problem;
    }
  }

  /** What is in force now. */
  accept(policy: Saved): void {
    this.saved.value = policy;
    this.reset();
  }
}

export const draft = new Draft();

function rulesOf(saved: Saved): Rules {
  return Object.fromEntries(Object.entries(saved).filter(([name]) => !NOT_RULES.has(name))) as unknown as Rules;
}

/** The same whatever the order of names, for comparing. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, ordered(part)]),
  );
}

export function fieldsOf({ content }: Problem): Map<string, string> {
  const errors = Array.isArray(content.errors) ? (content.errors as { field: string; message: string }[]) : [];
  return new Map(errors.map(({ field, message }) => [field, message]));
}
