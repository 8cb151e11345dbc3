// The review queue: the rows on one side, the comment and its facts beside.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { CommentView } from "../comment/comment-view";
import { valueOf } from "../comment/details";
import { SanctionDialog } from "../comment/sanction-dialog";
import { desk } from "../desk";
import { useKeys } from "../keys";
import { href, replace, route } from "../router";
import { loadThresholds } from "../rules";
import { Empty, Failed, Loading } from "../states";
import { clockTime, countdown } from "../time";
import type { Comment } from "../types";
import { count, counted } from "../words";
import { Actions } from "./actions";
import { type Filter, fromQuery, isEmpty, toQuery } from "./filter";
import { Filters } from "./filters";
import { Recent } from "./recent";
import { Row } from "./row";

export function QueueView() {
  const isListShown = useSignal(false);
  const hasWorked = useRef(false);
  const query = route.value.query.toString();
  useEffect(() => desk.open(), []);
  useEffect(() => void loadThresholds(), []);
  useEffect(() => {
    const filter = fromQuery(new URLSearchParams(query));
    const isSame = JSON.stringify(toQuery(filter)) === JSON.stringify(toQuery(desk.filter.peek()));
    if (desk.phase.peek() === "ready" && isSame) void desk.look();
    else void desk.load(filter);
  }, [query]);
  const narrow = (filter: Filter): void => replace(href("queue", undefined, toQuery(filter)));
  const step = (by: 1 | -1): void => {
    hasWorked.current = true;
    desk.move(by);
  };
  useKeys([
    { key: "j", does: "next comment", run: () => step(1) },
    { key: "k", does: "previous comment", run: () => step(-1) },
    {
      key: "x",
      does: "choose this comment, for a decision on several",
      run: () => {
        const id = desk.currentId.peek();
        if (id) desk.choose(id, !desk.chosen.peek().has(id));
      },
    },
    { key: "*", does: "choose all, or none", run: () => desk.chooseAll() },
  ]);
  return (
    <>
      <h1 class="visually-hidden">Review queue</h1>
      <div class="bar">
        <Filters filter={desk.filter.value} counts={desk.counts.value} change={narrow} />
        <Hold />
      </div>
      <div class={`desk ${isListShown.value ? "with-list" : ""}`}>
        <button
          type="button"
          class="list-switch"
          aria-expanded={isListShown.value}
          onClick={() => (isListShown.value = !isListShown.value)}
        >
          {isListShown.value ? "Hide the list" : `List (${count(desk.rows.value.length)})`}
        </button>
        <List isListShown={isListShown} />
        <Work narrow={narrow} takesFocus={() => hasWorked.current} worked={() => (hasWorked.current = true)} />
      </div>
    </>
  );
}

function List({ isListShown }: { isListShown: Signal<boolean> }) {
  return (
    <div class="list">
      <ol class="rows" aria-label="Waiting comments">
        {desk.rows.value.map((row) => (
          <Row key={row.id} row={row} isListShown={isListShown} />
        ))}
      </ol>
      {desk.hasMore.value && (
        <button type="button" class="more" onClick={() => void desk.loadMore()}>
          Load more
        </button>
      )}
      <Recent />
    </div>
  );
}

/** What the moderator holds, and for how long. */
function Hold() {
  const { left, isClose } = desk.holds;
  const number = desk.mine.value.length;
  if (left.value === null || number === 0) return null;
  return (
    <p class={`hold ${isClose.value ? "close" : ""}`}>
      <span>
        You hold {counted(number, "comment")} for <span class="countdown">{countdown(left.value)}</span>
      </span>
      {isClose.value && (
        <button type="button" onClick={() => void desk.holds.extend()}>
          Keep them
        </button>
      )}
      <span class="visually-hidden" role="status">
        {isClose.value ? "Your hold ends in less than a minute. Any key keeps it." : ""}
      </span>
    </p>
  );
}

interface WorkProperties {
  narrow: (filter: Filter) => void;
  takesFocus: () => boolean;
  worked: () => void;
}

function Work({ narrow, takesFocus, worked }: WorkProperties) {
  const sanctioned = useSignal<Comment | null>(null);
  const { value: phase } = desk.phase;
  if (phase === "loading") return <Loading what="the queue" lines={8} />;
  if (phase === "failed" && desk.problem.value) {
    return <Failed what="the queue" problem={desk.problem.value} again={() => void desk.goOn()} />;
  }
  const current = desk.current.value;
  const subject = desk.subject.value;
  const undo = desk.log.latest.value ? () => void desk.undo() : null;
  if (desk.lapsed.value !== null) return <Lapsed number={desk.lapsed.value} />;
  if (!current) return <NothingLeft narrow={narrow} undo={undo} />;
  const holder = desk.holder(current);
  const author = valueOf(desk.details.want(current).author)?.author ?? null;
  return (
    <CommentView comment={current} details={desk.details} takesFocus={takesFocus()}>
      <div class="decide">
        {holder && (
          <p class="held-by" role="status">
            <bdi>{holder.name}</bdi> holds this comment until {clockTime(holder.until)}.
          </p>
        )}
        <Actions
          number={subject.length}
          isAppeal={desk.chosen.value.size === 0 && (current.review?.causes.includes("appealed") ?? false)}
          isDisabled={holder !== null && desk.chosen.value.size === 0}
          decide={(decision) => {
            worked();
            void desk.decide(decision);
          }}
          sanction={author ? () => (sanctioned.value = current) : null}
          undo={undo}
        />
        {desk.outbox.isWaiting.value && (
          <p class="waiting" role="status">
            {counted(desk.outbox.parcels.value.length, "decision")} not sent yet. Keep this page open; they are sent again by
            themselves.
          </p>
        )}
      </div>
      {sanctioned.value && author && sanctioned.value.author.id === author.id && (
        <SanctionDialog
          author={author}
          onClose={() => (sanctioned.value = null)}
          onDone={() => desk.details.forget(current.id)}
        />
      )}
    </CommentView>
  );
}

function Lapsed({ number }: { number: number }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <div class="notice" role="alert">
      <h2>Your hold has ended</h2>
      <p>
        You were away for a while, so {counted(number, "comment")} went back to the queue for everybody. Nothing you decided
        is lost.
      </p>
      <button type="button" ref={button} class="primary" onClick={() => void desk.goOn()}>
        Go on
      </button>
    </div>
  );
}

function NothingLeft({ narrow, undo }: { narrow: (filter: Filter) => void; undo: (() => void) | null }) {
  const isFiltered = !isEmpty(desk.filter.value);
  useKeys([{ key: "u", does: "undo the last decision", run: () => undo?.() }]);
  return (
    <Empty title={isFiltered ? "Nothing here waits" : "Nothing to review"}>
      <p>
        {isFiltered
          ? "No comment that waits fits these filters."
          : "Comments that a person should look at appear here by themselves."}
      </p>
      {isFiltered && (
        <button type="button" class="primary" onClick={() => narrow({})}>
          Show the whole queue
        </button>
      )}
      {undo && (
        <button type="button" onClick={undo}>
          Undo the last decision
        </button>
      )}
    </Empty>
  );
}
