// Earlier versions of the policy: looked at in the form, or put in force again.

import { useSignal } from "@preact/signals";
import { ask } from "../api";
import { Modal } from "../modal";
import { asProblem, Shown, useAsked } from "../states";
import { Moment } from "../time";
import { say } from "../toasts";
import { plain } from "../words";
import { draft, type Saved } from "./draft";

interface Version {
  version: number;
  saved_at: string;
  saved_by: string;
  note: string | null;
  restored_from: number | null;
  changes: string[];
}

export function Versions() {
  const now = draft.saved.value?.version ?? 0;
  const more = useSignal<{ versions: Version[]; next: string | null } | null>(null);
  const restored = useSignal<number | null>(null);
  const [asked, again] = useAsked(async () => {
    more.value = null;
    return ask<{ versions: Version[]; next: string | null }>("moderation/policy/versions", { limit: 10 });
  }, [now]);
  const loadMore = async (cursor: string): Promise<void> => {
    try {
      const page = await ask<{ versions: Version[]; next: string | null }>("moderation/policy/versions", { limit: 10, cursor });
      more.value = { versions: [...(more.peek()?.versions ?? []), ...page.versions], next: page.next };
    } catch (reason) {
      say(`More could not be loaded. ${asProblem(reason).message}`, "warning");
    }
  };
  const look = async (version: number): Promise<void> => {
    try {
      const { policy } = await ask<{ policy: Saved }>("moderation/policy", { version });
      draft.take(policy);
      say(`Version ${version} is in the form. Nothing is saved yet.`);
    } catch (reason) {
      say(`Version ${version} could not be loaded. ${asProblem(reason).message}`, "bad");
    }
  };
  return (
    <section class="versions">
      <h2>Versions</h2>
      <Shown asked={asked.value} what="the versions" again={again}>
        {(first) => {
          const versions = [...first.versions, ...(more.value?.versions ?? [])];
          const next = more.value ? more.value.next : first.next;
          return (
            <>
              {versions.length === 0 && <p class="quiet-text">The built-in rules are in force; nothing has been saved yet.</p>}
              <ol class="history">
                {versions.map((one) => (
                  <li key={one.version}>
                    <p>
                      <strong>Version {one.version}</strong>
                      {one.version === now && <span class="badge published">in force</span>}
                      {one.saved_by && (
                        <>
                          {" by "}
                          <bdi>{one.saved_by}</bdi>, <Moment at={one.saved_at} />
                        </>
                      )}
                    </p>
                    <p class="quiet-text">
                      {one.restored_from !== null && `As version ${one.restored_from} was. `}
                      {one.changes.map(nameOf).join(", ")}
                    </p>
                    {one.note && (
                      <p class="foreign quote" dir="auto">
                        {one.note}
                      </p>
                    )}
                    {one.version !== now && (
                      <p class="buttons">
                        <button
                          type="button"
                          class="link"
                          aria-label={`Look at it in the form: version ${one.version}`}
                          onClick={() => void look(one.version)}
                        >
                          Look at it in the form
                        </button>
                        <button
                          type="button"
                          class="link"
                          aria-label={`Put in force again …: version ${one.version}`}
                          onClick={() => (restored.value = one.version)}
                        >
                          Put in force again …
                        </button>
                      </p>
                    )}
                  </li>
                ))}
              </ol>
              {next && (
                <button type="button" onClick={() => void loadMore(next)}>
                  Load more
                </button>
              )}
            </>
          );
        }}
      </Shown>
      {restored.value !== null && <Restore to={restored.value} onClose={() => (restored.value = null)} />}
    </section>
  );
}

function nameOf(path: string): string {
  return plain(path.replaceAll(".", " · "));
}

function Restore({ to, onClose }: { to: number; onClose: () => void }) {
  const problem = useSignal<string | null>(null);
  const restore = async (): Promise<void> => {
    const json = { to, version: draft.saved.peek()?.version ?? 0 };
    try {
      const { policy } = await ask<{ policy: Saved }>("moderation/policy/rollbacks", {}, { method: "POST", json });
      draft.accept(policy);
      say(`Version ${to} is in force again, as version ${policy.version}.`);
      onClose();
    } catch (reason) {
      problem.value = asProblem(reason).message;
    }
  };
  return (
    <Modal title={`Put version ${to} in force again?`} onClose={onClose}>
      <p>Its rules become a new version and act at once on every new comment. What is in the form is dropped.</p>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="buttons">
        <button type="button" class="primary" onClick={() => void restore()}>
          Put in force
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Modal>
  );
}
