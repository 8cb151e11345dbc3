// Looks for new comments now and then. They are announced, and shown when the reader asks: nothing moves by itself.

import { h } from "../shared/dom.js";
import { tick } from "./pieces.js";

const SECONDS = 30;

export class Watch {
  /**
   * @param {object} section Its attribute `refresh` says how many seconds lie between two looks; 0 is never.
   * @param {AbortSignal} signal Ends it.
   */
  constructor(section, signal) {
    this.section = section;
    /** @type {string|null} When the newest comment was written that the reader has been told of. */
    this.newest = null;
    const seconds = Number(section.getAttribute("refresh") ?? SECONDS);
    if (!(seconds > 0)) return;
    const timer = setInterval(() => this.look(), seconds * 1000);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("visibilitychange", () => this.look(), { signal });
  }

  /** The list stands: whatever was written after its first comment is new, even where the reader writes later still. */
  begin() {
    const { thread, order } = this.section;
    if (thread.isLoaded && order === "newest") this.newest = thread.newest ?? "";
  }

  async look() {
    const { section } = this;
    if (document.hidden || this.isLooking) return;
    this.isLooking = true;
    try {
      tick(section.root, section.language);
      section.author?.look();
      const { comments } = await section.read(section.path, { order: "newest" });
      this.compare(comments);
    } catch {
      // The next look will tell.
    } finally {
      this.isLooking = false;
    }
  }

  compare(comments) {
    const { section } = this;
    const { thread } = section;
    for (const comment of comments) thread.entries.get(comment.id)?.update(comment);
    // In a list that begins with the oldest, the first look finds out where the end is.
    this.newest ??= section.order === "newest" ? (thread.newest ?? "") : (comments[0]?.created_at ?? "");
    const fresh = comments.filter(({ id, created_at: at }) => at > this.newest && !thread.entries.has(id));
    if (!fresh.length) return section.fresh.replaceChildren();
    const text = section.say("fresh", { n: fresh.length });
    if (section.fresh.textContent === text) return;
    const show = () => this.show(fresh, fresh.length === comments.length);
    section.fresh.replaceChildren(h("button", { type: "button", class: "primary", part: "button", onclick: show }, text));
    section.announce(text);
    section.showCount();
  }

  async show(fresh, isMore) {
    const { section } = this;
    this.newest = fresh[0].created_at;
    section.fresh.replaceChildren();
    if (isMore || section.order !== "newest") {
      section.order = "newest";
      section.root.querySelector("select").value = "newest";
      await section.showComments();
    } else {
      for (const comment of fresh.toReversed()) section.thread.add(comment, { isFirst: true, isNew: true });
      section.thread.showFoot();
    }
    section.thread.first?.show();
  }
}
