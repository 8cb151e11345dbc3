// Every decision of a span of time as a file, however many there are.

import { useSignal } from "@preact/signals";
import { askForStream } from "../api";
import { asProblem } from "../states";
import { say } from "../toasts";
import { STATUSES, count, counted } from "../words";

const FORMATS = {
  jsonl: { label: "JSON Lines", hint: "for programs", type: "application/x-ndjson" },
  csv: { label: "CSV", hint: "for spreadsheets", type: "text/csv" },
} as const;
type Format = keyof typeof FORMATS;

const DAY_MS = 86_400_000;

export function ExportView() {
  const from = useSignal(dateOf(Date.now() - 30 * DAY_MS));
  const to = useSignal(dateOf(Date.now()));
  const format = useSignal<Format>("jsonl");
  const status = useSignal("");
  const progress = useSignal<{ lines: number } | null>(null);
  const problem = useSignal<string | null>(null);
  const isStopped = useSignal(false);

  const run = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (progress.peek()) return;
    problem.value = null;
    isStopped.value = false;
    progress.value = { lines: 0 };
    try {
      // The last day is meant as a whole; the API's end is exclusive.
      const end = dateOf(Date.parse(to.value) + DAY_MS);
      const query = { from: from.value, to: end, format: format.value, status: status.value };
      const parts: string[] = [];
      let cursor: string | null = null;
      do {
        const answer: Response = await askForStream("moderation/decisions", { ...query, cursor }, FORMATS[format.value].type);
        const text = await answer.text();
        parts.push(text);
        const header = format.value === "csv" && cursor === null ? 1 : 0;
        progress.value = { lines: (progress.value?.lines ?? 0) + Math.max(0, linesOf(text) - header) };
        cursor = nextOf(answer.headers.get("Link"));
      } while (cursor !== null && !isStopped.peek());
      if (isStopped.peek()) return;
      save(new Blob(parts, { type: FORMATS[format.value].type }), `decisions-${from.value}-to-${to.value}.${format.value}`);
      say(`${counted(progress.value?.lines ?? 0, "decision")} exported.`);
    } catch (reason) {
      problem.value = `The export did not come through. ${asProblem(reason).message}`;
    } finally {
      progress.value = null;
    }
  };

  return (
    <div class="sheet">
      <h1>Export</h1>
      <p class="lead">
        Every decision with its statement of reasons: what was decided, when, by which rule, automatically or by a person. No
        comment’s text and no author’s name is in it.
      </p>
      <form class="card form" onSubmit={(event) => void run(event)}>
        <div class="inline">
          <label>
            From
            <input type="date" required max={to.value} value={from.value} onInput={(event) => (from.value = event.currentTarget.value)} />
          </label>
          <label>
            To, that day included
            <input type="date" required min={from.value} value={to.value} onInput={(event) => (to.value = event.currentTarget.value)} />
          </label>
          <label>
            Outcome
            <select value={status.value} onChange={(event) => (status.value = event.currentTarget.value)}>
              <option value="">all</option>
              {["published", "held", "rejected"].map((one) => (
                <option key={one} value={one}>
                  {STATUSES[one]}
                </option>
              ))}
            </select>
          </label>
        </div>
        <fieldset>
          <legend>Format</legend>
          {(Object.keys(FORMATS) as Format[]).map((name) => (
            <label class="check" key={name}>
              <input type="radio" name="format" checked={format.value === name} onChange={() => (format.value = name)} />
              <span>
                {FORMATS[name].label} <span class="quiet-text">{FORMATS[name].hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <p class="quiet-text">Days are counted in UTC.</p>
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={progress.value !== null}>
            Export
          </button>
          {progress.value && (
            <>
              <span role="status">{count(progress.value.lines)} decisions so far …</span>
              <button type="button" onClick={() => (isStopped.value = true)}>
                Stop
              </button>
            </>
          )}
        </div>
        {problem.value && (
          <p class="problem" role="alert">
            {problem.value}
          </p>
        )}
      </form>
    </div>
  );
}

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** Lines of either format; a line break inside of quotes belongs to a field. */
function linesOf(text: string): number {
  return text.replaceAll(/"(?:[^"]|"")*"/g, "x").split("\n").filter((line) => line.trim() !== "").length;
}

/** The cursor of the next page, out of a `Link` header (RFC 8288). */
function nextOf(link: string | null): string | null {
  const found = /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? "");
  return found?.[1] ? new URL(found[1], location.href).searchParams.get("cursor") : null;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
