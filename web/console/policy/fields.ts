// The policy's numbers: what each is called, in which unit, and within which bounds.

export interface NumberField {
  name: string;
  label: string;
  hint?: string;
  unit?: string;
  min: number;
  max: number;
  step?: number;
}

export interface Group {
  title: string;
  fields: readonly NumberField[];
}

export const GROUPS: readonly Group[] = [
  {
    title: "Texts",
    fields: [
      { name: "max_links", label: "Most links", hint: "more are held", min: 0, max: 100 },
      { name: "max_length", label: "Longest text", unit: "characters", min: 1, max: 10_000 },
      { name: "max_depth", label: "Deepest reply", hint: "0: no replies", min: 0, max: 10 },
      { name: "repeat_minutes", label: "Same text again is held within", unit: "minutes", hint: "0: never", min: 0, max: 10_080 },
      { name: "edit_minutes", label: "Can be edited for", unit: "minutes", hint: "0: never", min: 0, max: 10_080 },
    ],
  },
  {
    title: "Authors",
    fields: [
      { name: "first_comments", label: "First comments held", hint: "0: none", min: 0, max: 100 },
      { name: "max_rejections", label: "Held after rejections", hint: "0: never", min: 0, max: 100 },
      { name: "rejection_days", label: "… within", unit: "days", min: 1, max: 30 },
      { name: "appeal_days", label: "Can appeal for", unit: "days", min: 0, max: 3650 },
    ],
  },
  {
    title: "Pace",
    fields: [
      { name: "max_comments", label: "Most comments", min: 1, max: 1000 },
      { name: "max_previews", label: "Most previews", min: 1, max: 1000 },
      { name: "rate_seconds", label: "… within", unit: "seconds", min: 1, max: 3600 },
      { name: "close_after_days", label: "Articles close after", unit: "days", hint: "0: never", min: 0, max: 3650 },
    ],
  },
  {
    title: "Reports",
    fields: [
      { name: "report_review_at", label: "Weight that opens a review", min: 0, max: 100, step: 0.1 },
      { name: "report_hold_at", label: "Weight that also holds", min: 0, max: 100, step: 0.1 },
    ],
  },
];

export const BANDS: readonly (readonly [string, string])[] = [
  ["severe", "Severe"],
  ["high", "High"],
  ["normal", "Normal"],
  ["low", "Low"],
];
