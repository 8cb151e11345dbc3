// Columns over time or over classes, each a stack of parts; the same numbers as a table beneath.

import { useId } from "preact/hooks";
import { count } from "../words";
import { place, roundUp } from "./scale";

export interface Part {
  name: string;
  /** A class that gives it its colour. */
  look: string;
}

export interface Column {
  label: string;
  /** One number a part. */
  values: readonly number[];
}

interface Properties {
  title: string;
  parts: readonly Part[];
  columns: readonly Column[];
  /** What the first column of the table is. */
  across: string;
}

/** Labels under the columns, at most this many, so that they stay readable. */
const MOST_LABELS = 8;

export function Stacks({ title, parts, columns, across }: Properties) {
  const id = useId();
  const totals = columns.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const top = roundUp(Math.max(1, ...totals));
  const width = 1 / Math.max(1, columns.length);
  const every = Math.ceil(columns.length / MOST_LABELS);
  return (
    <figure class="plot" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      {parts.length > 1 && (
        <ul class="legend">
          {parts.map(({ name, look }) => (
            <li key={name}>
              <span class={`key ${look}`} aria-hidden="true" /> {name}
            </li>
          ))}
        </ul>
      )}
      <div class="canvas" aria-hidden="true">
        <span class="top">{count(top)}</span>
        <svg width="100%" height="100%">
          <line class="axis" x1="0" x2="100%" y1="100%" y2="100%" />
          <line class="grid" x1="0" x2="100%" y1="50%" y2="50%" />
          <line class="grid" x1="0" x2="100%" y1="0" y2="0" />
          {columns.map((column, index) => {
            let below = 0;
            return column.values.map((value, part) => {
              below += value;
              return (
                <rect
                  key={`${index}-${part}`}
                  class={parts[part]?.look ?? ""}
                  x={place((index + 0.12) * width)}
                  width={place(width * 0.76)}
                  y={place(1 - below / top)}
                  height={place(value / top)}
                >
                  <title>{`${column.label}: ${count(value)} ${parts[part]?.name ?? ""}`}</title>
                </rect>
              );
            });
          })}
        </svg>
        <ol class="ticks">
          {columns.map(({ label }, index) => (
            <li key={index}>{index % every === 0 ? label : ""}</li>
          ))}
        </ol>
      </div>
      <details class="numbers">
        <summary>Numbers</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{across}</th>
              {parts.map(({ name }) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {columns.map(({ label, values }, index) => (
              <tr key={index}>
                <th scope="row">{label}</th>
                {values.map((value, part) => (
                  <td key={part}>{count(value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
