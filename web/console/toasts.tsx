// Short messages on what has just happened, read out as they come.

import { signal } from "@preact/signals";

export interface Toast {
  id: number;
  text: string;
  kind: "done" | "warning" | "bad";
  /** What can still be done about it. */
  action?: { label: string; run: () => void };
}

const STAYS_MS = 8000;
const MOST = 4;
let last = 0;
export const toasts = signal<Toast[]>([]);

/** Something went well: it goes by itself. A warning or a failure stays until it is closed. */
export function say(text: string, kind: Toast["kind"] = "done", action?: Toast["action"]): void {
  last += 1;
  const toast: Toast = { id: last, text, kind, ...(action && { action }) };
  const kept = kind === "done" ? toasts.value.filter((one) => one.kind !== "done") : toasts.value;
  toasts.value = [...kept, toast].slice(-MOST);
  if (kind === "done") setTimeout(() => close(toast), STAYS_MS);
}

export function close(toast: Toast): void {
  toasts.value = toasts.value.filter(({ id }) => id !== toast.id);
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <p class={`toast ${toast.kind}`} key={toast.id}>
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              class="link"
              onClick={() => {
                toast.action?.run();
                close(toast);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button type="button" class="link close" aria-label="Close message" onClick={() => close(toast)}>
            ×
          </button>
        </p>
      ))}
    </div>
  );
}
