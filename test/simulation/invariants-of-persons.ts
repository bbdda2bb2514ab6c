import { minuteMs } from "../../src/lib/clock.ts";
import type {
  ConnectionRecord,
  Decision,
  Entry,
  Link,
} from "../../src/lib/connections/record/connection-record.ts";
import { connectionPrefix } from "../../src/lib/state/keys.ts";
import type { RowCheck } from "./rows.ts";
import type { Running } from "./run.ts";

type Stored = Partial<Pick<ConnectionRecord, "phase" | "person" | "term" | "write">>;

/** The ids of the persons' decisions that were recorded in a run, and whether each was applied. */
const decisionsOf = new WeakMap<Running, Map<string, boolean>>();

function decisionsIn(running: Running): Map<string, boolean> {
  const found = decisionsOf.get(running) ?? new Map();
  decisionsOf.set(running, found);
  return found;
}

/**
 * I18: a person's decision comes into the record of a connection that is held, or replaces an approval of a person that
 * waits, and is there once.
 */
export const checkPersons: RowCheck = (running, { row, value }, before) => {
  if (!row.startsWith(connectionPrefix)) return;
  const was = before?.value as Stored | undefined;
  const { person, phase } = value as Stored;
  if (person === undefined) return;
  const decisions = decisionsIn(running);
  // What Azure shows of an earlier decision brings its person back: a revocation that is given up leaves the approval
  // as it was, and a late or stale answer shows a write of ours from before the newest decision.
  const isBack = decisions.has(person.id) && phase === "Applied";
  decisions.set(person.id, decisions.get(person.id) === true || phase === "Applied");
  if (person.id === was?.person?.id || isBack) return;
  const isApprovedAnew = was?.phase === "Applied" && was.term !== undefined;
  if (was?.phase !== "Held" && !isApprovedAnew && !isApprovalWaiting(was))
    running.sim.violated("I18 a person decides", `${person.reason} is recorded on what is ${was?.phase}`);
};

function isApprovalWaiting({ phase, person, write }: Stored = {}): boolean {
  const isUnsent = (phase === "Decided" || phase === "Failed") && write === undefined;
  return isUnsent && person?.verdict === "approve";
}

/** I18: what a PUT that follows a person rests on. */
export function checkPersonsPut(
  running: Running,
  { person, connection, mode }: Decision & Link,
  reference: string,
): void {
  const { decisionsAsked, sim } = running;
  if (person === undefined) return;
  const violated = (what: string) => {
    sim.violated("I18 a person decides", `${person.reason}: ${what}`);
  };
  const isAsked = decisionsAsked.some(
    (asked) =>
      asked.connection === connection && asked.verdict === person.verdict && asked.reason === person.reason,
  );
  if (!isAsked) violated("nobody asked for it");
  if (person.verdict === "approve" && reference === "reject") violated("the policy rejects what it approves");
  if (mode !== "enforce" && (mode !== "approve-only" || person.verdict === "reject"))
    violated(`it is applied in mode ${mode}`);
  if (decisionsIn(running).get(person.id) === true) violated("it is applied again after it was applied");
  // The facts were read, and the time compared, within the lease.
  const endsAt = person.until === undefined ? Infinity : Date.parse(person.until);
  if (endsAt + 3 * minuteMs < sim.time.now()) violated(`it is applied after ${person.until}`);
}

/** I18: what an operator was promised is recorded, and what is recorded is carried out unless the policy rejects it. */
export function checkPersonsAtEnd(
  { sim, options, decisionsAsked }: Running,
  entries: readonly Entry[],
): void {
  const decided = entries.filter((entry): entry is Decision & Link => entry.kind === "decision");
  for (const { reason, status } of decisionsAsked)
    if (status === 200 && !decided.some(({ person }) => person?.reason === reason))
      sim.violated("I18 a person decides", `${reason} was answered with 200 and is not recorded`);
  // Another policy or mode may take back what it allowed.
  if (options.redeploys > 0) return;
  for (const { id, person, connection, sequence, recertifies } of decided) {
    // A renewal has nothing to carry out.
    if (person === undefined || recertifies === true) continue;
    const next = entries.find(
      (entry) =>
        "connection" in entry &&
        entry.connection === connection &&
        entry.sequence > sequence &&
        entry.id.startsWith(chainOf(id)),
    );
    // An approval may be replaced by the next decision of a person, a rejection by none.
    const isReplaced = next?.kind === "decision" && next.person !== undefined && person.verdict === "approve";
    const isDropped =
      next?.kind === "decision" &&
      next.person?.id !== person.id &&
      !isReplaced &&
      next.verdict.kind !== "reject" &&
      (person.until === undefined || person.until > next.at);
    if (next === undefined || isDropped)
      sim.violated("I18 a person decides", `${person.reason} was recorded and not carried out`);
  }
}

function chainOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}
