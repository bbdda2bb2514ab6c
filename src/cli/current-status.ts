import type { Answer } from "../functions/http/answers.ts";
import { breakerOf } from "../lib/connections/breakers/breaker-of.ts";
import type { App, Entry } from "./app.ts";
import { CannotRun, UsageError } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";

type Connection = Answer<"Connection">;
type Breaker = NonNullable<Connection["restrained"]>;

/** Where a connection stands now, which its last decision may not say. */
export interface CurrentStatus {
  readonly phase: Connection["phase"];
  readonly state?: string;
  readonly reason: string;
  /** The breaker that it waits for. */
  readonly breaker?: Breaker;
  /** When that breaker closes at the earliest, as the app knows it now. */
  readonly breakerUntil?: string;
  /** When it is reviewed again at the latest. */
  readonly nextAt?: string;
}

/**
 * The record of a connection, with when the breaker closes for which it waits, or why the app refuses to list it alone.
 * An app of the version before knows no parameter for that, and its decisions can be explained all the same.
 */
export async function recordOf(
  app: Pick<App, "connection" | "health">,
  id: string,
): Promise<{
  readonly record?: Connection | undefined;
  readonly refusal?: string;
  readonly until?: string | undefined;
}> {
  try {
    const record = await app.connection(id);
    return { record, until: await breakerUntil(app, record) };
  } catch (error) {
    if (error instanceof UsageError) return { refusal: error.message };
    throw error;
  }
}

/**
 * Why a connection is where it is. What it waits for comes first; what was decided before that follows, with its time,
 * so that the two are not taken for one.
 */
export function currentReason(connection: Connection): string {
  const { difficulty, reason = "", nextAt, decidedAt, verdict, waitsForPermit } = connection;
  const breaker = breakerOf(connection);
  if (breaker === undefined && waitsForPermit === undefined) return difficulty ?? reason;
  const again = nextAt === undefined ? "" : `; reviewed again at ${nextAt}`;
  if (breaker === "requests") {
    const before = decidedAt === undefined ? "no decision yet" : `last decision at ${decidedAt}: ${verdict}`;
    return `${reason}${again}; ${before}`;
  }
  if (waitsForPermit === undefined) return `${reason}${again}`;
  const decided = reason === "" ? "" : `; decided at ${decidedAt ?? "?"}: ${reason}`;
  return `${difficulty ?? "it waits for a permit"}${again}${decided}`;
}

/**
 * When the breaker closes at the earliest for which a connection waits; undefined where it waits for none, or the app
 * does not say. Its records name only their own next review, which comes sooner.
 */
async function breakerUntil(
  app: Pick<App, "health">,
  record: Connection | undefined,
): Promise<string | undefined> {
  const breaker = record && breakerOf(record);
  if (breaker === undefined) return undefined;
  try {
    const { breakers } = await app.health();
    // An app of the version before does not say when.
    return (breakers as Partial<typeof breakers>)[`${breaker}Until`] ?? undefined;
  } catch (error) {
    if (error instanceof CannotRun) return undefined;
    throw error;
  }
}

export function currentStatusOf(connection: Connection, until?: string): CurrentStatus {
  const { phase, state, nextAt } = connection;
  const breaker = breakerOf(connection);
  return {
    phase,
    ...(state === undefined ? {} : { state }),
    reason: currentReason(connection),
    ...(breaker === undefined ? {} : { breaker }),
    ...(until === undefined ? {} : { breakerUntil: until }),
    ...(nextAt === undefined ? {} : { nextAt }),
  };
}

/** Where a connection stands, unless that is what its latest decision says. */
export function statusUnlessSaid(
  record: Connection | undefined,
  { person, verdict }: Entry,
  until?: string,
): { readonly now?: CurrentStatus } {
  if (record === undefined) return {};
  const now = currentStatusOf(record, until);
  const decided = person?.reason ?? verdict?.reasons.join("; ") ?? "";
  const isSaid = now.breaker === undefined && record.difficulty === undefined && now.reason.includes(decided);
  return isSaid ? {} : { now };
}

/** What a person can do about a connection that waits for a breaker. */
const remedies: Readonly<Record<Breaker, string>> = {
  requests: "a person may decide it meanwhile: drawbridge decide",
  approvals:
    "it is approved without another request when the breaker allows it, or sooner with a higher DRAWBRIDGE_MAX_APPROVALS_PER_HOUR; a person may reject it before that, in mode enforce: drawbridge decide reject",
};

/** For the head of an explanation. */
export function printCurrentStatus({
  phase,
  state,
  reason,
  breaker,
  breakerUntil: until,
}: CurrentStatus): string {
  const closes =
    until === undefined
      ? "; drawbridge health says when the breaker closes at the earliest"
      : `; the ${breaker} breaker closes at ${cleaned(until)} at the earliest`;
  const onAzure = state === undefined ? "" : `, ${cleaned(state)} on Azure`;
  const remedy = breaker === undefined ? "" : `  ${remedies[breaker]}${closes}\n`;
  return `now: ${phase}${onAzure}\n  ${cleaned(reason)}\n${remedy}`;
}
