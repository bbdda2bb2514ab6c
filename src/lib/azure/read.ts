import type { Read } from "../estate/read.ts";
import { setTimeout as sleep } from "node:timers/promises";

import { mayPass } from "../policy/fact.ts";
import { retryAfterOf, unknownReason } from "./errors.ts";

export interface ReadOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: Answered) => void;
}

interface Answered {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
}

/** One resource, with what it takes to try again. */
const readTimeoutMs = 10_000;
/** Waits before the second and the third try, where Azure does not say how long. */
const backoffMs = [300, 900];
/** A longer Retry-After is not waited for here: the record's own time to try again is what outlasts it. */
const waitMaxMs = 2_000;

/**
 * What was read, or why it is unknown, within `timeoutMs` in all. A reader that finds no whole answer returns
 * undefined. What may pass by itself is tried twice again; the SDKs do not retry, since they would wait as long as
 * Azure says, however long that is.
 * @throws what is no failure of Azure or of the network: a bug of ours
 */
export async function read<T>(
  reader: (options: ReadOptions) => Promise<T | undefined>,
  timeoutMs = readTimeoutMs,
): Promise<Read<T>> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  for (let attempt = 0; ; attempt++) {
    const tried = await readOnce(reader, abortSignal);
    if (tried.kind === "known" || !mayPass(tried.reason)) return tried;
    const waitMs = tried.retryAfterMs ?? backoffMs[attempt];
    if (attempt >= backoffMs.length || waitMs === undefined || waitMs > waitMaxMs || abortSignal.aborted)
      return { kind: "unknown", reason: tried.reason };
    await sleep(waitMs);
  }
}

type Tried<T> =
  | Extract<Read<T>, { kind: "known" }>
  | (Extract<Read<T>, { kind: "unknown" }> & { readonly retryAfterMs?: number });

/** The answer is noted beside the SDK: some of its clients stumble over the body of an error before they tell of it. */
async function readOnce<T>(
  reader: (options: ReadOptions) => Promise<T | undefined>,
  abortSignal: AbortSignal,
): Promise<Tried<T>> {
  let answered: Answered | undefined;
  const onResponse: ReadOptions["onResponse"] = (response) => {
    answered = response;
  };
  try {
    const value = await reader({ abortSignal, onResponse });
    return value === undefined ? { kind: "unknown", reason: "empty-answer" } : { kind: "known", value };
  } catch (error) {
    const retryAfterMs = answered === undefined ? undefined : retryAfterOf(answered);
    return {
      kind: "unknown",
      reason: unknownReason(error, answered?.status),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}

/** Everything of a list that comes in pages. */
export async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
