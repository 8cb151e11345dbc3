// Keeps a fault of one view from taking the whole page along.

import { Component, type ComponentChildren } from "preact";

interface Properties {
  children: ComponentChildren;
}

export class Boundary extends Component<Properties, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  override componentDidCatch(error: unknown): void {
    this.setState({ hasFailed: true });
    // It is a mistake of ours: whoever watches the browser's console should see it.
    reportError(error);
  }

  override render({ children }: Properties, { hasFailed }: { hasFailed: boolean }) {
    if (!hasFailed) return children;
    return (
      <div class="notice" role="alert">
        <h2>This view has broken</h2>
        <p>Something went wrong on our side. Decisions that you made are on their way all the same.</p>
        <button type="button" onClick={() => this.setState({ hasFailed: false })}>
          Show it again
        </button>
      </div>
    );
  }
}
