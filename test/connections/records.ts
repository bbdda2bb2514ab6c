import { parseConnectionId, type ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type {
  ConnectionRecord,
  Decision,
  Link,
  Phase,
} from "../../src/lib/connections/record/connection-record.ts";

/** Records and entries for tests of the pure functions that change them. */

export const now = new Date("2026-03-01T10:00:00Z");
export const earlier = "2026-03-01T09:00:00.000Z";
export const later = "2026-03-01T11:00:00.000Z";

export const id = parseConnectionId(
  "/subscriptions/0000000a-0000-4000-8000-000000000000/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/privateEndpointConnections/pe",
) as ConnectionId;

/** A record with nothing that a record may lack. */
export function leastRecord(phase: Phase): ConnectionRecord {
  return { id, version: "1", phase, firstSeenAt: earlier, attempts: 0 };
}

/** A record with everything that a record may have. */
export function fullRecord(phase: Phase): Required<ConnectionRecord> {
  return {
    ...leastRecord(phase),
    reviewedAt: earlier,
    state: "Pending",
    endpointId: "/subscriptions/x",
    message: "please",
    attempts: 3,
    verdict: "hold",
    rule: "the rule before",
    opensAt: later,
    reason: "no rule applies",
    difficulty: "it was busy",
    failedWith: "it was busy",
    decisionId: "d-0",
    decidedAt: earlier,
    action: "approve",
    person: { id: "p-0", verdict: "approve", by: "somebody", reason: "it is known" },
    restrained: "approvals",
    waitsForPermit: "approvals",
    fingerprint: "f-0",
    policyHash: "h-0",
    lease: { owner: "o", until: later },
    write: { sentAt: later },
    waitingSince: earlier,
    queuedAt: earlier,
    slow: { since: earlier },
    term: { until: later, nextAt: later },
    revocation: { noticedAt: later, dueAt: later, before: { phase: "Applied", action: "approve" } },
    judged: { at: earlier, decider: "j-0" },
    nextAt: later,
    missingSince: later,
  };
}

/** What a record loses that waits neither for Azure nor for its turn. */
export const waitingKeys = ["write", "waitingSince", "queuedAt", "slow", "waitsForPermit"] as const;

/** What a record loses with which nothing is left to do. */
export const finishedKeys = [
  "lease",
  "nextAt",
  "difficulty",
  "failedWith",
  "term",
  "revocation",
  "opensAt",
  ...waitingKeys,
] as const;

type Decided = Decision & Link;

/** A decision to approve, by a rule, for ever. */
export function decisionWith(
  more: Partial<Omit<Decided, "verdict">> & { verdict?: Partial<Decided["verdict"]> } = {},
) {
  const { verdict, ...rest } = more;
  return {
    id: "d-1",
    at: now.toISOString(),
    action: "approve",
    fingerprint: "f-1",
    policy: { name: "p", hash: "h-1" },
    ...rest,
    verdict: {
      kind: "approve",
      rule: "the rule",
      reasons: ["it fits", "twice"],
      unknown: [],
      alerts: [],
      ...verdict,
    },
  } as unknown as Decided;
}

/** The record without these properties, and with others. */
export function changed(
  record: ConnectionRecord,
  removed: readonly (keyof ConnectionRecord)[],
  set: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  const rest = Object.entries(record).filter(([key]) => !(removed as readonly string[]).includes(key));
  return { ...(Object.fromEntries(rest) as unknown as ConnectionRecord), ...set };
}
