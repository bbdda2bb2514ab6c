import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

interface StepsProps<T> {
  readonly of: readonly T[];
  /** How many are drawn at once: more would make the page slow. A card costs four times as much as a line. */
  readonly step?: number;
  readonly children: (shown: readonly T[]) => ComponentChildren;
}

/** The first items of a list, and a button that shows the next ones. */
export function Steps<T>({ of, step = 200, children }: StepsProps<T>) {
  const [shown, setShown] = useState(step);
  const next = Math.min(step, of.length - shown);
  return (
    <>
      {children(of.slice(0, shown))}
      {next <= 0 ? null : (
        <p class="before-card">
          <button type="button" onClick={() => setShown(shown + step)}>
            Show the next {next.toLocaleString("en")} of {of.length.toLocaleString("en")}
          </button>
        </p>
      )}
    </>
  );
}
