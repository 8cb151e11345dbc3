// An author: how they stand, what followed for them, what they wrote. Without one, who has comments waiting.

import { useSignal } from "@preact/signals";
import { ask } from "../api";
import { excerpt, StatusDot } from "../comment/facts";
import { Foreign } from "../comment/foreign";
import { SanctionDialog } from "../comment/sanction-dialog";
import { Standing } from "../comment/standing";
import { go, href, route } from "../router";
import { asProblem, Empty, Shown, useAsked } from "../states";
import { Age, Moment } from "../time";
import { say } from "../toasts";
import type { Author, AuthorPage as Answer, Comment, Page, Sanction } from "../types";
import { REJECTION_REASONS, STATUSES, count, counted, percent, plain, word } from "../words";

export function AuthorPage() {
  const { id } = route.value;
  return id === null ? <Authors /> : <OneAuthor id={id} key={id} />;
}

function Authors() {
  const [asked, again] = useAsked(() => ask<Page>("moderation/queue", { limit: 100 }), []);
  const wanted = useSignal("");
  return (
    <div class="sheet">
      <h1>Authors</h1>
      <form
        class="inline"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted.value.trim()) go(href("authors", wanted.value.trim()));
        }}
      >
        <label>
          Author’s id
          <input value={wanted.value} autocomplete="off" spellcheck={false} onInput={(event) => (wanted.value = event.currentTarget.value)} />
        </label>
        <button type="submit">Open</button>
      </form>
      <h2>With comments in the queue</h2>
      <Shown asked={asked.value} what="the queue" again={again}>
        {({ comments }) => <Waiting comments={comments} />}
      </Shown>
    </div>
  );
}

