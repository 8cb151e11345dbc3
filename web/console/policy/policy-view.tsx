// The policy: the rules in a form, and beside it what they would change.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "../api";
import type { Bin } from "../plots/thresholds";
import { asProblem, Shown, useAsked } from "../states";
import { shortly } from "../time";
import { say } from "../toasts";
import { percent } from "../words";
import { draft, type Rules } from "./draft";
import { BANDS, GROUPS } from "./fields";
import { LabelRow, NumberInput, TermsInput } from "./inputs";
import { type Histograms, Simulation } from "./simulation";
import { Versions } from "./versions";

export function PolicyView() {
  const [asked, again] = useAsked(() => draft.load(), []);
  return (
    <div class="policy-view">
      <Shown asked={asked.value} what="the policy" again={again}>
        {() => <Editor />}
      </Shown>
    </div>
  );
}

function Editor() {
  const histograms = useSignal<Histograms>({});
  const rules = draft.rules.value;
  const saved = draft.saved.value;
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (draft.isChanged.peek()) event.preventDefault();
    };
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, []);
  if (!rules || !saved) return null;
  return (
    <>
      <header class="sheet-head">
        <h1>Policy</h1>
        <p class="quiet-text">
          {saved.version === 0 ? "The built-in rules are in force." : `Version ${saved.version} is in force`}
          {saved.version > 0 && (saved.saved_by ? `, by ${saved.saved_by}, ${shortly(saved.saved_at)}.` : ".")}
        </p>
      </header>
      <div class="side-by-side">
        <div class="policy-form">
          <section class="card">
            <h2>Scores</h2>
            <p class="quiet-text">
              From where on a label holds or rejects. The columns are earlier comments by their score (on a square-root scale);
              drag the handles, or move them with the arrow keys.
            </p>
            <ul class="legend">
              <li>
                <span class="key published" aria-hidden="true" /> Moderators approved
              </li>
              <li>
                <span class="key rejected" aria-hidden="true" /> Moderators rejected
              </li>
              <li>
                <span class="key undecided" aria-hidden="true" /> Nobody looked
              </li>
            </ul>
            {draft.labels.value.map((label) => (
              <LabelRow key={label} label={label} bins={binsOf(histograms.value[label])} />
            ))}
          </section>
          <section class="card">
            <h2>Words</h2>
            <div class="pair-of-terms">
              <TermsInput path="banned_terms" label="Banned" hint="reject; one a line, spam* and *coin are wildcards" terms={rules.banned_terms} />
              <TermsInput path="held_terms" label="Held" hint="a person looks first" terms={rules.held_terms} />
            </div>
          </section>
          <Limits rules={rules} />
          <Versions />
        </div>
        <div class="beside">
          <Simulation onResult={(result) => (histograms.value = result.histograms ?? {})} />
        </div>
      </div>
      <SaveBar />
    </>
  );
}

function binsOf(histogram: Histograms[string] | undefined): Bin[] {
  if (!histogram) return [];
  const { approved, rejected, undecided } = histogram;
  const width = 1 / approved.length;
  return approved.map((number, index) => ({
    from: index * width,
    to: (index + 1) * width,
    values: [undecided[index] ?? 0, number, rejected[index] ?? 0],
  }));
}

function Limits({ rules }: { rules: Rules }) {
  const known = GROUPS.map(({ title, fields }) => ({ title, fields: fields.filter(({ name }) => typeof rules[name] === "number") }));
  return (
    <section class="card">
      <h2>Limits</h2>
      <div class="groups">
        {known
          .filter(({ fields }) => fields.length > 0)
          .map(({ title, fields }) => (
            <fieldset key={title}>
              <legend>{title}</legend>
              {fields.map((field) => (
                <NumberInput
                  key={field.name}
                  {...field}
                  path={field.name}
                  value={rules[field.name] as number}
                  onChange={(value) => draft.change({ [field.name]: value ?? field.min })}
                />
              ))}
            </fieldset>
          ))}
        {rules.review_targets && <Targets targets={rules.review_targets} />}
        {rules.audit && <Audit audit={rules.audit} />}
        {typeof rules.staff_skips_scoring === "boolean" && (
          <label class="check">
            <input
              type="checkbox"
              checked={rules.staff_skips_scoring}
              onChange={(event) => draft.change({ staff_skips_scoring: event.currentTarget.checked })}
            />
            Moderators’ own comments are not scored
          </label>
        )}
      </div>
    </section>
  );
}

function Targets({ targets }: { targets: Record<string, number> }) {
  return (
    <fieldset>
      <legend>Looked at within</legend>
      {BANDS.map(([band, label]) => (
        <NumberInput
          key={band}
          name={band}
          label={label}
          unit="minutes"
          min={1}
          max={43_200}
          path={`review_targets.${band}`}
          value={targets[band] ?? null}
          onChange={(minutes) => draft.change({ review_targets: { ...targets, [band]: minutes ?? 1 } })}
        />
      ))}
    </fieldset>
  );
}

function Audit({ audit }: { audit: Record<string, number> }) {
  return (
    <fieldset>
      <legend>Spot checks</legend>
      {(["published", "rejected"] as const).map((status) => (
        <NumberInput
          key={status}
          name={status}
          label={`Of automatically ${status}`}
          unit={`% (now ${percent(audit[status] ?? 0, 1)})`}
          min={0}
          max={100}
          step={0.1}
          path={`audit.${status}`}
          value={Number(((audit[status] ?? 0) * 100).toFixed(4))}
          onChange={(share) => draft.change({ audit: { ...audit, [status]: (share ?? 0) / 100 } })}
        />
      ))}
    </fieldset>
  );
}

function SaveBar() {
  const note = useSignal("");
  const problem = useSignal<string | null>(null);
  const first = useSignal<{ by: string; version: number } | null>(null);
  const isBusy = useSignal(false);
  const save = async (): Promise<void> => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    problem.value = null;
    try {
      await draft.save(note.peek());
      note.value = "";
      first.value = null;
      say(`Saved: version ${draft.saved.peek()?.version} is in force.`);
    } catch (reason) {
      const { status, content, message } = asProblem(reason);
      if (status === 409) first.value = { by: String(content.saved_by ?? "Somebody"), version: Number(content.version) };
      else problem.value = message;
    } finally {
      isBusy.value = false;
    }
  };
  const takeTheirs = async (): Promise<void> => {
    try {
      const { policy } = await ask<{ policy: Parameters<typeof draft.accept>[0] }>("moderation/policy");
      draft.accept(policy);
      first.value = null;
    } catch (reason) {
      problem.value = asProblem(reason).message;
    }
  };
  if (!draft.isChanged.value && !first.value) return null;
  return (
    <form
      class="save-bar"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {first.value ? (
        <div role="alert">
          <p>
            <bdi>{first.value.by}</bdi> saved version {first.value.version} first.
          </p>
          <div class="buttons">
            <button type="button" onClick={() => void takeTheirs()}>
              Take theirs, drop mine
            </button>
            <button
              type="button"
              onClick={() => {
                draft.change({ version: first.peek()?.version ?? 0 });
                first.value = null;
              }}
            >
              Keep mine, to be saved over it
            </button>
          </div>
        </div>
      ) : (
        <>
          <label>
            What the change is for
            <input maxLength={1000} autocomplete="off" value={note.value} onInput={(event) => (note.value = event.currentTarget.value)} />
          </label>
          <div class="buttons">
            <button type="submit" class="primary" aria-disabled={isBusy.value}>
              Save
            </button>
            <button type="button" onClick={() => draft.reset()}>
              Discard
            </button>
          </div>
        </>
      )}
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </form>
  );
}
