import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { visible } from "../visible.ts";
import { Foreign } from "./text.tsx";

/** A view with its heading, and the actions that belong to all of it. */
export function View({
  title,
  lead,
  actions,
  children,
}: {
  readonly title: string;
  readonly lead?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${visible(title)} · Drawbridge`;
  }, [title]);
  return (
    <>
      <header class="view-head">
        <div>
          <h1 tabIndex={-1}>
            <Foreign text={title} />
          </h1>
          {lead === undefined ? null : <p class="muted lead">{lead}</p>}
        </div>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function Card({
  title,
  children,
  more,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly more?: ComponentChildren;
}) {
  return (
    <section class="card">
      <header class="card-head">
        <h2>
          <Foreign text={title} />
        </h2>
        {more}
      </header>
      {children}
    </section>
  );
}

export type Property = readonly [name: string, value: ComponentChildren];

interface PropertiesProps {
  readonly of: readonly Property[];
  /** Long values, such as ids, take the whole width each. */
  readonly isWhole?: boolean;
}

/** Names with their values. A property without a value is left out. */
export function Properties({ of, isWhole = false }: PropertiesProps) {
  return (
    <dl class={isWhole ? "properties whole" : "properties"}>
      {of
        .filter(([, value]) => value !== undefined && value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>
              <Foreign text={name} />
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
