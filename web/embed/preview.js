// Before posting: what would probably become of the text. Asked when the writer pauses; nothing is stored.

const PAUSE_MS = 900;
const SHORTEST = 3;
const RETRY_AFTER_S = 60;
const MAY_BE = { held: "mayBeHeld", rejected: "mayBeRejected" };

export class Preview {
  /**
   * @param {object} section
   * @param {(warning: {text: string, reasons: object[], status: string}|null) => void} onAnswer
   */
  constructor(section, onAnswer) {
    this.section = section;
    this.onAnswer = onAnswer;
  }

  /** The text is this now. */
  typed(body, parentId) {
    this.cancel();
    if (body.trim().length < SHORTEST) return this.onAnswer(null);
    this.timer = setTimeout(() => this.ask(body, parentId), PAUSE_MS);
  }

  cancel() {
    clearTimeout(this.timer);
    this.asked = null;
  }

  async ask(body, parentId) {
    const { section } = this;
    if (Date.now() < (section.previewsFrom ?? 0)) return;
    const asked = Symbol(body.length);
    this.asked = asked;
    try {
      const json = parentId ? { body, parent_id: parentId } : { body };
      const { preview } = await section.ask(`articles/${encodeURIComponent(section.articleId)}/previews`, { method: "POST", json });
      // Meanwhile it is another text, or was posted.
      if (this.asked !== asked) return;
      const key = MAY_BE[preview.status];
      this.onAnswer(key ? { text: section.say(key), reasons: preview.reasons, status: preview.status } : null);
    } catch (problem) {
      if (this.asked === asked) this.onAnswer(null);
      if (problem.status === 429) section.previewsFrom = Date.now() + (problem.content.retry_after ?? RETRY_AFTER_S) * 1000;
      // A stack that gives no previews is not asked again; what else goes wrong is told when the text is posted.
      if (problem.status === 404 || problem.status === 405) section.previewsFrom = Infinity;
    }
  }
}
