// How moderation goes: what came of the comments, how long they wait, how far the model and moderators agree.

import { useSignal } from "@preact/signals";
import { ask } from "../api";
import { Curves, type Point } from "../plots/curves";
import { spoken } from "../plots/interval";
import { Stacks } from "../plots/stacks";
import { RateCell } from "../policy/simulation";
import { Empty, Shown, useAsked } from "../states";
import { duration, shortly, slowClock } from "../time";
import type { Page, Rate } from "../types";
import { CAUSES, count, percent, plain, word } from "../words";

interface Agreement {
  threshold: number;
  flagged: number;
  precision: Rate;
  recall: Rate;
}

interface Day {
  day: string;
  automatic: Record<string, number>;
  moderators: Record<string, number>;
}

interface Statistics {
  from: string;
  to: string;
  is_complete: boolean;
  queue: {
    total: number;
    causes: Record<string, number>;
    oldest_opened_at: string | null;
    is_oldest_exact: boolean;
    next_due_at: string | null;
    overdue: number;
    is_overdue_exact: boolean;
  };
  automatic: Record<string, number>;
  moderators: Record<string, number>;
  time_to_decision_s: { count: number; median: number | null; p90: number | null; max: number | null };
  audit: { published: Rate; rejected: Rate };
  labels: Record<string, Agreement[]>;
  days?: Day[];
}

const SPANS = [1, 7, 30, 90] as const;

export function StatisticsView() {
  const days = useSignal<number>(7);
  const [asked, again] = useAsked(
    () => ask<{ statistics: Statistics }>("moderation/statistics", { days: days.peek() }),
    [days.value],
  );
  return (
    <div class="sheet">
      <header class="sheet-head">
        <h1>Statistics</h1>
        <div class="chips" role="group" aria-label="Span">
          {SPANS.map((span) => (
            <button type="button" class="chip" key={span} aria-pressed={days.value === span} onClick={() => (days.value = span)}>
              {span === 1 ? "1 day" : `${span} days`}
            </button>
          ))}
        </div>
      </header>
      <Shown asked={asked.value} what="the statistics" again={again}>
        {({ statistics }) => <All statistics={statistics} />}
      </Shown>
    </div>
  );
}

function All({ statistics }: { statistics: Statistics }) {
  const { from, to, is_complete: isComplete, automatic, moderators } = statistics;
  const isEmpty = [...Object.values(automatic), ...Object.values(moderators)].every((number) => number === 0);
  return (
    <>
      <Tiles statistics={statistics} />
      <p class="quiet-text">
        {shortly(from)} to {shortly(to)}
        {!isComplete && ". There is more than can be counted here: these are the latest decisions"}.
      </p>
      {isEmpty ? (
        <Empty title="Nothing was decided in this time">
          <p>Numbers appear with the first comments.</p>
        </Empty>
      ) : (
        <div class="plots">
          <Volume statistics={statistics} />
          <Ages />
          <AgreementPart labels={statistics.labels} />
          <AuditPart audit={statistics.audit} />
        </div>
      )}
    </>
  );
}

