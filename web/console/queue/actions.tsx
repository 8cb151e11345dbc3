// The decisions on what is in sight or chosen, by mouse and by key.

import { type Signal, useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { type Shortcut, useKeys } from "../keys";
import { preferences } from "../preferences";
import { REJECTION_REASONS, counted } from "../words";
import type { Decision } from "./outbox";

interface Properties {
  /** How many comments the next decision is about. */
  number: number;
  isAppeal: boolean;
  isDisabled: boolean;
  decide: (decision: Decision) => void;
  sanction: (() => void) | null;
  undo: (() => void) | null;
}

/** Reasons with the digit that gives each: 1 to 9, then 0. */
const REASONS = Object.entries(REJECTION_REASONS).map(([code, label], index) => ({
  code,
  label,
  digit: String((index + 1) % 10),
}));

export function Actions({ number, isAppeal, isDisabled, decide, sanction, undo }: Properties) {
  const isAsking = useSignal(false);
  const words = useSignal({ note: "", message: "" });
  const send = (decision: Decision): void => {
    if (isDisabled || number === 0) return;
    const { note, message } = words.peek();
    const isRejection = decision.action === "reject";
    words.value = { note: "", message: "" };
    isAsking.value = false;
    decide({
      ...decision,
      ...(note.trim() && { note: note.trim() }),
      ...(isRejection && message.trim() && { message: message.trim() }),
    });
  };
  const taken: Shortcut[] = [
    { key: "a", does: "approve", run: () => send({ action: "approve" }) },
    { key: "r", does: "reject: choose the reason, leave a note", run: () => (isAsking.value = !isDisabled) },
    ...REASONS.map(({ code, label, digit }) => ({
      key: digit,
      does: `reject: ${label.toLowerCase()}`,
      run: () => send({ action: "reject", reason: code }),
    })),
    { key: "s", does: "sanction the author", run: () => sanction?.() },
    { key: "u", does: "undo the last decision", run: () => undo?.() },
  ];
  useKeys(taken);
  const several = number > 1 ? ` ${counted(number, "comment")}` : "";
  return (
    <div class="actions" role="group" aria-label="Decide">
      {isAsking.value && <Reasons words={words} send={send} close={() => (isAsking.value = false)} several={several} />}
      <button type="button" class="approve" disabled={isDisabled || number === 0} onClick={() => send({ action: "approve" })}>
        {isAppeal ? "Grant" : "Approve"}
        {several} <Key name="a" />
      </button>
      <button
        type="button"
        class="reject"
        aria-expanded={isAsking.value}
        disabled={isDisabled || number === 0}
        onClick={() => (isAsking.value = !isAsking.value)}
      >
        Reject{several} … <Key name="r" />
      </button>
      <button type="button" disabled={!sanction} onClick={() => sanction?.()} aria-haspopup="dialog">
        Sanction … <Key name="s" />
      </button>
      <button type="button" class="undo" disabled={!undo} onClick={() => undo?.()}>
        Undo <Key name="u" />
      </button>
    </div>
  );
}

export function Key({ name }: { name: string }) {
  if (!preferences.singleKeys.value) return null;
  return <kbd aria-hidden="true">{name}</kbd>;
}

interface ReasonsProperties {
  words: Signal<{ note: string; message: string }>;
  send: (decision: Decision) => void;
  close: () => void;
  several: string;
}

function Reasons({ words, send, close, several }: ReasonsProperties) {
  const first = useRef<HTMLButtonElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    first.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus();
    };
  }, []);
  const press = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  return (
    <div class="reasons" role="group" aria-labelledby={id} onKeyDown={press}>
      <h3 id={id}>Reject{several} as</h3>
      <div class="choices">
        {REASONS.map(({ code, label, digit }, index) => (
          <button
            type="button"
            key={code}
            ref={index === 0 ? first : null}
            onClick={() => send({ action: "reject", reason: code })}
          >
            <Key name={digit} /> {label}
          </button>
        ))}
      </div>
      <label>
        Message to the author (optional)
        <input
          name="message"
          maxLength={1000}
          autocomplete="off"
          value={words.value.message}
          onInput={(event) => (words.value = { ...words.peek(), message: event.currentTarget.value })}
        />
      </label>
      <label>
        Note for colleagues (optional)
        <input
          name="note"
          maxLength={1000}
          autocomplete="off"
          value={words.value.note}
          onInput={(event) => (words.value = { ...words.peek(), note: event.currentTarget.value })}
        />
      </label>
      <button type="button" class="link" onClick={close}>
        Cancel <kbd aria-hidden="true">Esc</kbd>
      </button>
    </div>
  );
}
