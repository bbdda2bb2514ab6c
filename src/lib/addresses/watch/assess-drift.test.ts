import { expect, it } from "vitest";
import { parseServiceId } from "../../azure/resource-id.ts";
import type { AddressRecord } from "../model/baseline.ts";
import { assessDrift } from "./assess-drift.ts";

const at = "2026-11-24T08:00:00.000Z";
const now = new Date("2026-11-24T09:00:00.000Z");
const text =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourcegroups/rg/providers/microsoft.apimanagement/service/a";

it("what was gone and is there again is not gone, though its answer is none to judge by yet", () => {
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
  const head = { missingAt: at, goneToldAt: at, shifts: [], circumstance: {} };
  const weighed = assessDrift(
    { head, records: [gone] } as never,
    { kind: "unsettled", why: "it is Updating", suspended: false },
    { resource, declared: new Map(), now },
  );
  expect(weighed?.revision.records).toMatchObject([{ unsettled: { why: "it is Updating" } }]);
  expect(weighed?.revision.records[0]).not.toHaveProperty("goneAt");
  expect(weighed?.revision.changes).toMatchObject([{ kind: "back", what: `it was gone since ${at}` }]);
});
