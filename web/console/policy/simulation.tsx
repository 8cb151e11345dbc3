// What the rules in the form would have done to comments that were decided before.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, Problem } from "../api";
import { RuleLine } from "../comment/facts";
import { Foreign } from "../comment/foreign";
import { Interval } from "../plots/interval";
import { place } from "../plots/scale";
import { href } from "../router";
import { asProblem, Loading } from "../states";
import { day } from "../time";
import type { Comment, Rate, Reason, Status } from "../types";
import { STATUSES, count, counted, lower, percent, word } from "../words";
import { draft } from "./draft";

interface SimulatedOutcome {
  outcomes: Record<string, number>;
  misses: Rate;
  false_holds: Rate;
  false_rejections: Rate;
  queue_per_hour: number | null;
}

interface Change {
  from: Status;
  to: Status;
  count: number;
  approved: number;
  rejected: number;
  examples: { comment: Comment; from_reasons: Reason[]; to_reasons: Reason[]; verdict: Status | null }[];
}

/** Comments by label and by what moderators decided, in classes of equal width over [0, 1]. */
export type Histograms = Record<string, { approved: number[]; rejected: number[]; undecided: number[] }>;

export interface Simulated {
  comments: number;
  decided_by_moderators: number;
  from: string | null;
  to: string | null;
  without_text: number;
  current: SimulatedOutcome;
  candidate: SimulatedOutcome;
  changes: Change[];
  histograms?: Histograms;
}

const SIZES = [1000, 5000, 10_000] as const;
/** The form rests so long before it is simulated. */
const REST_MS = 500;

interface Properties {
  /** Told what came out, for the histograms beside the thresholds. */
  onResult: (result: Simulated) => void;
}

