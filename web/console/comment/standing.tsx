// How an author stands, in a word or two.

import { shortly } from "../time";
import type { Author } from "../types";
import { plain } from "../words";

const WORDS: Readonly<Record<string, string>> = {
  new: "New",
  trusted: "Trusted",
  premoderated: "Premoderated",
  suspended: "Suspended",
  banned: "Banned",
};

export function Standing({ author: { standing, restriction } }: { author: Author }) {
  const until = restriction?.until ? ` until ${shortly(restriction.until)}` : "";
  return (
    <span class={`badge ${standing}`}>
      {WORDS[standing] ?? plain(standing)}
      {until}
    </span>
  );
}
