import { describe, expect, it } from "vitest";
import { phases } from "./connection-record.ts";
import { isWaitingApproval } from "./waiting-approval.ts";

const approval = { verdict: "approve" } as const;
const rejection = { verdict: "reject" } as const;
const sentAt = "2026-11-24T08:00:00.000Z";

describe("a person's approval waits", () => {
  it.each(phases.map((phase) => [phase, phase === "Decided" || phase === "Failed"] as const))(
    "in the phase %s: %s",
    (phase, waits) => {
      expect(isWaitingApproval({ phase, person: approval })).toBe(waits);
      expect(isWaitingApproval({ phase, person: rejection })).toBe(false);
      expect(isWaitingApproval({ phase })).toBe(false);
    },
  );

  it.each(["Decided", "Failed"] as const)("in the phase %s not once it is sent", (phase) => {
    expect(isWaitingApproval({ phase, person: approval, write: { sentAt } })).toBe(false);
    expect(isWaitingApproval({ phase, person: approval, sentAt })).toBe(false);
    expect(isWaitingApproval({ phase, person: approval, write: { sentAt }, sentAt })).toBe(false);
  });
});
