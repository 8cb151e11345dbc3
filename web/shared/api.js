// Calls the API for pages in English: every failure becomes a Problem that can be shown to people.

import { Problem } from "./request.js";

export { call, callPatiently, Problem, randomKey } from "./request.js";

const BY_STATUS = {
  0: "There is no connection to the server.",
  401: "Your login has ended. Please log in again.",
  429: "That was a little fast. Please wait a moment and try again.",
  502: "The server is busy. Please try again in a moment.",
  503: "The server is busy. Please try again in a moment.",
  504: "The server is busy. Please try again in a moment.",
};

const FIELDS = { body: "Your text", parent_id: "The comment you reply to", note: "The note", reason: "The reason" };

function describe(status, content) {
  if (BY_STATUS[status]) return BY_STATUS[status];
  if (Array.isArray(content.errors) && content.errors.length) {
    return content.errors.map(({ field, message }) => `${FIELDS[field] ?? field} ${message}.`).join(" ");
  }
  return content.detail || "Something went wrong. Please try again.";
}

Problem.describe = describe;