export function Simulation({ onResult }: Properties) {
  const size = useSignal<number>(SIZES[0]);
  const result = useSignal<Simulated | null>(null);
  const problem = useSignal<Problem | null>(null);
  const isRunning = useSignal(true);
  const again = useSignal(0);
  const rules = draft.rules.value;
  useEffect(() => {
    if (!rules) return undefined;
    let isWanted = true;
    isRunning.value = true;
    const timer = setTimeout(() => {
      ask<{ simulation: Simulated }>("moderation/policy/simulations", {}, { method: "POST", json: { policy: rules, comments: size.peek() } })
        .then(
          ({ simulation }) => {
            if (!isWanted) return;
            result.value = simulation;
            problem.value = null;
            onResult(simulation);
          },
          (reason: unknown) => {
            if (isWanted) problem.value = asProblem(reason);
          },
        )
        .finally(() => {
          if (isWanted) isRunning.value = false;
        });
    }, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [rules, size.value, again.value]);
  return (
    <section class="simulation" aria-label="What would change" aria-busy={isRunning.value}>
      <header>
        <h2>What would change</h2>
        <label class="visually-quiet">
          of the last{" "}
          <select value={size.value} onChange={(event) => (size.value = Number(event.currentTarget.value))}>
            {SIZES.map((number) => (
              <option key={number} value={number}>
                {count(number)}
              </option>
            ))}
          </select>{" "}
          comments
        </label>
      </header>
      <p class="quiet-text" role="status">
        {isRunning.value ? "Working it out …" : result.value && !problem.value && spanOf(result.value)}
      </p>
      {problem.value && (
        <div class="problem" role="alert">
          <p>{problem.value.status === 404 ? "The simulation is not available on this stack." : problem.value.message}</p>
          <button type="button" onClick={() => (again.value += 1)}>
            Try again
          </button>
        </div>
      )}
      {!result.value && !problem.value && <Loading what="the simulation" lines={6} />}
      {result.value && !problem.value && (result.value.comments ? <Result result={result.value} /> : <p>No comment has been decided yet: there is nothing to try the rules on.</p>)}
    </section>
  );
}

function spanOf({ comments, from, to, decided_by_moderators: decided }: Simulated): string {
  const span = from && to ? ` from ${day(from)} to ${day(to)}` : "";
  return `${counted(comments, "comment")}${span}, ${count(decided)} decided by moderators.`;
}

function Result({ result }: { result: Simulated }) {
  const { current, candidate, changes, comments, without_text: withoutText } = result;
  return (
    <>
      <Bars name="Now" outcome={current} total={comments} />
      <Bars name="With these rules" outcome={candidate} total={comments} before={current} />
      <table class="rates">
        <thead>
          <tr>
            <th scope="col">Against moderators</th>
            <th scope="col">Now</th>
            <th scope="col">Then</th>
          </tr>
        </thead>
        <tbody>
          <RateRow name="Missed" hint="published, though moderators reject" now={current.misses} then={candidate.misses} />
          <RateRow name="Held needlessly" hint="held, though moderators approve" now={current.false_holds} then={candidate.false_holds} />
          <RateRow name="Rejected wrongly" hint="rejected, though moderators approve" now={current.false_rejections} then={candidate.false_rejections} />
          <tr>
            <th scope="row">To the queue an hour</th>
            <td>{current.queue_per_hour?.toFixed(1) ?? "–"}</td>
            <td>{candidate.queue_per_hour?.toFixed(1) ?? "–"}</td>
          </tr>
        </tbody>
      </table>
      {withoutText > 0 && <p class="quiet-text">{counted(withoutText, "text is", "texts are")} gone; word lists were taken as they were.</p>}
      <h3>Changes</h3>
      {changes.length ? changes.map((change) => <ChangeGroup key={`${change.from}-${change.to}`} change={change} />) : <p class="quiet-text">None: every comment would end as it did.</p>}
    </>
  );
}

const OUTCOMES = ["published", "held", "rejected"] as const;

function Bars({ name, outcome, total, before }: { name: string; outcome: SimulatedOutcome; total: number; before?: SimulatedOutcome }) {
  return (
    <div class="outcome">
      <p>{name}</p>
      <div class="share-bar" aria-hidden="true">
        {OUTCOMES.map((status) => (
          <span key={status} class={status} style={{ inlineSize: place((outcome.outcomes[status] ?? 0) / total) }} />
        ))}
      </div>
      <ul class="legend">
        {OUTCOMES.map((status) => {
          const number = outcome.outcomes[status] ?? 0;
          const change = before ? number - (before.outcomes[status] ?? 0) : 0;
          return (
            <li key={status}>
              <span class={`key ${status}`} aria-hidden="true" /> {word(STATUSES, status)} {count(number)}
              {change !== 0 && (
                <strong>
                  {" "}
                  {change > 0 ? "+" : "−"}
                  {count(Math.abs(change))}
                </strong>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function RateRow({ name, hint, now, then }: { name: string; hint: string; now: Rate; then: Rate }) {
  return (
    <tr>
      <th scope="row">
        {name}
        <span class="quiet-text">{hint}</span>
      </th>
      <td>
        <RateCell rate={now} />
      </td>
      <td>
        <RateCell rate={then} />
      </td>
    </tr>
  );
}

export function RateCell({ rate: { rate, low, high, count: number, of } }: { rate: Rate }) {
  if (rate === null) return <span class="quiet-text">–</span>;
  return (
    <>
      <span title={`${count(number)} of ${count(of)}`}>{percent(rate, 1)}</span>
      {low !== null && high !== null && (
        <>
          <Interval value={rate} low={low} high={high} />
          <span class="quiet-text small">
            {(low * 100).toFixed(0)}–{percent(high)}
          </span>
        </>
      )}
    </>
  );
}

function ChangeGroup({ change: { from, to, count: number, approved, rejected, examples } }: { change: Change }) {
  const verdicts = approved + rejected > 0 ? ` (moderators approved ${count(approved)}, rejected ${count(rejected)})` : "";
  return (
    <details class="change">
      <summary>
        <span class={`badge ${from}`}>{word(STATUSES, from)}</span> → <span class={`badge ${to}`}>{word(STATUSES, to)}</span>{" "}
        <strong>{count(number)}</strong>
        <span class="quiet-text">{verdicts}</span>
      </summary>
      <ul class="cards">
        {examples.map(({ comment, to_reasons: reasons, verdict }) => (
          <li key={comment.id}>
            <Foreign text={comment.body || "The text is gone."} />
            <p class="quiet-text">
              {reasons.map((reason, index) => (
                <span key={index}>
                  {index > 0 && " · "}
                  <RuleLine reason={reason} />
                </span>
              ))}
              {verdict && ` A moderator ${verdict === "published" ? "approved" : lower(word(STATUSES, verdict))} it. `}{" "}
              <a href={href("comments", comment.id)}>Open</a>
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}
