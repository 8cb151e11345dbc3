// The form's parts: a number with its unit, a list of terms, a label's thresholds.

import { type ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { type Bin, Thresholds } from "../plots/thresholds";
import type { Threshold } from "../types";
import { plain } from "../words";
import { draft } from "./draft";
import type { NumberField } from "./fields";

export function FieldError({ id, field }: { id: string; field: string }) {
  const message = draft.errors.value.get(field);
  if (!message) return null;
  return (
    <span class="problem" id={id}>
      {message}
    </span>
  );
}

interface NumberProperties extends NumberField {
  /** As the API names it in errors. */
  path: string;
  value: number | null;
  onChange: (value: number | null) => void;
  children?: ComponentChildren;
}

export function NumberInput({ path, label, hint, unit, min, max, step = 1, value, onChange }: NumberProperties) {
  const id = useId();
  const hasError = draft.errors.value.has(path);
  return (
    <label class="number-field">
      <span>
        {label}
        {hint && <span class="quiet-text"> ({hint})</span>}
      </span>
      <span class="with-unit">
        <input
          type="number"
          inputMode="decimal"
          min={min}
          max={max}
          step={step}
          value={value ?? ""}
          aria-invalid={hasError}
          aria-describedby={hasError ? id : undefined}
          onChange={(event) => {
            const { value: text, valueAsNumber: number } = event.currentTarget;
            onChange(text === "" || Number.isNaN(number) ? null : number);
          }}
        />
        {unit && <span class="quiet-text">{unit}</span>}
      </span>
      <FieldError id={id} field={path} />
    </label>
  );
}

export function TermsInput({ path, label, hint, terms }: { path: "banned_terms" | "held_terms"; label: string; hint: string; terms: readonly string[] }) {
  const id = useId();
  const hasError = draft.errors.value.has(path);
  return (
    <label class="terms-field">
      <span>
        {label} <span class="quiet-text">({hint})</span>
      </span>
      <textarea
        rows={4}
        spellcheck={false}
        dir="auto"
        defaultValue={terms.join("\n")}
        key={terms.join("\n")}
        aria-invalid={hasError}
        aria-describedby={hasError ? id : undefined}
        onChange={(event) => draft.change({ [path]: termsOf(event.currentTarget.value) })}
      />
      <FieldError id={id} field={path} />
    </label>
  );
}

function termsOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Outcome by what a moderator said, the lowest of the stack first. */
export const LOOKS = ["undecided", "published", "rejected"] as const;

export function LabelRow({ label, bins }: { label: string; bins: readonly Bin[] }) {
  const now = draft.threshold(label);
  const isOwn = draft.rules.value?.thresholds[label] !== undefined;
  const change = (threshold: Threshold): void => draft.setThreshold(label, threshold);
  const name = plain(label);
  return (
    <fieldset class="label-row">
      <legend>
        {name}
        {!isOwn && <span class="quiet-text"> (the model’s own)</span>}
      </legend>
      <Thresholds label={name} bins={bins} looks={LOOKS} limits={now} onChange={change} />
      <div class="pair">
        <Percent path={`thresholds.${label}.review_at`} label="Hold from" name={name} value={now.review_at} onChange={(review_at) => change({ ...now, review_at })} />
        <Percent path={`thresholds.${label}.reject_at`} label="Reject from" name={name} value={now.reject_at} onChange={(reject_at) => change({ ...now, reject_at })} />
        {isOwn && draft.model.value[label] && (
          <button type="button" class="link" onClick={() => draft.setThreshold(label, null)}>
            Model’s own<span class="visually-hidden"> thresholds for {name}</span>
          </button>
        )}
      </div>
      <FieldError id="" field={`thresholds.${label}`} />
    </fieldset>
  );
}

function Percent(properties: { path: string; label: string; name: string; value: number | null; onChange: (value: number | null) => void }) {
  const { path, label, name, value, onChange } = properties;
  const id = useId();
  const hasError = draft.errors.value.has(path);
  return (
    <label class="percent">
      {label}
      <span class="visually-hidden"> for {name}, empty for never</span>
      <span class="with-unit">
        <input
          type="number"
          min={0}
          max={100}
          step="any"
          placeholder="never"
          value={value === null ? "" : Number((value * 100).toFixed(3))}
          aria-invalid={hasError}
          aria-describedby={hasError ? id : undefined}
          onChange={(event) => {
            const { value: text, valueAsNumber: number } = event.currentTarget;
            onChange(text === "" || Number.isNaN(number) ? null : Number((number / 100).toFixed(6)));
          }}
        />
        %
      </span>
      <FieldError id={id} field={path} />
    </label>
  );
}
