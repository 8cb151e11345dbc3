// Single keys: each view says which it takes, one listener acts, and the help lists what is there.

import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { preferences } from "./preferences";

export interface Shortcut {
  /** As in KeyboardEvent.key. */
  key: string;
  /** What it does, for the help. */
  does: string;
  run: () => void;
  /** Leaves it out of the help: one of several keys for the same. */
  isHidden?: boolean;
}

const sets = new Map<object, Shortcut[]>();
/** Everything that acts now, in the order in which it was registered. */
export const shortcuts = signal<Shortcut[]>([]);

function publish(): void {
  shortcuts.value = [...sets.values()].flat();
}

/** Takes keys for as long as the component is shown. */
export function useKeys(taken: Shortcut[]): void {
  const token = useRef({}).current;
  // After each rendering, so that what a key does is never about an earlier state.
  useLayoutEffect(() => {
    sets.set(token, taken);
  });
  useLayoutEffect(() => {
    publish();
    return () => {
      sets.delete(token);
      publish();
    };
  }, []);
}

/** Letters are text in a field and belong to the dialog that is open. */
const TAKES_TEXT = "input:not([type=checkbox], [type=radio]), select, textarea, dialog, [contenteditable]";

export function listen(): () => void {
  const act = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (target instanceof Element && target.closest(TAKES_TEXT)) return;
    const isPrintable = event.key.length === 1;
    if (isPrintable && !preferences.singleKeys.value && event.key !== "?") return;
    const found = [...sets.values()].flat().find(({ key }) => key === event.key);
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  addEventListener("keydown", act);
  return () => removeEventListener("keydown", act);
}
