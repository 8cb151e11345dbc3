// What has just been decided: ours can be undone, a colleague's stands as theirs.

import { desk } from "../desk";
import { excerpt } from "../comment/facts";
import { href } from "../router";
import type { Done, Line } from "./done";

export function Recent() {
  const entries = desk.log.entries.value;
  if (!entries.length) return null;
  return (
    <section class="recent-decisions" aria-label="Just decided">
      <h2>Just decided</h2>
      <ol>
        {entries.slice(0, 12).flatMap((entry) =>
          entry.lines.value.map((line) => <RecentLine key={`${entry.id}-${line.comment.id}`} entry={entry} line={line} />),
        )}
      </ol>
    </section>
  );
}

function RecentLine({ entry, line: { comment, outcome, text } }: { entry: Done; line: Line }) {
  return (
    <li class={outcome}>
      <a class="foreign" dir="auto" href={href("comments", comment.id)}>
        {excerpt(comment.body, 60) || "No text"}
      </a>
      <span class="what">
        {text}
        {outcome === "sending" && " · sending …"}
        {outcome === "ours" && entry.lines.value.length === 1 && (
          <button type="button" class="link" disabled={entry.isUndoing.value} onClick={() => void desk.undo(entry)}>
            Undo
          </button>
        )}
      </span>
    </li>
  );
}
