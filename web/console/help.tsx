// The keys that act now, and the switch that turns single keys off.

import { signal } from "@preact/signals";
import { shortcuts } from "./keys";
import { Modal } from "./modal";
import { preferences } from "./preferences";

const isShown = signal(false);

export function openHelp(): void {
  isShown.value = true;
}

export function HelpDialog() {
  if (!isShown.value) return null;
  const listed = shortcuts.value.filter(({ isHidden }) => !isHidden);
  return (
    <Modal title="Keys" onClose={() => (isShown.value = false)}>
      <dl class="keys">
        {listed.map(({ key, does }) => (
          <div key={key}>
            <dt>
              <kbd>{NAMES[key] ?? key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={preferences.singleKeys.value}
          onChange={(event) => (preferences.singleKeys.value = event.currentTarget.checked)}
        />
        Single keys act (turn this off if you speak to your computer)
      </label>
    </Modal>
  );
}

const NAMES: Readonly<Record<string, string>> = { " ": "Space", ArrowDown: "↓", ArrowUp: "↑" };
