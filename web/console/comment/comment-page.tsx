// One comment by itself, in whatever status: where links from authors, decisions and colleagues lead.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { desk } from "../desk";
import { Actions } from "../queue/actions";
import { href, route } from "../router";
import { loadThresholds } from "../rules";
import { Empty, Shown, useAsked } from "../states";
import { ask } from "../api";
import type { Whole } from "../types";
import { CommentView } from "./comment-view";
import { valueOf } from "./details";
import { SanctionDialog } from "./sanction-dialog";

export function CommentPage() {
  const { id } = route.value;
  const isSanctioning = useSignal(false);
  useEffect(() => void loadThresholds(), []);
  const [asked, again] = useAsked(() => ask<Whole>(`moderation/comments/${encodeURIComponent(id ?? "")}`), [id]);
  if (id === null) return <Empty title="No comment is named" />;
  return (
    <>
      <h1 class="visually-hidden">Comment</h1>
      <p class="back">
        <a href={href("queue")}>To the queue</a>
      </p>
      <Shown asked={asked.value} what="the comment" again={again}>
        {({ comment }) => {
          const author = valueOf(desk.details.want(comment).author)?.author ?? null;
          const latest = desk.log.latest.value;
          return (
            <CommentView comment={comment} details={desk.details}>
              <div class="decide">
                <Actions
                  number={1}
                  isAppeal={comment.review?.causes.includes("appealed") ?? false}
                  isDisabled={comment.status === "removed"}
                  decide={(decision) => void desk.decide(decision, [comment]).then(again)}
                  sanction={author ? () => (isSanctioning.value = true) : null}
                  undo={latest ? () => void desk.undo(latest).then(again) : null}
                />
              </div>
              {isSanctioning.value && author && (
                <SanctionDialog
                  author={author}
                  onClose={() => (isSanctioning.value = false)}
                  onDone={() => {
                    desk.details.forget(comment.id);
                    again();
                  }}
                />
              )}
            </CommentView>
          );
        }}
      </Shown>
    </>
  );
}
