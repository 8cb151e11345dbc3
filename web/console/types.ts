// What the API answers, as far as the console reads it. The contract is /openapi.json.

export type Status = "published" | "held" | "rejected" | "removed";
export type Band = "severe" | "high" | "normal" | "low";
export type Scores = Record<string, number>;

/** A rule that fired. */
export interface Reason {
  rule: string;
  outcome?: Status;
  label?: string | null;
  score?: number | null;
  threshold?: number | null;
  term?: string | null;
  code?: string | null;
}

export interface Review {
  causes: string[];
  opened_at: string;
  urgency: number | null;
  band?: Band;
  due_at?: string;
  reports?: number | null;
}

export interface HeldBy {
  id: string;
  name: string;
  expires_at: string;
}

/** A comment as moderators see it. A blind one (a spot check) keeps to itself what was decided and why. */
export interface Comment {
  id: string;
  article_id: string;
  parent_id: string | null;
  author: { id: string; name: string };
  body: string;
  status: Status | null;
  reasons: Reason[];
  scores: Scores | null;
  model: string | null;
  policy_version: number | null;
  review: Review | null;
  lease: HeldBy | null;
  version: number;
  created_at: string;
  edited_at: string | null;
  reply_count: number;
  is_blind?: boolean;
  decided_at?: string | null;
  message?: string | null;
  report_count?: number | null;
  appeal?: Appeal | null;
  revision_count?: number | null;
}

export interface Appeal {
  text: string | null;
  made_at: string;
  outcome: "granted" | "denied" | null;
  decided_at: string | null;
}

export interface Report {
  reason: string;
  note: string | null;
  at: string;
  weight: number;
  outcome: "right" | "wrong" | null;
}

/** An earlier text of an edited comment. */
export interface Revision {
  version: number;
  body: string;
  replaced_at: string;
}

export type Standing = "new" | "trusted" | "premoderated" | "suspended" | "banned";

export interface Restriction {
  kind: string;
  reason: string;
  message: string | null;
  since: string;
  until: string | null;
}

export interface Author {
  id: string;
  name: string;
  standing: Standing;
  restriction: Restriction | null;
  version: number;
  counts: Record<string, number>;
  warning?: { reason: string; message: string | null; at: string } | null;
  recent_rejections?: number;
  reports?: { made: number; right: number; wrong: number; weight: number };
}

export interface Sanction {
  version: number;
  action: string;
  reason: string | null;
  message: string | null;
  note: string | null;
  until: string | null;
  at: string;
  by: { name: string };
}

export interface AuthorPage {
  author: Author;
  sanctions: Sanction[];
  comments: Comment[];
  next: string | null;
}

export interface Job {
  id: string;
  kind: string;
  state: "running" | "done";
  started_at: string;
  finished_at: string | null;
  rejected: number;
  left: number;
}

/** A comment with all that is known about it. */
export interface Whole {
  comment: Comment;
  history: Entry[];
  parent: Comment | null;
  reports?: Report[];
  revisions?: Revision[];
  author?: Author;
}

export interface Page {
  comments: Comment[];
  next: string | null;
}

export interface Entry {
  version: number;
  at: string;
  action?: string;
  before: Status | null;
  after: Status;
  reasons: Reason[];
  scores: Scores | null;
  model: string | null;
  policy_version: number;
  note: string | null;
  message?: string | null;
  by: { kind: string; name: string };
}

export interface Lease {
  lease: { id: string; expires_at: string };
  comments: Comment[];
}

export interface QueueCounts {
  total: number;
  causes: Record<string, number>;
  rules: Record<string, number>;
  labels: Record<string, number>;
}

export interface Threshold {
  review_at: number | null;
  reject_at: number | null;
}

export interface Rate {
  count: number;
  of: number;
  rate: number | null;
  low: number | null;
  high: number | null;
}

/** How one of several decisions went. */
export interface Outcome {
  comment_id: string;
  status: number;
  comment?: Comment;
  problem?: { type?: string; detail?: string; decided_by?: string; decided_at?: string; comment_status?: string; action?: string };
}
