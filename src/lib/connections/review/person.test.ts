import { describe, expect, it } from "vitest";
import { earlier, fullRecord, later, leastRecord, now } from "../../../../test/connections/records.ts";
import { personalRequest, personRefusal, replacesWaiting } from "./person.ts";

const { person: recorded } = fullRecord("Held");
const asked = { ...recorded, id: "p-1", verdict: "reject" } as const;
const write = { sentAt: earlier };

describe("a person's decision", () => {
  it.each(["Decided", "Failed"] as const)("replaces the approval that waits in the phase %s", (phase) => {
    expect(personalRequest({ person: asked }, { phase, person: recorded })).toEqual({
      decision: asked,
      isRecorded: false,
    });
  });

  it("is followed if the connection is held, whatever was decided before", () => {
    const expected = { decision: asked, isRecorded: false };
    expect(personalRequest({ person: asked }, leastRecord("Held"))).toEqual(expected);
    expect(personalRequest({ person: asked }, { phase: "Held", person: recorded, write })).toEqual(expected);
  });

  it.each(["Decided", "Applying", "Failed"] as const)(
    "that is recorded is carried out in the phase %s",
    (phase) => {
      const expected = { decision: recorded, isRecorded: true };
      expect(personalRequest({}, { phase, person: recorded })).toEqual(expected);
      expect(personalRequest({ person: asked }, { phase, person: recorded, write })).toEqual(expected);
    },
  );

  it.each(["Seen", "Held", "Applied", "Gone", "Adopted", "Overridden", "Revoked"] as const)(
    "that was recorded is not followed again in the phase %s",
    (phase) => {
      expect(personalRequest({}, { phase, person: recorded })).toBeUndefined();
    },
  );

  it("is not followed where nothing is held, and nothing waits", () => {
    expect(personalRequest({ person: asked }, leastRecord("Decided"))).toBeUndefined();
    expect(personalRequest({}, leastRecord("Decided"))).toBeUndefined();
    expect(personalRequest({}, leastRecord("Held"))).toBeUndefined();
  });
});

describe("a request", () => {
  const waiting = { phase: "Decided", person: recorded } as const;
  it.each([
    ["changes an approval that waits", { person: asked }, waiting, true],
    ["without a decision changes nothing", {}, waiting, false],
    ["that was recorded already changes nothing", { person: recorded }, waiting, false],
    ["does not change what is being written", { person: asked }, { ...waiting, write }, false],
    [
      "does not change a rejection",
      { person: recorded },
      { phase: "Decided", person: asked } as const,
      false,
    ],
    ["does not change what nobody decided", { person: asked }, leastRecord("Decided"), false],
  ])("%s", (_, request, record, replaces) => {
    expect(replacesWaiting(request, record)).toBe(replaces);
  });
});

describe("a person's decision is refused", () => {
  type Asked = Parameters<typeof personRefusal>;
  const { until: _until, ...approval } = { ...recorded, verdict: "approve" as const, until: "" };
  const enforce: Asked[2] = { mode: "enforce", now };
  const evaluated = (kind: "approve" | "reject" | "hold", policy: "valid" | "invalid" = "valid") =>
    ({
      verdict: { kind, reasons: ["it is closed", "for ever"] },
      policy: { kind: policy },
    }) as unknown as Asked[1];
  const hold = evaluated("hold");
  const nowOver = { ...approval, until: now.toISOString() };
  const rejected =
    "the policy rejects it (it is closed; for ever); only an exemption in the policy can change that";
  const unloaded = "the policy does not load, so whether it rejects the connection is unknown";

  it.each<[string, string, ...Asked]>([
    ["in mode off", "mode off: an approval is not applied", approval, hold, { mode: "off", now }],
    ["in mode observe", "mode observe: a rejection is not applied", asked, hold, { mode: "observe", now }],
    [
      "in mode approve-only, if it is a rejection",
      "mode approve-only: a rejection is not applied",
      asked,
      hold,
      { mode: "approve-only", now },
    ],
    [
      "once the time is over until which it approves",
      `it was to be approved until ${nowOver.until}, which is over`,
      nowOver,
      hold,
      enforce,
    ],
    [
      "if it approves and the policy does not load",
      unloaded,
      approval,
      evaluated("hold", "invalid"),
      enforce,
    ],
    ["if it approves what the policy rejects", rejected, approval, evaluated("reject"), enforce],
  ])("%s", (_title, refusal, ...request) => {
    expect(personRefusal(...request)).toBe(refusal);
  });

  it.each<[string, ...Asked]>([
    ["if it approves what the policy holds", approval, hold, enforce],
    ["if it approves what the policy approves", approval, evaluated("approve"), enforce],
    ["if it approves in mode approve-only", approval, hold, { mode: "approve-only", now }],
    ["before the time until which it approves", { ...approval, until: later }, hold, enforce],
    ["if it rejects what the policy rejects", asked, evaluated("reject"), enforce],
    ["if it rejects and the policy does not load", asked, evaluated("hold", "invalid"), enforce],
    ["if it rejects after the time that it names", { ...asked, until: earlier }, hold, enforce],
  ])("not %s", (_title, ...request) => {
    expect(personRefusal(...request)).toBeUndefined();
  });
});
