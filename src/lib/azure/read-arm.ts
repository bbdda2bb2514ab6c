import { minuteMs } from "../clock.ts";
import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/unknown-reason.ts";
import { asArray, asString, at } from "./arm-json.ts";
import { refusalReason, retryAfterOf, unknownReason } from "./errors.ts";
import { withRetries, RequestFailed } from "./retries.ts";

/** Options of the SDKs' operations: an abort signal, and a callback for each raw answer. */
export interface AskOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: Response) => void;
  /**
   * Receives the raw answer. The older SDK's models throw on real answers of Azure, and those of the newer ones are not
   * used.
   */
  readonly requestOptions: {
    readonly shouldDeserialize: false;
    /** Never set. Makes this type compatible with those of the newer SDKs. */
    readonly allowInsecureConnection?: never;
  };
}

interface Response {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null;
}

/**
 * Sends one request to ARM through an SDK. The raw answer is used instead of the SDK's model, which throws on null and
 * drops unknown properties.
 */
export interface Ask {
  /** The answer's JSON. */
  one(call: (options: AskOptions) => Promise<unknown>): Promise<unknown>;
  /** The members of a list, from all of its pages. */
  list(call: (options: AskOptions) => Promise<AsyncIterator<unknown>>): Promise<Read<readonly unknown[]>>;
}

/** How long one page of a list may take in all, and a list, which may have several. */
export const pageTimeoutMs = 30_000;
export const listTimeoutMs = minuteMs;

/** Reads from ARM, with the retries of `withRetries`. */
export function readArm<T>(reader: (ask: Ask) => Promise<Read<T>>, timeoutMs?: number): Promise<Read<T>> {
  return withRetries((abortSignal) => reader(asking(abortSignal)), timeoutMs);
}

function asking(abortSignal: AbortSignal): Ask {
  return {
    one: async (call) => {
      const { answers, failure } = await answersTo(abortSignal, call);
      const [answer] = answers;
      if (answer === undefined) throw failure ?? new RequestFailed("empty-answer");
      return jsonOf(answer);
    },
    list: async (call) => {
      const { answers, failure } = await answersTo(abortSignal, async (options) => {
        const pages = await call(options);
        while ((await pages.next()).done !== true);
      });
      const members = membersOf(answers.map(jsonOf));
      // An incomplete list may be complete at the next attempt. A malformed one stays malformed.
      const breaksOff = members.kind === "known" || members.reason === "incomplete-list";
      if (failure !== undefined && breaksOff) throw failure;
      return members;
    },
  };
}

interface Answers {
  readonly answers: readonly Response[];
  readonly failure: RequestFailed | undefined;
}

async function answersTo(
  abortSignal: AbortSignal,
  call: (options: AskOptions) => Promise<unknown>,
): Promise<Answers> {
  const answers: Response[] = [];
  const onResponse = (response: Response) => {
    answers.push(response);
  };
  try {
    await call({ abortSignal, onResponse, requestOptions: { shouldDeserialize: false } });
    return { answers, failure: undefined };
  } catch (error) {
    return { answers, failure: new RequestFailed(reasonOf(error, answers.length > 0)) };
  }
}

/** After an answer arrived, an error of the SDK is about that answer, and not a bug of ours. */
function reasonOf(error: unknown, answered: boolean): UnknownReason {
  try {
    return unknownReason(error);
  } catch (bug) {
    if (answered) return "malformed";
    throw bug;
  }
}

/** @throws {RequestFailed} for a refusal, or an answer that is not JSON */
function jsonOf(answer: Response): unknown {
  const text = answer.bodyAsText ?? "";
  const { status } = answer;
  if (status < 200 || status >= 300)
    throw new RequestFailed(refusalReason({ status, text }), retryAfterOf(answer));
  if (text === "") throw new RequestFailed("empty-answer");
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new RequestFailed("malformed");
    throw error;
  }
}

/** The members of a list's pages; `incomplete-list` if the last page links to another one. */
export function membersOf(bodies: readonly unknown[]): Read<readonly unknown[]> {
  const members: unknown[] = [];
  for (const body of bodies) {
    const page = at("value", asArray)(body);
    if (page.kind === "unknown") return page;
    members.push(...page.value);
  }
  const next = at("nextLink", asString)(bodies.at(-1));
  const ends = next.kind === "known" ? next.value === "" : next.reason === "not-in-answer";
  return ends ? knownRead(members) : unknownRead("incomplete-list");
}
