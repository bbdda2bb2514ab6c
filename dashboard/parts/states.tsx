import { Component, type ComponentChildren } from "preact";
import type { FeedState } from "../api/feed.ts";
import { Foreign } from "./text.tsx";

/** What stands where there is no data: nothing to show, not here yet, or not readable. */

export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <svg viewBox="0 0 48 24" width="72" height="36" aria-hidden="true">
        <path d="M2 22h44M6 22V8h8v14M34 22V8h8v14M14 12q10-9 20 0" fill="none" stroke="currentColor" />
      </svg>
      <p class="empty-title">{title}</p>
      {children === undefined ? null : <p class="muted">{children}</p>}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">Loading {what}</span>
      <div class="bone" />
      <div class="bone" />
      <div class="bone" />
    </div>
  );
}

interface FailureProps {
  readonly what: string;
  readonly why: string;
  /** Whether the page asks again. It does not where the app would refuse again. */
  readonly isRetried?: boolean;
}

export function Failure({ what, why, isRetried = false }: FailureProps) {
  return (
    <div class="failure" role="alert">
      <p class="empty-title">{what} cannot be shown</p>
      <p>
        <Foreign text={why} />
      </p>
      {isRetried ? <p class="muted">The page tries again by itself.</p> : null}
    </div>
  );
}

/** Shows a part of the data, or what stands in for it. An answer stays on the page while later requests fail. */
export function Shown<T>({
  known: { value, problem },
  what,
  children,
}: {
  readonly known: FeedState<T>;
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (value !== undefined) return <>{children(value)}</>;
  if (problem !== undefined)
    return (
      <Failure
        what={`${what[0]?.toUpperCase()}${what.slice(1)}`}
        why={problem.message}
        isRetried={problem.kind !== "refused"}
      />
    );
  return <Loading what={what} />;
}

/** Keeps a defect in one view from taking the rest of the page with it. */
export class Guard extends Component<{ readonly children: ComponentChildren }, { readonly broken: boolean }> {
  static override getDerivedStateFromError() {
    return { broken: true };
  }
  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Failure
        what="This view"
        why="It failed because of an error in the page. Open another view, or reload the page."
      />
    );
  }
}
