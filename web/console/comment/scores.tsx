// A comment's scores as bars against the thresholds; a label can be chosen to see the words that drove it.

import { type Signal } from "@preact/signals";
import { place } from "../plots/scale";
import { thresholds } from "../rules";
import type { Comment, Threshold } from "../types";
import { percent, plain } from "../words";

interface Properties {
  comment: Comment;
  /** The label whose words are marked; null for none. */
  label: Signal<string | null>;
  hasExplanation: boolean;
}

export function Scores({ comment, label, hasExplanation }: Properties) {
  if (comment.is_blind) return <p class="quiet-text">Hidden: this is a spot check, judged without them.</p>;
  if (!comment.scores) return <p class="quiet-text">The model gave none.</p>;
  const sorted = Object.entries(comment.scores).sort(([, a], [, b]) => b - a);
  return (
    <ul class="scores">
      {sorted.map(([name, score]) => (
        <li key={name} class={lookOf(score, thresholds.value[name])}>
          <button
            type="button"
            class="label"
            aria-pressed={label.value === name}
            disabled={!hasExplanation}
            title={hasExplanation ? "Mark the words that drove this score" : undefined}
            onClick={() => (label.value = label.value === name ? null : name)}
          >
            {plain(name)}
          </button>
          <span class="value">{percent(score)}</span>
          <Track score={score} threshold={thresholds.value[name]} />
        </li>
      ))}
    </ul>
  );
}

function Track({ score, threshold }: { score: number; threshold: Threshold | undefined }) {
  const { review_at: review, reject_at: reject } = threshold ?? { review_at: null, reject_at: null };
  const said = [
    review !== null && `held from ${percent(review)}`,
    reject !== null && `rejected from ${percent(reject)}`,
  ].filter(Boolean);
  return (
    <span class="track" title={said.join(", ") || undefined}>
      <span class="fill" style={{ inlineSize: place(score) }} />
      {review !== null && <span class="mark held" style={{ insetInlineStart: place(review) }} />}
      {reject !== null && <span class="mark rejected" style={{ insetInlineStart: place(reject) }} />}
      {said.length > 0 && <span class="visually-hidden">{said.join(", ")}</span>}
    </span>
  );
}

function lookOf(score: number, threshold: Threshold | undefined): string {
  if (!threshold) return "";
  if (threshold.reject_at !== null && score >= threshold.reject_at) return "over-reject";
  if (threshold.review_at !== null && score >= threshold.review_at) return "over-review";
  return "";
}

/** The label whose words are marked first: the one that fired with the highest score, or the highest of all. */
export function firstLabel({ reasons, scores }: Comment): string | null {
  const fired = reasons.filter(({ rule, label }) => rule === "model" && label).map(({ label }) => label as string);
  const known = Object.entries(scores ?? {}).sort(([, a], [, b]) => b - a);
  return known.find(([label]) => fired.includes(label))?.[0] ?? known[0]?.[0] ?? null;
}