function Tiles({ statistics: { queue, time_to_decision_s: time } }: { statistics: Statistics }) {
  const oldest = queue.oldest_opened_at ? (slowClock.value - Date.parse(queue.oldest_opened_at)) / 1000 : null;
  const tiles: [string, string, string?][] = [
    ["In the queue", count(queue.total)],
    ["Overdue", `${count(queue.overdue)}${queue.is_overdue_exact ? "" : "+"}`],
    ["Oldest waits", oldest === null ? "–" : `${duration(oldest)}${queue.is_oldest_exact ? "" : "+"}`],
    ["Half decided within", time.median === null ? "–" : duration(time.median)],
    ["Nine in ten within", time.p90 === null ? "–" : duration(time.p90)],
  ];
  return (
    <dl class="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const PARTS = [
  { name: "Published", look: "published" },
  { name: "Held", look: "held" },
  { name: "Rejected", look: "rejected" },
];

function Volume({ statistics: { automatic, moderators, days } }: { statistics: Statistics }) {
  const published = [automatic.published ?? 0, automatic.held ?? 0, automatic.rejected ?? 0];
  const decided = [moderators.approved ?? 0, 0, moderators.rejected ?? 0];
  if (!days) {
    const columns = [
      { label: "The policy", values: published },
      { label: "Moderators", values: decided },
    ];
    return <Stacks title="What became of the comments" parts={PARTS} columns={columns} across="Decided by" />;
  }
  const columns = days.map(({ day, automatic: one }) => ({
    label: dayLabel(day),
    values: [one.published ?? 0, one.held ?? 0, one.rejected ?? 0],
  }));
  return <Stacks title="What the policy did with new comments, by day" parts={PARTS} columns={columns} across="Day" />;
}

const DAY_LABEL = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

function dayLabel(day: string): string {
  return DAY_LABEL.format(new Date(`${day}T00:00:00Z`));
}

/** Up to this age in minutes, and what it is called. */
const AGES: readonly (readonly [number, string])[] = [
  [15, "15 min"],
  [60, "1 h"],
  [240, "4 h"],
  [1440, "1 d"],
  [4320, "3 d"],
  [Infinity, "more"],
];

/** How long what waits has waited: the most urgent hundred. */
function Ages() {
  const [asked, again] = useAsked(() => ask<Page>("moderation/queue", { limit: 100 }), []);
  return (
    <Shown asked={asked.value} what="the queue" again={again}>
      {({ comments, next }) => {
        const opened = comments.flatMap(({ review }) => (review ? [review] : []));
        const causes = [...new Set(opened.map(({ causes: [cause = "borderline"] }) => cause))];
        const columns = AGES.map(([limit, label], index) => ({
          label: index === AGES.length - 1 ? "longer" : `≤ ${label}`,
          values: causes.map(
            (cause) =>
              opened.filter((review) => {
                const minutes = (slowClock.peek() - Date.parse(review.opened_at)) / 60_000;
                const least = AGES[index - 1]?.[0] ?? -Infinity;
                return review.causes[0] === cause && minutes > least && minutes <= limit;
              }).length,
          ),
        }));
        const parts = causes.map((cause, index) => ({ name: word(CAUSES, cause), look: `series-${index % 6}` }));
        const title = next ? "How long the most urgent hundred have waited" : "How long the queue has waited";
        return opened.length ? (
          <Stacks title={title} parts={parts} columns={columns} across="Waits" />
        ) : (
          <figure class="plot">
            <figcaption>How long the queue has waited</figcaption>
            <p class="quiet-text">Nothing waits.</p>
          </figure>
        );
      }}
    </Shown>
  );
}

/** The label that is asked about first. */
const USUAL = "toxicity";

function AgreementPart({ labels }: { labels: Record<string, Agreement[]> }) {
  const names = Object.keys(labels);
  const label = useSignal(names.includes(USUAL) ? USUAL : (names[0] ?? ""));
  const rows = labels[label.value] ?? [];
  if (!names.length) return null;
  return (
    <figure class="plot agreement">
      <figcaption>How far the model and moderators agree</figcaption>
      <label>
        Label{" "}
        <select value={label.value} onChange={(event) => (label.value = event.currentTarget.value)}>
          {names.map((name) => (
            <option key={name} value={name}>
              {plain(name)}
            </option>
          ))}
        </select>
      </label>
      <Curves
        across="Score from which on a comment counts as flagged"
        curves={[
          { name: "Of the flagged, moderators rejected", look: "series-0", points: pointsOf(rows, "precision") },
          { name: "Of the rejected, flagged", look: "series-1", points: pointsOf(rows, "recall") },
        ]}
      />
      <details class="numbers">
        <summary>Numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Flagged</th>
              <th scope="col">Of these rejected</th>
              <th scope="col">Of the rejected, flagged</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ threshold, flagged, precision, recall }) => (
              <tr key={threshold}>
                <th scope="row">{percent(threshold)}</th>
                <td>{count(flagged)}</td>
                <td>{spoken(precision)}</td>
                <td>{spoken(recall)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function pointsOf(rows: readonly Agreement[], name: "precision" | "recall"): Point[] {
  return rows.flatMap(({ threshold, [name]: { rate, low, high } }) =>
    rate === null || low === null || high === null ? [] : [{ at: threshold, value: rate, low, high }],
  );
}

function AuditPart({ audit }: { audit: Statistics["audit"] }) {
  return (
    <figure class="plot">
      <figcaption>Spot checks: what moderators overturned</figcaption>
      <table class="rates">
        <thead>
          <tr>
            <th scope="col">Decided automatically</th>
            <th scope="col">Checked</th>
            <th scope="col">Overturned</th>
          </tr>
        </thead>
        <tbody>
          {(["published", "rejected"] as const).map((status) => (
            <tr key={status}>
              <th scope="row">{status === "published" ? "Published" : "Rejected"}</th>
              <td>{count(audit[status].of)}</td>
              <td>
                <RateCell rate={audit[status]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
