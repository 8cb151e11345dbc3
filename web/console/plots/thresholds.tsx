// A histogram of one label's scores with the two thresholds as handles: dragged, or moved by the arrow keys.

import { useRef } from "preact/hooks";
import { count, percent } from "../words";
import { place } from "./scale";

export interface Bin {
  /** Lower and upper end of the scores it counts. */
  from: number;
  to: number;
  /** One number a part, the lowest of the stack first. */
  values: readonly number[];
}

export interface Limits {
  /** From here on a comment is held; null never. */
  review_at: number | null;
  /** From here on it is rejected; null never. */
  reject_at: number | null;
}

interface Properties {
  label: string;
  bins: readonly Bin[];
  /** A class a part of the stack. */
  looks: readonly string[];
  limits: Limits;
  onChange: (limits: Limits) => void;
}

const STEP = 0.01;
const LEAP = 0.1;
/** From 0 on would be every comment; the API takes no such threshold. */
const LEAST = STEP;
/** Where a handle rests that never acts: right of the scale. */
const NEVER = 1 + STEP;

export function Thresholds({ label, bins, looks, limits, onChange }: Properties) {
  const most = Math.max(1, ...bins.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
  // The square root lets a handful of high scores be seen beside thousands of low ones.
  const heightOf = (number: number): number => Math.sqrt(number / most);
  return (
    <div class="thresholds">
      <div class="field" aria-hidden="true">
        <svg width="100%" height="100%">
          {bins.flatMap(({ from, to, values }, index) => {
            let below = 0;
            return values.map((value, part) => {
              const bottom = heightOf(below);
              below += value;
              const height = heightOf(below);
              return (
                <rect
                  key={`${index}-${part}`}
                  class={looks[part] ?? ""}
                  x={place(from)}
                  width={place((to - from) * 0.9)}
                  y={place(1 - height)}
                  height={place(height - bottom)}
                >
                  <title>{`${percent(from)} to ${percent(to)}: ${count(value)}`}</title>
                </rect>
              );
            });
          })}
          <line class="axis" x1="0" x2="100%" y1="100%" y2="100%" />
        </svg>
      </div>
      <Handle
        look="held"
        name={`${label}: hold from`}
        at={limits.review_at}
        onMove={(review_at) => onChange({ ...limits, review_at })}
      />
      <Handle
        look="rejected"
        name={`${label}: reject from`}
        at={limits.reject_at}
        onMove={(reject_at) => onChange({ ...limits, reject_at })}
      />
    </div>
  );
}

interface HandleProperties {
  look: string;
  name: string;
  at: number | null;
  onMove: (at: number | null) => void;
}

function Handle({ look, name, at, onMove }: HandleProperties) {
  const element = useRef<HTMLDivElement>(null);
  const value = at ?? NEVER;
  const moveTo = (wanted: number): void => {
    const rounded = Math.round(Math.max(LEAST, wanted) / STEP) * STEP;
    onMove(rounded > 1 + STEP / 2 ? null : Number(rounded.toFixed(2)));
  };
  const drag = (event: PointerEvent): void => {
    const room = element.current?.parentElement?.getBoundingClientRect();
    if (!room || !element.current?.hasPointerCapture(event.pointerId)) return;
    moveTo((event.clientX - room.left) / room.width);
  };
  const press = (event: KeyboardEvent): void => {
    const steps: Record<string, number> = {
      ArrowLeft: value - STEP,
      ArrowDown: value - STEP,
      ArrowRight: value + STEP,
      ArrowUp: value + STEP,
      PageDown: value - LEAP,
      PageUp: value + LEAP,
      Home: LEAST,
      End: NEVER,
    };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    moveTo(Math.min(wanted, NEVER));
  };
  return (
    <div
      ref={element}
      class={`handle ${look}`}
      role="slider"
      tabIndex={0}
      aria-label={name}
      aria-valuemin={LEAST}
      aria-valuemax={NEVER}
      aria-valuenow={value}
      aria-valuetext={at === null ? "never" : percent(at)}
      style={{ insetInlineStart: place(Math.min(value, 1)) }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        event.currentTarget.focus();
      }}
      onPointerMove={drag}
      onKeyDown={press}
    >
      <span class="flag" aria-hidden="true">
        {at === null ? "never" : Math.round(at * 100)}
      </span>
    </div>
  );
}
