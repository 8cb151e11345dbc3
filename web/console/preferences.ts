// What a moderator has chosen for this browser. Kept in localStorage where that is allowed.

import { type Signal, effect, signal } from "@preact/signals";

const STORED = "parley.console";

export interface Preferences {
  /** Foreign texts are blurred until they are asked for. */
  blur: Signal<boolean>;
  /** The whole page in grey. */
  grey: Signal<boolean>;
  /** Single letters and digits act (WCAG 2.1.4: they can be turned off). */
  singleKeys: Signal<boolean>;
  /** The words that drove a score are marked. */
  marks: Signal<boolean>;
}

export const preferences: Preferences = kept({ blur: false, grey: false, singleKeys: true, marks: true });

function kept(defaults: Record<keyof Preferences, boolean>): Preferences {
  const stored = read();
  const signals = Object.fromEntries(
    Object.entries(defaults).map(([name, fallback]) => {
      const known = stored[name];
      return [name, signal(typeof known === "boolean" ? known : fallback)];
    }),
  ) as unknown as Preferences;
  effect(() => {
    const values = Object.fromEntries(Object.entries(signals).map(([name, { value }]) => [name, value]));
    try {
      localStorage.setItem(STORED, JSON.stringify(values));
    } catch {
      // Without storage the choice holds for as long as the page is open.
    }
  });
  return signals;
}

function read(): Record<string, unknown> {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}
