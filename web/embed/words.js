// Words for what the API names by codes.

export const REJECTION_REASONS = {
  abusive: "Abusive",
  hateful: "Hateful",
  harassment: "Harassment",
  threat: "Threat",
  sexual: "Sexual",
  spam: "Spam",
  off_topic: "Off topic",
  personal_data: "Personal data",
  illegal: "Illegal",
  other: "Other",
};

const RULES = {
  banned_term: "It has a word that is not allowed here.",
  held_term: "It has a word that a person checks first.",
  links: "It has many links.",
  unscored: "The automatic check was not available.",
};

/** The reasons of a decision, in sentences for the comment's author. */
export function explain(reasons) {
  const labels = reasons.filter(({ rule }) => rule === "model").map(({ label }) => plain(label ?? "toxicity"));
  const rest = reasons.filter(({ rule }) => rule !== "model").map(sentence);
  if (labels.length) rest.unshift(`The automatic check flagged: ${labels.join(", ")}.`);
  return rest.join(" ");
}

function sentence({ rule, code }) {
  if (rule !== "moderator") return RULES[rule] ?? `${plain(rule)}.`;
  const known = REJECTION_REASONS[code];
  return known && code !== "other" ? `A moderator gave the reason: ${known.toLowerCase()}.` : "A moderator decided so.";
}

/** A code with spaces, as a fallback for those that have no words here yet. */
export function plain(code) {
  return code.replaceAll("_", " ");
}
