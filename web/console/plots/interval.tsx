// A share with its confidence interval, on a line from 0 to 100 %.

import type { Rate } from "../types";
import { percent } from "../words";
import { place } from "./scale";

export interface Share {
  value: number;
  low: number;
  high: number;
}

export function Interval({ value, low, high }: Share) {
  return (
    <svg class="interval" width="100%" height="16" aria-hidden="true">
      <line class="axis" x1="0" x2="100%" y1="8" y2="8" />
      <line class="range" x1={place(low)} x2={place(high)} y1="8" y2="8" />
      <circle class="point" cx={place(value)} cy="8" r="5" />
    </svg>
  );
}

/** "91 % (85–95 %)" */
export function spoken({ rate, low, high }: Rate): string {
  if (rate === null || low === null || high === null) return "–";
  return `${percent(rate)} (${Math.round(low * 100)}–${percent(high)})`;
}
