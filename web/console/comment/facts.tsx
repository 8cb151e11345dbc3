// Beside a comment: why it is here, who wrote it, who reported it, and what was decided before.

import { type ComponentChildren } from "preact";
import { type Signal } from "@preact/signals";
import { href } from "../router";
import { type Asked } from "../states";
import { Age, Moment } from "../time";
import type { Author, AuthorPage, Comment, Entry, Reason, Report, Whole } from "../types";
import { CAUSES, REJECTION_REASONS, RULES, STATUSES, counted, percent, plain, word } from "../words";
import { Standing } from "./standing";

export function Section({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="fact">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** Why a person should look, and which rules fired. */
export function Causes({ comment }: { comment: Comment }) {
  const { review, reasons } = comment;
  return (
    <ul class="lines">
      {review?.causes.map((cause) => (
        <li key={cause}>
          <strong>{word(CAUSES, cause)}</strong>
          {HINTS[cause] && <span class="quiet-text"> {HINTS[cause]}</span>}
        </li>
      ))}
      {reasons.map((reason, index) => (
        <li key={index}>
          <RuleLine reason={reason} />
        </li>
      ))}
    </ul>
  );
}

const HINTS: Readonly<Record<string, string>> = {
  audit: "Judge it by itself: what the policy decided is hidden.",
  appealed: "Its author asks for a second look.",
  unscored: "The model was not there when it came.",
};

export function RuleLine({ reason }: { reason: Reason }) {
  const { rule, label, score, threshold, term, code } = reason;
  if (rule === "model" && label) {
    const limit = typeof threshold === "number" ? `, limit ${percent(threshold)}` : "";
    const value = typeof score === "number" ? ` ${percent(score)}` : "";
    return (
      <>
        {plain(label)}
        {value}
        <span class="quiet-text">{limit}</span>
      </>
    );
  }
  if (term) {
    return (
      <>
        {word(RULES, rule)}: <bdi class="term">{term}</bdi>
      </>
    );
  }
  return <>{code ? `${word(RULES, rule)}: ${word(REJECTION_REASONS, code)}` : word(RULES, rule)}</>;
}

export function Reports({ reports }: { reports: readonly Report[] }) {
  return (
    <ul class="lines">
      {reports.map(({ reason, note, at, weight, outcome }, index) => (
        <li key={index}>
          {word(REJECTION_REASONS, reason)}, <Age at={at} />
          <span class="quiet-text">
            {" "}
            · weight {weight.toFixed(1)}
            {outcome && ` · found ${outcome}`}
          </span>
          {note && (
            <p class="foreign quote" dir="auto">
              {note}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Who wrote it: standing, counts, and the last comments. */
export function AuthorFacts({ comment, asked, again }: { comment: Comment; asked: Signal<Asked<AuthorPage>>; again: () => void }) {
  const now = asked.value;
  const name = (
    <a href={href("authors", comment.author.id)}>
      <bdi>{comment.author.name || "No name"}</bdi>
    </a>
  );
  if (now.state === "loading") return <p>{name}</p>;
  if (now.state === "failed") {
    return (
      <p>
        {name}{" "}
        <span class="quiet-text">
          {now.problem.status === 404 ? "Nothing is known of them." : "Could not be loaded."}{" "}
          {now.problem.status !== 404 && (
            <button type="button" class="link" onClick={again}>
              Try again
            </button>
          )}
        </span>
      </p>
    );
  }
  const { author, comments } = now.value;
  const others = comments.filter(({ id }) => id !== comment.id).slice(0, 4);
  return (
    <>
      <p>
        {name} <Standing author={author} />
      </p>
      <Counts author={author} />
      {others.length > 0 && (
        <ul class="recent">
          {others.map((other) => (
            <li key={other.id}>
              <StatusDot comment={other} />
              <a class="foreign" dir="auto" href={href("comments", other.id)}>
                {excerpt(other.body) || "No text"}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Counts({ author }: { author: Author }) {
  const { published = 0, held = 0, rejected = 0, removed = 0 } = author.counts;
  const said = [
    `${published} published`,
    held > 0 && `${held} held`,
    `${rejected} rejected`,
    removed > 0 && `${removed} removed`,
    author.recent_rejections ? `${counted(author.recent_rejections, "rejection")} lately` : false,
    author.reports && author.reports.made > 0 && `${counted(author.reports.made, "report")} made, ${author.reports.right} right`,
  ].filter(Boolean);
  return <p class="quiet-text">{said.join(" · ")}</p>;
}

export function StatusDot({ comment }: { comment: Comment }) {
  const status = comment.status ?? "held";
  return (
    <span class={`dot ${status}`} title={word(STATUSES, status)}>
      <span class="visually-hidden">{comment.is_blind ? "Hidden" : word(STATUSES, status)}: </span>
    </span>
  );
}

export function excerpt(text: string, length = 90): string {
  const characters = Array.from(text.replaceAll(/\s+/g, " ").trim());
  return characters.length > length ? `${characters.slice(0, length).join("")} …` : characters.join("");
}

const STEPS: Readonly<Record<string, string>> = {
  submitted: "Came in",
  rescored: "Scored later",
  approved: "Approved",
  rejected: "Rejected",
  undone: "Taken back",
  edited: "Edited",
  removed: "Removed",
  reported: "Reported",
  appealed: "Appealed",
  dismissed: "Reports dismissed",
};

export function History({ history }: { history: readonly Entry[] }) {
  return (
    <ol class="history">
      {history.toReversed().map((entry) => (
        <li key={entry.version}>
          <p>
            <span class={`dot ${entry.after}`} aria-hidden="true" />
            <strong>{entry.action ? word(STEPS, entry.action) : word(STATUSES, entry.after)}</strong>
            {entry.action && entry.before !== entry.after && <> · {word(STATUSES, entry.after)}</>}
            {entry.by.kind === "moderator" && (
              <>
                {" by "}
                <bdi>{entry.by.name}</bdi>
              </>
            )}
          </p>
          <p class="quiet-text">
            <Moment at={entry.at} />
            {entry.reasons.map((reason, index) => (
              <span key={index}>
                {" · "}
                <RuleLine reason={reason} />
              </span>
            ))}
          </p>
          {entry.note && (
            <p class="foreign quote" dir="auto">
              {entry.note}
            </p>
          )}
          {entry.message && (
            <p class="foreign quote" dir="auto">
              To the author: {entry.message}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

export function Revisions({ whole }: { whole: Whole }) {
  return (
    <ol class="history">
      {(whole.revisions ?? []).toReversed().map(({ version, body, replaced_at: at }) => (
        <li key={version}>
          <p class="quiet-text">
            Until <Moment at={at} />
          </p>
          <p class="foreign quote" dir="auto">
            {body}
          </p>
        </li>
      ))}
    </ol>
  );
}
