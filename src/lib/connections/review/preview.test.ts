import { beforeEach, describe, expect, it } from "vitest";
import { id } from "../../../../test/connections/records.ts";
import {
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { tierPolicy } from "../../../../test/connections/tier-policy.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { preview } from "./preview.ts";

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture({ policy: () => Promise.resolve(tierPolicy()) });
});

const previewed = () => preview(fixture.services, id);

it("a preview shows the policy's verdict, and records and applies nothing", async () => {
  expect(await previewed()).toEqual({
    connection: id.text,
    state: "Pending",
    verdict: "approve",
    rule: "ours",
    reasons: ['rule "ours" approves it'],
    unknown: [],
    applied: false,
    reason: "dry run",
  });
  expect(fixture.world.puts).toEqual([]);
  expect(await fixture.services.ledger.find(id)).toBeUndefined();
  expect(await fixture.entries()).toEqual([]);
});

describe("who decided otherwise than the policy", () => {
  const person = { id: "p-1", verdict: "reject", by: "ana", reason: "no" } as const;
  const decided = { person: "reject", decidedBy: "ana" };
  const ofRecord = async (more: Partial<ConnectionRecord>) => {
    await fixture.stored({ endpointId: shown.endpointId ?? "", person, ...more });
    const { person: verdict, decidedBy } = await previewed();
    return { person: verdict, decidedBy };
  };
  const nobody = { person: undefined, decidedBy: undefined };

  it("is shown while the decision is carried out", async () => {
    expect(await ofRecord({ phase: "Decided", action: "reject" })).toEqual(decided);
  });

  it("is shown where the decision is applied", async () => {
    fixture.world.connection = knownRead({ ...shown, state: "Rejected" });
    expect(await ofRecord({ phase: "Applied", action: "reject" })).toEqual(decided);
  });

  it("is not shown of a connection that is Pending again: no decision is followed twice", async () => {
    expect(await ofRecord({ phase: "Applied", action: "reject" })).toEqual(nobody);
  });

  it("is not shown of another connection under the same name", async () => {
    const endpointId = `${shown.endpointId ?? ""}-before`;
    expect(await ofRecord({ phase: "Decided", action: "reject", endpointId })).toEqual(nobody);
  });

  it("is not shown of an approval that is not the person's", async () => {
    fixture.world.connection = knownRead({ ...shown, state: "Approved", description: "by hand" });
    const approved = { ...person, verdict: "approve" } as const;
    const record = { phase: "Applied", action: "approve", decisionId: "d-1", person: approved } as const;
    expect(await ofRecord(record)).toEqual(nobody);
  });
});

it("a preview shows what is unknown", async () => {
  fixture.world.service = knownRead({ ...service, sku: unknownRead("throttled") });
  const unknown = [{ field: "service.sku", reason: "throttled" }];
  expect(await previewed()).toMatchObject({ verdict: "hold", unknown, applied: false });
});

it("a preview names no rule where none applies", async () => {
  fixture.world.service = knownRead({ ...service, sku: knownRead("Standard") });
  const result = await previewed();
  expect(result.verdict).toBe("hold");
  expect(result).not.toHaveProperty("rule");
});

it("a preview says that the connection is not Pending", async () => {
  fixture.world.connection = knownRead({ ...shown, state: "Approved" });
  expect(await previewed()).toMatchObject({ state: "Approved", verdict: "approve", reason: "not pending" });
});

it.each([
  ["does not exist", "not-found", "there is no such connection"],
  ["cannot be read", "timed-out", "it could not be read (timed-out)"],
] as const)("a preview has no verdict on a connection that %s", async (_, unknown, reason) => {
  fixture.world.connection = unknownRead(unknown);
  const nothing = { reasons: [], unknown: [], applied: false };
  expect(await previewed()).toEqual({ connection: id.text, ...nothing, reason });
});
