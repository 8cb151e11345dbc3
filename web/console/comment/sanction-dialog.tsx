// What follows for an author: a warning, premoderation, a suspension, a ban, or the end of one.

import { useSignal } from "@preact/signals";
import { ask } from "../api";
import { Modal } from "../modal";
import { asProblem } from "../states";
import { shortly } from "../time";
import { say } from "../toasts";
import type { Author, Job } from "../types";
import { REJECTION_REASONS, counted } from "../words";
import { Standing } from "./standing";

const ACTIONS = {
  warn: { label: "Warn", hint: "They see the message; nothing else changes." },
  premoderate: { label: "Premoderate", hint: "Every comment waits for a moderator." },
  suspend: { label: "Suspend", hint: "They cannot write until a day you choose." },
  ban: { label: "Ban", hint: "They cannot write any more." },
  lift: { label: "Lift", hint: "Ends premoderation, suspension or ban." },
} as const;
type Action = keyof typeof ACTIONS;

const SAID: Readonly<Record<Action, string>> = {
  warn: "was warned",
  premoderate: "is premoderated",
  suspend: "is suspended",
  ban: "is banned",
  lift: "is free to write again",
};
const DAY_MS = 86_400_000;
const SPANS = [1, 7, 30] as const;

interface Properties {
  author: Author;
  /** The reason that suggests itself. */
  reason?: string | undefined;
  onClose: () => void;
  onDone: (author: Author) => void;
}

export function SanctionDialog({ author, reason: suggested, onClose, onDone }: Properties) {
  const action = useSignal<Action>("warn");
  const reason = useSignal(suggested ?? "abusive");
  const until = useSignal("");
  const message = useSignal("");
  const note = useSignal("");
  const rejectsOpen = useSignal(false);
  const problem = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const known = useSignal(author);
  const takesUntil = action.value === "suspend" || action.value === "premoderate" || action.value === "ban";

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.peek()) return;
    isBusy.value = true;
    problem.value = null;
    const json = {
      action: action.value,
      version: known.value.version,
      ...(action.value !== "lift" && { reason: reason.value }),
      ...(message.value.trim() && { message: message.value.trim() }),
      ...(note.value.trim() && { note: note.value.trim() }),
      ...(takesUntil && until.value && { until: new Date(until.value).toISOString() }),
      ...(action.value === "ban" && rejectsOpen.value && { reject_open: true }),
    };
    try {
      const path = `moderation/authors/${encodeURIComponent(author.id)}/sanctions`;
      const answer = await ask<{ author: Author; job: Job | null }>(path, {}, { method: "POST", json });
      say(`${author.name} ${SAID[action.value]}.`);
      if (answer.job) void follow(answer.job);
      onDone(answer.author);
      onClose();
    } catch (thrown) {
      const failed = asProblem(thrown);
      const { changed_by: by, changed_at: at, version } = failed.content;
      if (failed.status === 409 && version) {
        known.value = { ...known.value, version };
        problem.value = `${by ?? "Somebody"} changed this author first${at ? `, ${shortly(at)}` : ""}. Save again if it should still be so.`;
      } else {
        problem.value = failed.message;
      }
    } finally {
      isBusy.value = false;
    }
  };

  return (
    <Modal title={`Sanction ${author.name}`} onClose={onClose}>
      <form class="sanction" onSubmit={(event) => void submit(event)}>
        <p>
          <Standing author={author} />
        </p>
        <fieldset>
          <legend>What</legend>
          {(Object.keys(ACTIONS) as Action[]).map((name) => (
            <label class="check" key={name}>
              <input type="radio" name="action" autofocus={action.value === name} checked={action.value === name} onChange={() => (action.value = name)} />
              <span>
                {ACTIONS[name].label} <span class="quiet-text">{ACTIONS[name].hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {action.value !== "lift" && (
          <label>
            Reason
            <select value={reason.value} onChange={(event) => (reason.value = event.currentTarget.value)}>
              {Object.entries(REJECTION_REASONS).map(([code, label]) => (
                <option key={code} value={code}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        {takesUntil && (
          <div class="until">
            <label>
              {action.value === "suspend" ? "Until" : "Until (empty: for good)"}
              <input
                type="datetime-local"
                required={action.value === "suspend"}
                value={until.value}
                onInput={(event) => (until.value = event.currentTarget.value)}
              />
            </label>
            {SPANS.map((days) => (
              <button type="button" key={days} onClick={() => (until.value = localTime(Date.now() + days * DAY_MS))}>
                {counted(days, "day")}
              </button>
            ))}
          </div>
        )}
        {action.value !== "lift" && (
          <label>
            Message to the author (optional)
            <textarea rows={2} maxLength={1000} value={message.value} onInput={(event) => (message.value = event.currentTarget.value)} />
          </label>
        )}
        <label>
          Note for colleagues (optional)
          <input maxLength={1000} autocomplete="off" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
        </label>
        {action.value === "ban" && (
          <label class="check">
            <input type="checkbox" checked={rejectsOpen.value} onChange={(event) => (rejectsOpen.value = event.currentTarget.checked)} />
            Also reject what of theirs is in the queue
          </label>
        )}
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={isBusy.value}>
            {ACTIONS[action.value].label}
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** A moment as the field for it takes it: local, to the minute. */
function localTime(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return new Date(milliseconds - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const LOOK_MS = 2000;
const MOST_LOOKS = 150;

/** Looks after the rejecting of what is open, and says how it ended. */
async function follow({ id }: Job): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    await new Promise((resume) => setTimeout(resume, LOOK_MS));
    try {
      const { job } = await ask<{ job: Job }>(`moderation/jobs/${encodeURIComponent(id)}`);
      if (job.state !== "done") continue;
      const left = job.left ? ` ${counted(job.left, "comment is", "comments are")} left to the colleague who holds them.` : "";
      say(`${counted(job.rejected, "open comment")} rejected.${left}`);
      return;
    } catch (reason) {
      asProblem(reason);
    }
  }
}
