// A text of somebody else's: its direction is its own, and it is blurred where the moderator wants that.

import { type ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { preferences } from "../preferences";

interface Properties {
  text: string;
  /** The text that is being judged. */
  isMain?: boolean;
  /** The same text, marked. */
  children?: ComponentChildren;
}

export function Foreign({ text, isMain = false, children }: Properties) {
  const isOpen = useSignal(false);
  const isBlurred = preferences.blur.value && !isOpen.value;
  return (
    <div class={`veil ${isBlurred ? "veiled" : ""}`}>
      <p class={`foreign ${isMain ? "main" : ""}`} dir="auto" aria-hidden={isBlurred ? "true" : undefined}>
        {children ?? text}
      </p>
      {isBlurred && (
        <button type="button" class="unveil" onClick={() => (isOpen.value = true)}>
          Show this text
        </button>
      )}
    </div>
  );
}
