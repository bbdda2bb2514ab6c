import { describe, expect, it } from "vitest";
import type { AddressRecord } from "../lib/addresses/model/baseline.ts";
import { printRecord } from "./addresses.ts";

const at = "2026-11-24T08:00:00.000Z";
const right: AddressRecord = {
  resource: "/subscriptions/s",
  kind: "public",
  location: "westeurope",
  baseline: ["203.0.113.10"],
  baselineAt: at,
  origin: { kind: "learned" },
  current: ["203.0.113.10"],
  currentAt: at,
};
const unsettled = { since: at, why: "the answer has none, and there has to be one" };
const drift = { id: "d", since: at, causes: [], remindAt: at };

describe("the state of an address set", () => {
  it.each<readonly [string, Partial<AddressRecord>]>([
    ["right", {}],
    ["drifted", { current: ["203.0.113.11"], drift }],
    ["drifted", { current: ["203.0.113.11"], drift, unsettled }],
    ["unknown", { unsettled }],
    ["unknown", { current: [], baseline: [], unsettled }],
    ["not applicable", { current: [], baseline: [] }],
    ["not applicable", { current: [], advice: "the tier StandardV2 has none of its own" }],
    ["vacated", { current: [], vacatedAt: at }],
    ["gone", { goneAt: at, drift }],
    ["not watched", { leftAt: at, vacatedAt: at }],
  ])("is %s: %o", (state, more) => {
    expect(printRecord({ ...right, ...more }).state).toBe(state);
  });

  it("includes the reason and the start of an unknown state, and no internal fields", () => {
    const kept = { version: "1", heard: "right", told: [], unseen: true } as const;
    expect(printRecord({ ...right, ...kept, unsettled })).toEqual({ state: "unknown", ...right, unsettled });
  });
});