function Waiting({ comments }: { comments: readonly Comment[] }) {
  const byId = Map.groupBy(comments, ({ author }) => author.id);
  const authors = [...byId.entries()].sort(([, a], [, b]) => b.length - a.length);
  if (!authors.length) return <Empty title="Nobody’s comments wait" />;
  return (
    <table class="wide">
      <thead>
        <tr>
          <th scope="col">Author</th>
          <th scope="col">Waiting</th>
          <th scope="col">Latest</th>
        </tr>
      </thead>
      <tbody>
        {authors.map(([id, theirs]) => (
          <tr key={id}>
            <th scope="row">
              <a href={href("authors", id)}>
                <bdi>{theirs[0]?.author.name || "No name"}</bdi>
              </a>
            </th>
            <td class="numeric">
              <a href={href("queue", undefined, { author_id: id })}>{count(theirs.length)}</a>
            </td>
            <td class="foreign" dir="auto">
              {excerpt(theirs[0]?.body ?? "")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function OneAuthor({ id }: { id: string }) {
  const path = `moderation/authors/${encodeURIComponent(id)}`;
  const isSanctioning = useSignal(false);
  const more = useSignal<{ comments: Comment[]; next: string | null } | null>(null);
  const [asked, again] = useAsked(() => ask<Answer>(path, { limit: 20 }), [id]);
  const loadMore = async (cursor: string): Promise<void> => {
    try {
      const page = await ask<Answer>(path, { limit: 20, cursor });
      more.value = { comments: [...(more.peek()?.comments ?? []), ...page.comments], next: page.next };
    } catch (reason) {
      say(`More could not be loaded. ${asProblem(reason).message}`, "warning");
    }
  };
  return (
    <div class="sheet">
      <Shown asked={asked.value} what="the author" again={again}>
        {(answer) => {
          const comments = [...answer.comments, ...(more.value?.comments ?? [])];
          const next = more.value ? more.value.next : answer.next;
          return (
            <>
              <header class="sheet-head">
                <h1>
                  <bdi>{answer.author.name || "No name"}</bdi>
                </h1>
                <Standing author={answer.author} />
                <button type="button" aria-haspopup="dialog" onClick={() => (isSanctioning.value = true)}>
                  Sanction …
                </button>
                <a class="button" href={href("queue", undefined, { author_id: id })}>
                  Their comments in the queue
                </a>
              </header>
              <Numbers author={answer.author} />
              <Restriction author={answer.author} />
              <h2>Sanctions</h2>
              <Sanctions sanctions={answer.sanctions} />
              <h2>Comments</h2>
              {comments.length ? <Comments comments={comments} /> : <p class="quiet-text">None.</p>}
              {next && (
                <button type="button" onClick={() => void loadMore(next)}>
                  Load more
                </button>
              )}
              {isSanctioning.value && (
                <SanctionDialog author={answer.author} onClose={() => (isSanctioning.value = false)} onDone={again} />
              )}
            </>
          );
        }}
      </Shown>
    </div>
  );
}

function Numbers({ author }: { author: Author }) {
  const { reports } = author;
  const tiles: [string, string][] = [
    ...Object.entries(author.counts).map(([status, number]): [string, string] => [word(STATUSES, status), count(number)]),
    ...(author.recent_rejections === undefined ? [] : [["Rejected lately", count(author.recent_rejections)] satisfies [string, string]]),
    ...(reports ? [["Reports made", count(reports.made)] satisfies [string, string], ["Of these right", rightOf(reports)] satisfies [string, string]] : []),
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

function rightOf({ right, wrong }: { right: number; wrong: number }): string {
  const judged = right + wrong;
  return judged ? percent(right / judged) : "–";
}

function Restriction({ author: { restriction, warning } }: { author: Author }) {
  return (
    <>
      {restriction && (
        <p class="remark">
          {plain(restriction.kind)} since <Moment at={restriction.since} />
          {restriction.until && (
            <>
              {" until "}
              <Moment at={restriction.until} />
            </>
          )}
          : {word(REJECTION_REASONS, restriction.reason)}
          {restriction.message && (
            <>
              . Told: “<bdi>{restriction.message}</bdi>”
            </>
          )}
        </p>
      )}
      {warning && (
        <p class="remark">
          Warned <Age at={warning.at} />: {word(REJECTION_REASONS, warning.reason)}
        </p>
      )}
    </>
  );
}

const ACTIONS: Readonly<Record<string, string>> = {
  warn: "Warned",
  premoderate: "Premoderated",
  suspend: "Suspended",
  ban: "Banned",
  lift: "Lifted",
};

function Sanctions({ sanctions }: { sanctions: readonly Sanction[] }) {
  if (!sanctions.length) return <p class="quiet-text">None so far.</p>;
  return (
    <ol class="history">
      {sanctions.map((one) => (
        <li key={one.version}>
          <p>
            <strong>{word(ACTIONS, one.action)}</strong>
            {one.reason && ` · ${word(REJECTION_REASONS, one.reason)}`} by <bdi>{one.by.name}</bdi>
            {one.until && (
              <>
                , until <Moment at={one.until} />
              </>
            )}
          </p>
          <p class="quiet-text">
            <Moment at={one.at} />
          </p>
          {one.message && (
            <p class="foreign quote" dir="auto">
              To the author: {one.message}
            </p>
          )}
          {one.note && (
            <p class="foreign quote" dir="auto">
              {one.note}
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function Comments({ comments }: { comments: readonly Comment[] }) {
  return (
    <ol class="cards" aria-label={counted(comments.length, "comment")}>
      {comments.map((comment) => (
        <li key={comment.id}>
          <p class="quiet-text">
            <StatusDot comment={comment} /> {comment.is_blind ? "Spot check" : word(STATUSES, comment.status ?? "held")} on{" "}
            <bdi>{comment.article_id}</bdi>, <a href={href("comments", comment.id)}>
              <Moment at={comment.created_at} />
            </a>
          </p>
          <Foreign text={comment.body || "No text."} />
        </li>
      ))}
    </ol>
  );
}
