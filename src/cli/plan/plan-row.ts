import type { LoadedPolicy } from "../../lib/policy/loaded-policy.ts";
import { describeLimit } from "../../lib/policy/evaluate/verdict-reasons.ts";
import { printDuration } from "../../lib/policy/values/duration.ts";
import type { SourcePlace } from "../../lib/policy/source/problem.ts";
import type { Planned } from "../../lib/plan/planned.ts";
import type { PlannedService } from "../../lib/plan/plan-service.ts";

export type ValidPolicy = Extract<LoadedPolicy, { kind: "valid" }>;

/** What would be done with a connection, and what the policy that it is compared with would do. */
export interface PlanRow extends Planned {
  readonly before?: Pick<Planned, "action" | "forMs" | "rule" | "reasons">;
}

/** A plan as it is printed. */
export interface Plan {
  readonly policy: ValidPolicy;
  readonly against?: ValidPolicy;
  readonly services: number;
  readonly rows: readonly PlanRow[];
  /** What could not be read, so that the plan lacks it. */
  readonly unread: readonly string[];
}

/** What happens to a connection that a policy leaves as it is. */
const kept: NonNullable<PlanRow["before"]> = { action: "keep", reasons: [] };

/** The rows of a service: all of them, or only those that differ from the second policy's. */
export function rowsOf({ planned: [now = [], before] }: PlannedService): PlanRow[] {
  if (before === undefined) return [...now];
  const byConnection = new Map(before.map((each) => [each.connection, each]));
  const found = new Map(now.map((each) => [each.connection, each]));
  const names = new Set([...found.keys(), ...byConnection.keys()]);
  return [...names].flatMap((name): PlanRow[] => {
    const [after, earlier] = [found.get(name), byConnection.get(name)];
    const base = after ?? earlier;
    const { action, forMs, rule, reasons }: typeof kept = earlier ?? kept;
    if (base === undefined || printAction(after ?? kept) === printAction({ action, forMs })) return [];
    const { connection, state } = base;
    return [
      {
        ...(after ?? { connection, state, unknown: [], ...kept }),
        before: {
          action,
          reasons,
          ...(forMs === undefined ? {} : { forMs }),
          ...(rule === undefined ? {} : { rule }),
        },
      },
    ];
  });
}

/** What is done, and for how long: `approve for 90 days`. */
export function printAction({
  action,
  forMs,
}: Pick<Planned, "action"> & { readonly forMs?: number | undefined }): string {
  return forMs === undefined ? action : `${action} for ${printDuration(forMs)}`;
}

/** Whether something would be done with a connection, or it would wait for a person. */
export function isFinding({ action, before }: PlanRow): boolean {
  return action !== "keep" || before !== undefined;
}

/** The rows with what the budget of a sweep's run lets through: it revokes at most so many. */
export function withinBudget(rows: readonly PlanRow[], perRun: number): readonly PlanRow[] {
  const count = rows.filter(({ action }) => action === "revoke").length;
  if (count <= perRun) return rows;
  const action = perRun === 0 ? "keep" : "revoke";
  const budget = `a sweep revokes at most ${perRun} (DRAWBRIDGE_MAX_REVOCATIONS_PER_RUN) of these ${count}`;
  return rows.map((row) =>
    row.action === "revoke" ? { ...row, action, reasons: [...row.reasons, budget] } : row,
  );
}

/**
 * Where the deciding rule stands, or the limit that holds, which its reason names, or the default; the beginning of the
 * policy where no file sets a default.
 */
export function placeOf(
  { rule, reasons }: Pick<PlanRow, "rule" | "reasons">,
  { compiled: { policy }, source }: ValidPolicy,
): SourcePlace {
  const start = { file: source.files[0]?.file ?? "", line: 1, column: 1 };
  const named = policy.rules.find(({ name }) => name === rule);
  if (named !== undefined) return named.at;
  const limit = policy.limits.find((each) =>
    reasons.some((reason) => reason.startsWith(`${describeLimit(each)} `)),
  );
  return limit?.at ?? policy.defaultAt ?? start;
}
