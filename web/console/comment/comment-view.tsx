// A comment as a moderator judges it: in its thread, with the words that drove its scores, and the facts beside.

import { type ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useKeys } from "../keys";
import { Marked } from "../marks";
import { preferences } from "../preferences";
import { href } from "../router";
import { Age, Moment } from "../time";
import type { Comment } from "../types";
import { STATUSES, word } from "../words";
import { type Detail, type Details, valueOf } from "./details";
import { AuthorFacts, Causes, History, Reports, Revisions, Section } from "./facts";
import { Foreign } from "./foreign";
import { Scores, firstLabel } from "./scores";
import { Standing } from "./standing";

interface Properties {
  comment: Comment;
  details: Details;
  /** The decisions, below the text. */
  children?: ComponentChildren;
  /** Whether the comment takes the focus when it changes: after a decision, for the keyboard and screen readers. */
  takesFocus?: boolean;
}

export function CommentView({ comment, details, children, takesFocus = false }: Properties) {
  const detail = details.want(comment);
  const article = useRef<HTMLElement>(null);
  const label = useSignal(firstLabel(comment));
  useLayoutEffect(() => {
    label.value = firstLabel(comment);
    article.current?.scrollTo({ top: 0 });
    if (takesFocus && !document.querySelector("dialog[open]")) article.current?.focus({ preventScroll: true });
  }, [comment.id]);
  useKeys([
    {
      key: "h",
      does: "mark the words that drove the score, or not",
      run: () => (preferences.marks.value = !preferences.marks.value),
    },
  ]);
  const whole = valueOf(detail.whole);
  const again = (): void => details.retry(comment);
  return (
    <div class="comment-view">
      <article
        ref={article}
        class="reading"
        tabIndex={-1}
        data-id={comment.id}
        aria-label={`Comment by ${comment.author.name}`}
      >
        <Heading comment={comment} detail={detail} />
        <Thread detail={detail} />
        <Body comment={comment} detail={detail} label={label.value} />
        {comment.appeal?.text && (
          <div class="appeal">
            <h3>The author’s appeal</h3>
            <Foreign text={comment.appeal.text} />
          </div>
        )}
      </article>
      {children}
      <aside class="facts" aria-label="About this comment">
        <Section title="Scores">
          <Scores comment={comment} label={label} hasExplanation={hasWords(detail)} />
          {detail.explanation.value.state === "failed" && !comment.is_blind && (
            <p class="quiet-text">The words that drove them are not available.</p>
          )}
        </Section>
        {comment.review && (
          <Section title="Why it is here">
            <Causes comment={comment} />
          </Section>
        )}
        {whole?.reports && whole.reports.length > 0 && (
          <Section title={`Reports (${whole.reports.length})`}>
            <Reports reports={whole.reports} />
          </Section>
        )}
        <Section title="Author">
          <AuthorFacts comment={comment} asked={detail.author} again={again} />
        </Section>
        {whole?.revisions && whole.revisions.length > 0 && (
          <Section title="Earlier texts">
            <Revisions whole={whole} />
          </Section>
        )}
        <Section title="History">
          <HistoryPart detail={detail} again={again} />
        </Section>
      </aside>
    </div>
  );
}

function hasWords(detail: Detail): boolean {
  return Object.keys(valueOf(detail.explanation) ?? {}).length > 0;
}

function Heading({ comment, detail }: { comment: Comment; detail: Detail }) {
  const author = valueOf(detail.author)?.author;
  return (
    <header class="heading">
      <h2>
        <a href={href("authors", comment.author.id)}>
          <bdi>{comment.author.name || "No name"}</bdi>
        </a>
      </h2>
      {author && <Standing author={author} />}
      <p>
        {comment.parent_id ? "replied on " : "wrote on "}
        <a href={href("queue", undefined, { article_id: comment.article_id })} title="What waits on this article">
          <bdi>{comment.article_id}</bdi>
        </a>
        , <Age at={comment.created_at} />
        {comment.edited_at && (
          <>
            , edited <Age at={comment.edited_at} />
          </>
        )}
        {comment.status && comment.status !== "held" && <span class={`badge ${comment.status}`}>{word(STATUSES, comment.status)}</span>}
      </p>
    </header>
  );
}

function Thread({ detail }: { detail: Detail }) {
  const chain = valueOf(detail.thread) ?? [];
  if (!chain.length) return null;
  return (
    <ol class="thread" aria-label="What it replies to">
      {chain.map((one) => (
        <li key={one.id}>
          <p class="quiet-text">
            <bdi>{one.author.name || "Removed"}</bdi>, <Moment at={one.created_at} />
            {one.status !== "published" && one.status && <span class={`badge ${one.status}`}>{word(STATUSES, one.status)}</span>}
          </p>
          <Foreign text={one.body || "This comment was removed."} />
        </li>
      ))}
    </ol>
  );
}

function Body({ comment, detail, label }: { comment: Comment; detail: Detail; label: string | null }) {
  const spans = label && preferences.marks.value ? (valueOf(detail.explanation)?.[label] ?? []) : [];
  return (
    <Foreign text={comment.body} isMain key={comment.id}>
      <Marked body={comment.body} spans={spans} />
    </Foreign>
  );
}

function HistoryPart({ detail, again }: { detail: Detail; again: () => void }) {
  const now = detail.whole.value;
  if (now.state === "loading") return <p class="quiet-text">Loading …</p>;
  if (now.state === "failed") {
    return (
      <p class="quiet-text">
        {now.problem.message}{" "}
        <button type="button" class="link" onClick={again}>
          Try again
        </button>
      </p>
    );
  }
  if (!now.value.history.length) return <p class="quiet-text">Hidden until it is decided.</p>;
  return <History history={now.value.history} />;
}
