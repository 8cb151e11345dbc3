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

/** One reason of a decision, as a sentence for the comment's author. */
export function sentence({ rule, label, code }) {
  if (rule === "moderator") {
    return code && code !== "other"
      ? `A moderator gave the reason: ${REJECTION_REASONS[code]?.toLowerCase() ?? plain(code)}.`
      : "A moderator decided so.";
  }
  if (rule === "model") return `The automatic check found signs of ${plain(label ?? "toxicity")}.`;
  return RULES[rule] ?? plain(rule);
}

/** A code with spaces, as a fallback for those that have no words here yet. */
export function plain(code) {
  return code.replaceAll("_", " ");
}
