// Narrows the queue; the numbers say how many wait.

import { useSignal } from "@preact/signals";
import type { QueueCounts } from "../types";
import { CAUSES, RULES, count, plain, word } from "../words";
import { type Filter, isEmpty } from "./filter";

interface Properties {
  filter: Filter;
  counts: QueueCounts | null;
  change: (filter: Filter) => void;
}

const WAITS = [
  [60, "1 hour"],
  [240, "4 hours"],
  [1440, "1 day"],
  [4320, "3 days"],
] as const;

export function Filters({ filter, counts, change }: Properties) {
  const isOpen = useSignal(!isEmpty({ ...filter, cause: "" }));
  const causes = Object.entries(counts?.causes ?? {}).filter(([, number]) => number > 0);
  if (filter.cause && !causes.some(([cause]) => cause === filter.cause)) causes.push([filter.cause, 0]);
  return (
    <div class="filters">
      <div class="chips" role="group" aria-label="Why it waits">
        <button type="button" class="chip" aria-pressed={!filter.cause} onClick={() => change(without(filter, "cause"))}>
          All {counts && <span class="number">{count(counts.total)}</span>}
        </button>
        {causes.map(([cause, number]) => (
          <button
            type="button"
            class="chip"
            key={cause}
            aria-pressed={filter.cause === cause}
            onClick={() => change(filter.cause === cause ? without(filter, "cause") : { ...filter, cause })}
          >
            {word(CAUSES, cause)} <span class="number">{count(number)}</span>
          </button>
        ))}
        <button type="button" class="chip more" aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
          Filters
        </button>
      </div>
      {isOpen.value && (
        <div class="more-filters">
          <Choice
            label="Label"
            value={filter.label}
            options={options(counts?.labels, plain)}
            onChange={(label) => change(set(filter, "label", label))}
          />
          <Choice
            label="Rule"
            value={filter.rule}
            options={options(counts?.rules, (rule) => word(RULES, rule))}
            onChange={(rule) => change(set(filter, "rule", rule))}
          />
          <Choice
            label="Waits at least"
            value={filter.waiting_min?.toString()}
            options={WAITS.map(([minutes, label]) => [String(minutes), label])}
            onChange={(minutes) => change(minutes ? { ...filter, waiting_min: Number(minutes) } : without(filter, "waiting_min"))}
          />
          <Field label="Article" value={filter.article_id} onChange={(id) => change(set(filter, "article_id", id))} />
          <Field label="Author’s id" value={filter.author_id} onChange={(id) => change(set(filter, "author_id", id))} />
          {!isEmpty(filter) && (
            <button type="button" class="link" onClick={() => change({})}>
              Clear all
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function without(filter: Filter, name: keyof Filter): Filter {
  const rest = { ...filter };
  delete rest[name];
  return rest;
}

function set(filter: Filter, name: "label" | "rule" | "article_id" | "author_id", value: string): Filter {
  return value ? { ...filter, [name]: value } : without(filter, name);
}

function options(counts: Record<string, number> | undefined, say: (code: string) => string): [string, string][] {
  return Object.entries(counts ?? {})
    .sort(([, a], [, b]) => b - a)
    .map(([code, number]) => [code, `${say(code)} (${count(number)})`]);
}

interface ChoiceProperties {
  label: string;
  value: string | undefined;
  options: [string, string][];
  onChange: (value: string) => void;
}

function Choice({ label, value = "", options: known, onChange }: ChoiceProperties) {
  const all = value && !known.some(([code]) => code === value) ? [...known, [value, plain(value)] as const] : known;
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <option value="">any</option>
        {all.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Field({ label, value = "", onChange }: { label: string; value: string | undefined; onChange: (value: string) => void }) {
  return (
    <label>
      {label}
      <input
        key={value}
        defaultValue={value}
        autocomplete="off"
        spellcheck={false}
        onChange={(event) => onChange(event.currentTarget.value.trim())}
      />
    </label>
  );
}
