import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/fact.ts";
import { asArray, asString, at } from "./arm-json.ts";
import { refusalReason, retryAfterOf, unknownReason } from "./errors.ts";
import { withRetries, RequestFailed } from "./retries.ts";

/** What the SDKs' operations take: when to end, and whom to show each answer as it came. */
export interface AskOptions {
  readonly abortSignal: AbortSignal;
  readonly onResponse: (response: Response) => void;
  /** The older SDK's models throw on what Azure really sends; the newer ones are passed over. */
  readonly requestOptions: {
    readonly shouldDeserialize: false;
    /** Never set; the newer SDKs' types have it in common with these. */
    readonly allowInsecureConnection?: never;
  };
}

interface Response {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null;
}

/**
 * Asks ARM once through an SDK, which signs, addresses and sends. The answer is taken from the wire and not from the
 * SDK, whose models throw on a null, and drop what they do not know.
 */
export interface Ask {
  /** The answer's JSON. */
  one(call: (options: AskOptions) => Promise<unknown>): Promise<unknown>;
  /** The members of a list, through all of its pages. */
  list(call: (options: AskOptions) => Promise<AsyncIterator<unknown>>): Promise<Read<readonly unknown[]>>;
}

/** Reads by asking ARM, as patiently as `retrying` does. */
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
      // A list that breaks off may be whole the next time; one that is none stays so.
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

/** Once an answer came, what an SDK stumbles over is that answer, and no bug of ours. */
function reasonOf(error: unknown, answered: boolean): UnknownReason {
  try {
    return unknownReason(error);
  } catch (bug) {
    if (answered) return "malformed";
    throw bug;
  }
}

/** @throws {RequestFailed} for an answer that refuses, or that is no JSON */
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

/** The members of a list's pages; `incomplete-list` where the last names another one. */
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
