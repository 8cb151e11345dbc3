// The thresholds in force, for whoever draws scores against them.

import { signal } from "@preact/signals";
import { ask } from "./api";
import { asProblem } from "./states";
import type { Threshold } from "./types";

/** By label; empty while they are not known. */
export const thresholds = signal<Record<string, Threshold>>({});

/** Asks for them: the model's own, and what the policy says beside. */
export async function loadThresholds(): Promise<void> {
  const [model, policy] = await Promise.allSettled([
    ask<{ model: { thresholds: Record<string, Threshold> } }>("moderation/model"),
    ask<{ policy: { thresholds: Record<string, Threshold> } }>("moderation/policy"),
  ]);
  for (const asked of [model, policy]) if (asked.status === "rejected") asProblem(asked.reason);
  thresholds.value = {
    ...(model.status === "fulfilled" ? model.value.model.thresholds : {}),
    ...(policy.status === "fulfilled" ? policy.value.policy.thresholds : {}),
  };
}
