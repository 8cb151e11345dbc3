// One line of the queue.

import { type Signal, useComputed } from "@preact/signals";
import { excerpt } from "../comment/facts";
import { desk } from "../desk";
import { Age } from "../time";
import type { Comment } from "../types";
import { CAUSES, RULES, counted, percent, plain, word } from "../words";

interface Properties {
  row: Comment;
  /** Whether the list is in sight where it hides the comment; choosing a row hides it again. */
  isListShown: Signal<boolean>;
}

/** Drawn anew only when something about this row changes: its state comes in as signals of its own. */
export function Row({ row, isListShown }: Properties) {
  const isCurrent = useComputed(() => desk.currentId.value === row.id).value;
  const isMine = useComputed(() => desk.isMine(row)).value;
  const isChosen = useComputed(() => desk.chosen.value.has(row.id)).value;
  const holder = isMine ? null : desk.holder(row);
  const band = row.review?.band;
  const name = row.author.name || "No name";
  return (
    <li class={`row ${isCurrent ? "current" : ""} ${holder ? "taken" : ""} ${band ?? ""}`} data-id={row.id}>
      <label class="pick">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={holder !== null}
          onChange={(event) => desk.choose(row.id, event.currentTarget.checked)}
          aria-label={`Choose the comment by ${name}`}
        />
      </label>
      <button
        type="button"
        aria-current={isCurrent ? "true" : undefined}
        onClick={() => {
          desk.select(row);
          isListShown.value = false;
        }}
      >
        <span class="line">
          <bdi class="name">{name}</bdi>
          <span class="age">{row.review && <Age at={row.review.opened_at} />}</span>
        </span>
        <span class="foreign excerpt" dir="auto">
          {excerpt(row.body, 110)}
        </span>
        <span class="line tags">
          <span>
            {band && band !== "normal" && band !== "low" && <span class={`band ${band}`}>{plain(band)}</span>}
            {row.review?.causes.map((cause) => (
              <span class="cause" key={cause}>
                {cause === "reported" && row.review?.reports ? counted(row.review.reports, "report") : word(CAUSES, cause)}
              </span>
            ))}
            {highest(row)}
          </span>
          {holder ? (
            <span class="held-by">
              with <bdi>{holder.name}</bdi>
            </span>
          ) : (
            isMine && (
              <span class="mine" title="You hold it">
                yours
              </span>
            )
          )}
        </span>
      </button>
    </li>
  );
}

/** What weighs most: the highest score of the labels that fired, or another rule that did, or the highest of all. */
function highest({ reasons, scores }: Comment) {
  const fired = reasons.filter(({ rule, score }) => rule === "model" && typeof score === "number");
  const top = fired.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0))[0];
  const rule = reasons.find((reason) => reason.rule !== "model" && reason.rule !== "moderator");
  if (!top && rule) return <span class="score">{word(RULES, rule.rule)}</span>;
  const other = Object.entries(scores ?? {}).sort(([, a], [, b]) => b - a)[0];
  const [label, score] = top ? [top.label ?? "", top.score ?? 0] : (other ?? ["", 0]);
  return label ? (
    <span class="score">
      {plain(label)} {percent(score)}
    </span>
  ) : null;
}
