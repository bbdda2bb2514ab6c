import { expect } from "vitest";
import { knownRead, unknownRead, type Read } from "../../src/lib/estate/read.ts";
import type { Service } from "../../src/lib/connections/azure-connections.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import type { Evaluation } from "../../src/lib/connections/review/evaluate.ts";
import { recordDecision } from "../../src/lib/connections/review/record-decision.ts";
import { writePermit } from "../../src/lib/connections/review/write-permit.ts";
import { attemptOf, evaluation, hold } from "./evaluations.ts";
import { earlier, id, later } from "./records.ts";
import { otherId, reviewFixture, service, shown } from "./review-fixture.ts";

/** Tests of how a decision is recorded: what was evaluated, the limits, and the service's write lock. */

export const approve = { ...hold, kind: "approve", reasons: ["it fits"] } as const;
export const reject = { ...hold, kind: "reject", reasons: ["it is closed"] } as const;
/** The write lock while another connection of the service is being written. */
export const locked = { connection: otherId.text, until: later };
export const updating = knownRead({ ...service, provisioningState: knownRead("Updating") });

export interface Found {
  readonly record?: Partial<ConnectionRecord>;
  readonly service?: Read<Service>;
  readonly evaluation?: Partial<Evaluation>;
}

/** An evaluation in which the policy approves, unless something else is given. */
export function found({ service: read = knownRead(service), evaluation: more }: Found = {}): Evaluation {
  const parts = { connection: shown, subscriptions: unknownRead("forbidden"), reservations: [] };
  return evaluation({ verdict: approve, snapshot: { ...parts, service: read }, ...more });
}

export function recordingFixture() {
  const fixture = reviewFixture();
  const { breakers, clock, ledger } = fixture.services;
  const attemptOn = (connection: typeof id) => {
    const permit = writePermit(breakers, clock);
    return { ...attemptOf(fixture.services, { id: connection }), permit };
  };
  const recorded = async (of: Found = {}, attempt = attemptOn(id)) => {
    const lease = { owner: "ours", until: earlier };
    const record = await fixture.stored({ phase: "Seen", state: "Pending", lease, ...of.record });
    const { writeLock } = await ledger.head(id.service);
    const evaluated = { kind: "evaluated", record, evaluation: found(of), writeLock } as const;
    const result = await recordDecision(attempt, evaluated);
    expect(await ledger.find(id)).toEqual(result.record);
    return result;
  };
  return {
    ...fixture,
    attemptOn,
    recorded,
    /** The same, where the attempt ends. */
    end: async (of: Found) => {
      const result = await recorded(of);
      if (result.kind !== "ended") throw new Error(`it is ${result.kind}`);
      expect(result.record).not.toHaveProperty("lease");
      return result;
    },
    /** The hour has one approval, and the run one revocation. */
    takeApproval: () => breakers.acquireApproval(),
    takeRevocation: () => breakers.acquireRevocation(),
    /** Takes the run's revocation, and says whether there was one left to take. */
    takesRevocation: async () => (await breakers.acquireRevocation()).kind === "permit",
    writeOther: async () => ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), locked.until),
  };
}
