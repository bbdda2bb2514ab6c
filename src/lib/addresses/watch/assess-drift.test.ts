import { expect, it } from "vitest";
import { parseServiceId } from "../../azure/resource-id.ts";
import type { AddressRecord } from "../model/baseline.ts";
import { assessDrift } from "./assess-drift.ts";

const at = "2026-11-24T08:00:00.000Z";
const now = new Date("2026-11-24T09:00:00.000Z");
const text =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.apimanagement/service/a";

it("a resource that exists again is not gone, even while its answer is too incomplete to compare", () => {
  const resource = parseServiceId(text);
  if (resource === undefined) throw new Error("it is an id");
  const gone: AddressRecord = {
    resource: text,
    kind: "public",
    location: "westeurope",
    baseline: ["203.0.113.10"],
    baselineAt: at,
    origin: { kind: "learned" },
    current: ["203.0.113.10"],
    currentAt: at,
    goneAt: at,
  };
  const head = { missingAt: at, goneReportedAt: at, contextChanges: [], circumstances: {} };
  const assessment = assessDrift(
    { head, records: [gone] } as never,
    { kind: "unsettled", why: "it is Updating", suspended: false },
    { resource, declared: new Map(), now },
  );
  expect(assessment?.revision.records).toMatchObject([{ unsettled: { why: "it is Updating" } }]);
  expect(assessment?.revision.records[0]).not.toHaveProperty("goneAt");
  expect(assessment?.revision.changes).toMatchObject([
    { kind: "back", what: `it exists again, after it was not found since ${at}` },
  ]);
});
