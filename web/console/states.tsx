// What a view shows when there is nothing, not yet, or not any more.

import { type ComponentChildren } from "preact";
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Problem } from "../shared/api.js";

/** Something that is asked for, as it stands. */
export type Asked<T> = { state: "loading" } | { state: "ready"; value: T } | { state: "failed"; problem: Problem };

/** Asks when first shown and whenever one of `inputs` changes; an answer that was overtaken is dropped. */
export function useAsked<T>(ask: () => Promise<T>, inputs: readonly unknown[]): [Signal<Asked<T>>, () => void] {
  const asked = useSignal<Asked<T>>({ state: "loading" });
  const again = useSignal(0);
  useEffect(() => {
    let isWanted = true;
    if (asked.peek().state !== "ready") asked.value = { state: "loading" };
    ask().then(
      (value) => {
        if (isWanted) asked.value = { state: "ready", value };
      },
      (reason: unknown) => {
        if (isWanted) asked.value = { state: "failed", problem: asProblem(reason) };
      },
    );
    return () => {
      isWanted = false;
    };
  }, [...inputs, again.value]);
  return [
    asked,
    () => {
      asked.value = { state: "loading" };
      again.value += 1;
    },
  ];
}

/** A failure that can be shown; a mistake of our own is thrown on. */
export function asProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  throw reason;
}

/** The one of three that fits. */
export function Shown<T>(properties: {
  asked: Asked<T>;
  what: string;
  again: () => void;
  children: (value: T) => ComponentChildren;
}) {
  const { asked, what, again, children } = properties;
  if (asked.state === "loading") return <Loading what={what} />;
  if (asked.state === "failed") return <Failed what={what} problem={asked.problem} again={again} />;
  return <>{children(asked.value)}</>;
}

export function Loading({ what, lines = 4 }: { what: string; lines?: number }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading {what} …</span>
      {Array.from({ length: lines }, (_, index) => (
        <span class="bone" key={index} />
      ))}
    </div>
  );
}

export function Failed({ what, problem, again }: { what: string; problem: Problem; again: () => void }) {
  const isAbsent = problem.status === 404;
  return (
    <div class="notice" role="alert">
      <h2>{isAbsent ? `There is no such ${what.replace(/^the /, "")}` : `${sentence(what)} could not be loaded`}</h2>
      <p>{problem.message}</p>
      {!isAbsent && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="notice">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
