import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/** What is drawn at once of a list without a table: more would make the page slow. */
const step = 200;

interface StepsProps<T> {
  readonly of: readonly T[];
  readonly children: (shown: readonly T[]) => ComponentChildren;
}

/** The first items of a list, and a button that shows the next ones. */
export function Steps<T>({ of, children }: StepsProps<T>) {
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
