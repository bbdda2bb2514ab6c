import { beforeEach, expect, it } from "vitest";
import { id } from "../../../../test/connections/records.ts";
import {
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { tierPolicy } from "../../../../test/connections/tier-policy.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
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
