import { beforeEach, describe, expect, it } from "vitest";
import { hold } from "../../../../test/connections/evaluations.ts";
import {
  locked,
  recordingFixture,
  updating,
  type Found,
} from "../../../../test/connections/recording-fixture.ts";
import { fullRecord, now } from "../../../../test/connections/records.ts";
import { service } from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import { knownRead } from "../../estate/read.ts";

/** Tests of `recordDecision` while approvals have to wait. */

/** How long an approval that was made now counts; see `sliding-window`. */
const countedMs = 64 * minuteMs;
/** When an approval is left again, after one was made now. */
const opensAt = plusMs(now, countedMs);
const { person: approval } = fullRecord("Held");

let fixture: ReturnType<typeof recordingFixture>;
beforeEach(() => {
  fixture = recordingFixture();
});

describe("an approval while the hour's are used up", () => {
  beforeEach(() => fixture.takeApproval());
  const breaker = /^the approvals breaker has been open since/;

  it("is a hold, and leaves the write lock", async () => {
    const { record, verdict } = await fixture.end({});
    expect(verdict).toMatchObject({
      kind: "hold",
      rule: "the rule",
      reasons: [expect.stringMatching(breaker)],
    });
    expect(record).toMatchObject({ phase: "Held", restrained: "approvals", action: "none", nextAt: opensAt });
    expect(record.reason).toMatch(breaker);
    expect(await fixture.entries()).toMatchObject([{ restrained: "approvals", verdict: { kind: "hold" } }]);
    expect(await fixture.lock()).toBeUndefined();
  });

  it.each<[string, Found, object | undefined]>([
    ["while another connection of its service is written", {}, locked],
    ["while Azure updates its service, and leaves the write lock", { service: updating }, undefined],
  ])("stays a hold, without another decision, %s", async (_, of, lock) => {
    const withheld = { phase: "Held", decisionId: "d-0", verdict: "hold", action: "none" } as const;
    if (lock !== undefined) await fixture.writeOther();
    const { record, verdict } = await fixture.end({
      ...of,
      record: { ...withheld, restrained: "approvals", fingerprint: "f-1" },
    });
    expect(verdict).toMatchObject({ kind: "hold", reasons: [expect.stringMatching(breaker)] });
    expect(record).toMatchObject({ phase: "Held", restrained: "approvals", action: "none", nextAt: opensAt });
    expect(record).not.toHaveProperty("queuedAt");
    expect(await fixture.entries()).toEqual([]);
    expect(await fixture.lock()).toEqual(lock);
  });

  it.each<[string, Found]>([
    ["that was not withheld", { record: { phase: "Held" } }],
    [
      "of a person",
      { record: { phase: "Held", restrained: "approvals" }, evaluation: { verdict: hold, person: approval } },
    ],
  ])("%s waits in line while another connection of its service is written", async (_, of) => {
    await fixture.writeOther();
    const { record } = await fixture.end(of);
    expect(record).toMatchObject({ phase: "Decided", action: "approve", queuedAt: now.toISOString() });
    expect(record).not.toHaveProperty("restrained");
  });

  it.each<[string, string | undefined]>([
    ["without an end", undefined],
    ["with an end after that", plusMs(now, countedMs + 1)],
  ])("by a person stays decided, and waits: %s", async (_, until) => {
    const person = { ...approval, ...(until === undefined ? {} : { until }) };
    const { record, verdict } = await fixture.end({ evaluation: { verdict: hold, person } });
    expect(verdict).toEqual(hold);
    expect(record).toMatchObject({
      phase: "Decided",
      action: "approve",
      person,
      waitsForPermit: "approvals",
      nextAt: opensAt,
    });
    expect(record.difficulty).toMatch(breaker);
    const [entry] = await fixture.entries();
    expect(entry).toMatchObject({ action: "approve", verdict: { kind: "hold" } });
    expect(entry).not.toHaveProperty("restrained");
    expect(await fixture.lock()).toBeUndefined();
  });

  it("by a person that was recorded before is not waited for beyond its end", async () => {
    const person = { ...approval, until: plusMs(now, 1) };
    const { record } = await fixture.end({
      record: { phase: "Decided", person },
      evaluation: { verdict: hold, person },
    });
    expect(record).toMatchObject({ phase: "Decided", waitsForPermit: "approvals", nextAt: person.until });
  });
});

describe("a person's approval that would be over before it is applied", () => {
  const person = { ...approval, until: opensAt };
  const refusal = `the approvals breaker is open until ${opensAt} at the earliest, and an approval until ${person.until} is over by then; choose a later end`;
  const of: Found = {
    record: { phase: "Held", reason: "nobody knows it" },
    evaluation: { verdict: hold, person },
  };

  it.each([
    ["is refused", knownRead(service)],
    ["is refused before it waits for Azure", updating],
  ])("%s", async (_, read) => {
    await fixture.takeApproval();
    expect(await fixture.end({ ...of, service: read })).toMatchObject({
      verdict: hold,
      refusal,
      record: { phase: "Held" },
    });
    expect(await fixture.entries()).toEqual([]);
    expect(await fixture.lock()).toBeUndefined();
  });

  it("is refused while another connection of its service is written", async () => {
    await fixture.takeApproval();
    await fixture.writeOther();
    expect(await fixture.end(of)).toMatchObject({ refusal });
    expect(await fixture.lock()).toEqual(locked);
  });

  it.each([
    ["at once", knownRead(service)],
    ["when Azure is ready", updating],
  ])("is followed if the hour has an approval left: %s", async (_, read) => {
    expect((await fixture.recorded({ ...of, service: read })).record).toMatchObject({
      phase: "Decided",
      person,
    });
  });
});
