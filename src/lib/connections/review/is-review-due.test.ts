import { describe, expect, it } from "vitest";
import {
  changed,
  earlier,
  fullRecord,
  id,
  later,
  leastRecord,
  now,
} from "../../../../test/connections/records.ts";
import { hourMs, plusMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { asksForAttempt, isEndpointNew, isUnfinished, needsReview } from "./is-review-due.ts";

const endpointId = id.service.text.replace("ApiManagement/service", "Network/privateEndpoints");
type Listed = Parameters<typeof needsReview>[0];
type Criteria = Parameters<typeof needsReview>[2];

const pending: Listed = { state: "Pending", endpointId, description: "please" };
const approved: Listed = { state: "Approved", endpointId, description: "drawbridge d-1: it fits" };
const criteria: Criteria = { now, decider: "now", eager: false, revokes: false };
const eager = { ...criteria, eager: true };
const revoking = { ...criteria, revokes: true };
const held: ConnectionRecord = {
  ...leastRecord("Held"),
  state: "Pending",
  endpointId,
  reviewedAt: earlier,
  policyHash: "now",
  nextAt: later,
};
const applied: ConnectionRecord = {
  ...leastRecord("Applied"),
  state: "Approved",
  endpointId,
  action: "approve",
  decisionId: "d-1",
  judged: { at: now.toISOString(), decider: "now" },
};
const { endpointId: _, ...heldWithout } = held;
const justReviewed = plusMs(now, 1 - hourMs);

type Case = [string, Listed, ConnectionRecord | undefined, Criteria];
const { revocation } = fullRecord("Applied");

describe("a listed connection needs a review", () => {
  it.each<Case>([
    ["without a record", pending, undefined, criteria],
    ["with the record of another endpoint", { ...pending, endpointId: `${endpointId}-2` }, held, criteria],
    ["if its approval is not ours", { ...approved, description: "drawbridge d-2: no" }, applied, criteria],
    ["an hour after its record had no endpoint", pending, heldWithout, criteria],
    ["if its record has no endpoint, nor a time", pending, without(heldWithout, "reviewedAt"), criteria],
    [
      "if its approval was never evaluated with the policy that revokes",
      approved,
      without(applied, "judged"),
      revoking,
    ],
    [
      "if it is announced that it is revoked then, whatever the policy says now",
      approved,
      { ...applied, revocation: { ...revocation, dueAt: now.toISOString() } },
      criteria,
    ],
    ["in another state than its record", { ...approved, state: "Rejected" }, applied, criteria],
    ["if it is final and its record is not", approved, { ...applied, phase: "Applying" }, criteria],
    ["after an event, whenever it was to be reviewed", pending, held, eager],
    [
      "after an event, once Azure may be ready",
      pending,
      { ...held, waitingSince: earlier, nextAt: earlier },
      eager,
    ],
    ["if it is Pending again", pending, { ...held, state: "Approved" }, criteria],
    ["at its time", pending, { ...held, nextAt: now.toISOString() }, criteria],
    ["without a time", pending, without(held, "nextAt"), criteria],
    ["if another policy held it", pending, { ...held, policyHash: "before" }, criteria],
  ])("%s", (_title, listed, record, given) => {
    expect(needsReview(listed, record, given)).toBe(true);
  });

  it.each<Case>([
    ["before its time", pending, held, criteria],
    [
      "less than an hour after its record had no endpoint",
      pending,
      { ...heldWithout, reviewedAt: justReviewed },
      criteria,
    ],
    ["if its endpoint is known, however long ago it was reviewed", pending, held, criteria],
    ["if neither it nor its record has an endpoint", { state: "Pending" }, heldWithout, criteria],
    ["if its approval is ours", approved, applied, criteria],
    [
      "if its approval was never evaluated with a policy that does not revoke",
      approved,
      without(applied, "judged"),
      criteria,
    ],
    ["if the policy that revokes judged its approval", approved, applied, revoking],
    [
      "before the time at which it is announced to be revoked",
      approved,
      { ...applied, revocation: { ...revocation, dueAt: later } },
      criteria,
    ],
    [
      "to be judged, if it is not Approved",
      { ...approved, state: "Rejected" },
      { ...without(applied, "judged"), state: "Rejected" },
      revoking,
    ],
    ["after an event, while it is in line", pending, { ...held, queuedAt: earlier }, eager],
    ["after an event, while Azure is waited for", pending, { ...held, waitingSince: earlier }, eager],
    ["if the policy could not be read", pending, held, { ...criteria, decider: undefined }],
    [
      "if another policy decided, and it is not held",
      pending,
      { ...held, phase: "Failed", policyHash: "before" },
      criteria,
    ],
  ])("not %s", (_title, listed, record, given) => {
    expect(needsReview(listed, record, given)).toBe(false);
  });
});

describe("the endpoint of a connection is new", () => {
  it.each([
    ["if the record lacks it", heldWithout, pending, true],
    ["not if the record has it", held, pending, false],
    ["not if nothing has it", heldWithout, { state: "Pending" }, false],
    ["not if the connection is not listed", heldWithout, undefined, false],
  ])("%s", (_title, record, listed, isNew) => {
    expect(isEndpointNew(record, listed)).toBe(isNew);
  });
});

describe("an attempt is made now, whatever is waited for", () => {
  const { person } = fullRecord("Held");
  const waiting = { ...leastRecord("Decided"), person };
  it.each([
    ["if a person asks for a review", { cause: "http" }, held, true],
    ["if a person changes what waits", { cause: "http", person: { ...person, id: "p-1" } }, waiting, true],
    ["not if a person decides what is held", { cause: "http", person }, held, false],
    ["not after an event", { cause: "event" }, held, false],
    [
      "not after an event, even with a decision",
      { cause: "event", person: { ...person, id: "p-1" } },
      waiting,
      false,
    ],
  ] as const)("%s", (_title, request, record, asks) => {
    expect(asksForAttempt(request, record)).toBe(asks);
  });
});

it.each([
  ["Seen", true],
  ["Decided", true],
  ["Applying", true],
  ["Held", false],
  ["Failed", false],
  ["Applied", false],
] as const)("a record in the phase %s is unfinished: %s", (phase, unfinished) => {
  expect(isUnfinished({ phase })).toBe(unfinished);
});

function without(record: ConnectionRecord, key: keyof ConnectionRecord): ConnectionRecord {
  return changed(record, [key]);
}
