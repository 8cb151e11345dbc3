// Shares over thresholds, each with its confidence interval. Both axes go from 0 to 100 %.

import { percent } from "../words";
import { place } from "./scale";

export interface Point {
  at: number;
  value: number;
  low: number;
  high: number;
}

export interface Curve {
  name: string;
  /** A class that gives it its colour. */
  look: string;
  points: readonly Point[];
}

const LINES = [0, 0.25, 0.5, 0.75, 1] as const;

export function Curves({ curves, across }: { curves: readonly Curve[]; across: string }) {
  return (
    <div class="curves">
      <ul class="legend">
        {curves.map(({ name, look }) => (
          <li key={name}>
            <span class={`key ${look}`} aria-hidden="true" /> {name}
          </li>
        ))}
      </ul>
      <div class="canvas" aria-hidden="true">
        <svg width="100%" height="100%">
          {LINES.map((line) => (
            <line key={line} class={line === 0 ? "axis" : "grid"} x1="0" x2="100%" y1={place(1 - line)} y2={place(1 - line)} />
          ))}
          {curves.map(({ name, look, points }, order) =>
            points.map(({ at, value, low, high }, index) => {
              const next = points[index + 1];
              // Beside each other, so that both intervals can be read.
              const x = place(at + (order - (curves.length - 1) / 2) * 0.008);
              return (
                <g class={look} key={`${name}-${at}`}>
                  {next && <line class="curve" x1={place(at)} x2={place(next.at)} y1={place(1 - value)} y2={place(1 - next.value)} />}
                  <line class="whisker" x1={x} x2={x} y1={place(1 - low)} y2={place(1 - high)} />
                  <circle cx={place(at)} cy={place(1 - value)} r="3">
                    <title>{`${name}, from ${percent(at)}: ${percent(value)} (${percent(low)} to ${percent(high)})`}</title>
                  </circle>
                </g>
              );
            }),
          )}
        </svg>
        <ol class="ticks ends">
          {LINES.map((line) => (
            <li key={line}>{percent(line)}</li>
          ))}
        </ol>
      </div>
      <p class="quiet-text">{across}</p>
    </div>
  );
}
