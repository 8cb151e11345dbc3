// Why a comment is where it is, and why a request failed, in sentences.

/** The reasons of a decision, for the comment's author. */
export function explain(language, reasons) {
  const labels = reasons.filter(({ rule }) => rule === "model").map(({ label }) => language.say(`labels.${label ?? "toxicity"}`));
  const sentences = reasons
    .filter(({ rule, code }) => rule !== "model" && !(rule === "moderator" && (!code || code === "other")))
    .map(({ rule, code }) =>
      rule === "moderator" ? language.say("reason", { reason: language.say(`codes.${code}`) }) : language.say(`rules.${rule}`),
    );
  if (labels.length) sentences.unshift(language.say("found", { labels: language.list(labels) }));
  return sentences.join(" ");
}

const BY_KIND = { "article-closed": "closed", "not-editable": "notEditable", "already-decided": "notEditable" };

/** What went wrong with a request, for whoever made it. */
export function complain(language, { status, content = {} }) {
  const kind = String(content.type ?? "").split(":").pop();
  if (kind === "banned" || kind === "suspended") return restricted(language, { kind, ...content });
  if (BY_KIND[kind]) return language.say(BY_KIND[kind]);
  if (status === 0) return language.say("offline");
  if (status === 401) return language.say("loginEnded");
  if (status === 429) return language.say("tooFast");
  if (status >= 500) return language.say("busy");
  const detail = content.errors?.map(({ message }) => message).join("; ") || content.detail;
  return detail ? language.say("notAccepted", { detail }) : language.say("wrong");
}

/** A sanction, for whom it is on: what it is, why, and what the moderator wrote. */
export function restricted(language, { kind, reason, message, until }) {
  const isOver = kind === "suspended" || until;
  const what = isOver && until ? language.say("suspended", { date: language.exact(new Date(until)) }) : language.say("banned");
  const why = reason && reason !== "other" ? language.say("reason", { reason: language.say(`codes.${reason}`) }) : "";
  return [what, why, message && `${language.say("theySay")} ${message}`].filter(Boolean).join(" ");
}
