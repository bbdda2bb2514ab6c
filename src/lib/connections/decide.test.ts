import { describe, expect, it } from "vitest";
import { hold } from "../../../test/connections/evaluations.ts";
import { now } from "../../../test/connections/records.ts";
import { tierPolicy } from "../../../test/connections/tier-policy.ts";
import type { Mode } from "../config/config.ts";
import { fields } from "../policy/language/fields.ts";
import { known, unknown } from "../policy/values/fact.ts";
import type { UnknownReason } from "../policy/values/unknown-reason.ts";
import { actionOf, decide, isTransientHold, type Action } from "./decide.ts";

describe("the verdict", () => {
  const facts = fields.map(({ name }) =>
    name === "service.sku" ? known("Developer") : unknown("forbidden"),
  );

  it("is the policy's on the facts", () => {
    expect(decide(tierPolicy(), facts, now)).toMatchObject({ kind: "reject", rule: "closed" });
  });

  it("is a hold where the policy does not load", () => {
    expect(decide({ kind: "invalid", hash: "h", problems: ["wrong"] }, facts, now)).toEqual({
      kind: "hold",
      reasons: ["the policy does not load, so everything is held"],
      unknown: [],
      alerts: [],
    });
  });

  it("is a hold with an unknown policy where that could not be read", () => {
    expect(decide({ kind: "invalid", hash: "h", problems: [], unread: "timed-out" }, facts, now)).toEqual({
      kind: "hold",
      reasons: ["the policy could not be read, so everything is held"],
      unknown: [{ field: "policy", reason: "timed-out" }],
      alerts: [],
    });
  });
});

describe("the action", () => {
  const verdict = (kind: "approve" | "reject" | "hold") => ({ ...hold, kind });
  it.each<[Mode, Action, Action]>([
    ["off", "none", "none"],
    ["observe", "none", "none"],
    ["approve-only", "approve", "none"],
    ["enforce", "approve", "reject"],
  ])("in mode %s is %s for an approval, and %s for a rejection", (mode, onApprove, onReject) => {
    expect(actionOf(verdict("approve"), mode)).toBe(onApprove);
    expect(actionOf(verdict("reject"), mode)).toBe(onReject);
    expect(actionOf(verdict("hold"), mode)).toBe("none");
  });
});

describe("a hold", () => {
  const unread = (...reasons: readonly UnknownReason[]) =>
    reasons.map((reason) => ({ field: "service.sku", reason }));
  it("may be over soon where a fact could not be read for the moment", () => {
    expect(isTransientHold({ ...hold, unknown: unread("forbidden", "throttled") })).toBe(true);
  });

  it("lasts where a fact may not be read, or none is unknown", () => {
    expect(isTransientHold({ ...hold, unknown: unread("forbidden") })).toBe(false);
    expect(isTransientHold(hold)).toBe(false);
  });

  it("is no other verdict, whatever is unknown", () => {
    expect(isTransientHold({ ...hold, kind: "reject", unknown: unread("throttled") })).toBe(false);
  });
});
