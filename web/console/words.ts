// Words for what the API names by codes, and numbers as people read them.

/** Why a comment may be rejected, in the order of their digit keys. */
export const REJECTION_REASONS: Readonly<Record<string, string>> = {
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

export const CAUSES: Readonly<Record<string, string>> = {
  borderline: "Borderline",
  unscored: "Not scored",
  premoderated: "Premoderated",
  reported: "Reported",
  appealed: "Appealed",
  audit: "Spot check",
};

export const STATUSES: Readonly<Record<string, string>> = {
  published: "Published",
  held: "Held",
  rejected: "Rejected",
  removed: "Removed",
};

/** What somebody did who brought a comment to a status. */
export const DONE: Readonly<Record<string, string>> = {
  published: "approved",
  rejected: "rejected",
  held: "put on hold",
  removed: "removed",
};

export const RULES: Readonly<Record<string, string>> = {
  model: "Model",
  banned_term: "Banned term",
  held_term: "Held term",
  links: "Many links",
  unscored: "Could not be scored",
  moderator: "Moderator",
};

/** A code with spaces and a capital, for those that have no words here. */
export function plain(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function word(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? plain(code);
}

/** A share in [0, 1] as a whole per cent. */
export function percent(share: number, digits = 0): string {
  return `${(share * 100).toFixed(digits)}\u00a0%`;
}

const NUMBERS = new Intl.NumberFormat("en-GB");

export function count(number: number): string {
  return NUMBERS.format(number);
}

/** "1 comment", "2 comments". */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** The initial capital only: for the middle of a sentence. */
export function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
