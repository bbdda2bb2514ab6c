import { useEffect, useState } from "preact/hooks";
import { RequestFailed } from "./client.ts";

/**
 * What is known of one part of the data: its last answer and when that was asked for, and why the last request failed,
 * if it did.
 */
export interface FeedState<T> {
  readonly value?: T;
  readonly at?: number;
  readonly problem?: RequestFailed;
}

/** For requests that are under way: one is given up after 30 seconds. */
const slackMs = 30_000;
const retryMs = [1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * One part of the data. It is read again at an interval while something on the page shows it and the page is visible.
 * The last answer stays while the app does not answer.
 */
export class Feed<T> {
  known: FeedState<T> = {};
  private readonly load: (known: T | undefined) => Promise<T>;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading: Promise<void> | undefined;
  private failures = 0;
  private isExpired = false;
  /** How often what it is about was changed. An answer that was asked for before a change shows the state of before. */
  private changes = 0;
  private readonly everyMs: number;

  constructor(load: (known: T | undefined) => Promise<T>, everyMs = 20_000) {
    this.load = load;
    this.everyMs = everyMs;
  }

  get isShown(): boolean {
    return this.listeners.size > 0;
  }

  /**
   * Whether three refreshes were missed, with the time that requests take. What is read seldom is not old between two
   * reads.
   */
  isOld(now: number): boolean {
    const { at } = this.known;
    return at !== undefined && now - at > 3 * this.everyMs + slackMs;
  }

  /**
   * Gives up what is known and what is being read, because something has changed since. What is known is shown until
   * the next answer.
   */
  expire(): void {
    this.isExpired = true;
    this.changes++;
    this.loading = undefined;
    if (this.isShown) void this.refresh();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    active.add(this);
    const { at } = this.known;
    const isOld = this.isExpired || at === undefined || Date.now() - at > this.everyMs;
    if (isOld && this.loading === undefined) void this.refresh();
    else if (this.known.problem?.kind !== "refused") this.schedule(this.everyMs);
    return () => {
      this.listeners.delete(listener);
      if (this.isShown) return;
      active.delete(this);
      clearTimeout(this.timer);
    };
  }

  /** Reads now. Concurrent calls share one request. */
  refresh(): Promise<void> {
    clearTimeout(this.timer);
    const { changes } = this;
    this.loading ??= this.read().finally(() => {
      if (changes !== this.changes) return;
      this.loading = undefined;
      // The same request would be refused again. It is sent when the page comes back, or somebody asks for it.
      if (this.known.problem?.kind !== "refused")
        this.schedule(this.failures === 0 ? this.everyMs : (retryMs[this.failures - 1] ?? 15_000));
    });
    return this.loading;
  }

  private async read(): Promise<void> {
    const { changes } = this;
    const { value: before, problem } = this.known;
    const at = Date.now();
    const read = await this.load(before).then(
      (value) => ({ value, at }),
      (error: unknown) => {
        if (!(error instanceof RequestFailed)) throw error;
        return error;
      },
    );
    if (changes !== this.changes) return;
    if (read instanceof RequestFailed) {
      this.failures++;
      this.known = { ...this.known, problem: read };
    } else {
      this.failures = 0;
      this.isExpired = false;
      this.known = read;
    }
    const { value: after, problem: found } = this.known;
    if (before === undefined || before !== after || problem !== found)
      for (const listener of this.listeners) listener();
    for (const listener of anyChange) listener();
  }

  private schedule(ms: number): void {
    clearTimeout(this.timer);
    if (!this.isShown) return;
    this.timer = setTimeout(() => {
      // A hidden page asks for nothing. It reads when it is shown again.
      if (document.visibilityState === "visible") void this.refresh();
      else this.schedule(this.everyMs);
    }, ms);
  }
}

/** The feeds that the page shows. */
const active = new Set<Feed<never>>() as Set<{
  readonly known: FeedState<unknown>;
  isOld(now: number): boolean;
  refresh(): Promise<void>;
  expire(): void;
}>;
const anyChange = new Set<() => void>();

export function refreshAll(): void {
  for (const feed of active) void feed.refresh();
}

/** Reads everything that is shown again, because an action may have changed it. */
export function expireShown(): void {
  for (const feed of active) feed.expire();
}

export function watchForReturn(): void {
  addEventListener("online", refreshAll);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") refreshAll();
  });
}

export function useFeed<T>(feed: Feed<T>): FeedState<T> {
  const [, render] = useState({});
  const shown = feed.known;
  useEffect(() => {
    const stop = feed.subscribe(() => render({}));
    // An answer may have come between the rendering and this subscription.
    if (feed.known !== shown) render({});
    return stop;
  }, [feed]);
  return shown;
}

/**
 * What on the page is not current: the oldest answer that is old or could not be renewed, and a failure that is not
 * mended yet.
 */
export interface Staleness {
  readonly readAt?: number;
  readonly problem?: RequestFailed;
}

/** Undefined while everything that the page shows is current. */
export function useStaleness(now: number): Staleness | undefined {
  const [, render] = useState({});
  useEffect(() => {
    const listener = () => render({});
    anyChange.add(listener);
    return () => {
      anyChange.delete(listener);
    };
  }, []);
  const stale = [...active].filter((feed) => isUnmended(feed.known) || feed.isOld(now));
  if (stale.length === 0) return undefined;
  const times = stale.flatMap(({ known: { at } }) => (at === undefined ? [] : [at]));
  const problem = stale.find(({ known }) => known.problem !== undefined)?.known.problem;
  return {
    ...(times.length === 0 ? {} : { readAt: Math.min(...times) }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** A refusal of what was never shown is said where it would stand. */
function isUnmended({ at, problem }: FeedState<unknown>): boolean {
  return problem !== undefined && (problem.kind !== "refused" || at !== undefined);
}
