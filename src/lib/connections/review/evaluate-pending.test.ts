import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import {
  otherId,
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { tierPolicy } from "../../../../test/connections/tier-policy.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import type { Mode } from "../../config/config.ts";
import { knownRead, unknownRead, type Read } from "../../estate/read.ts";
import { rowsAppState } from "../../state/app-state.ts";
import { breakers } from "../breakers/breakers.ts";
import { transientAttemptsMax } from "../decide.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { evaluatePending } from "./evaluate-pending.ts";

const tenMinutesMs = 10 * minuteMs;
const lease = { owner: "ours", until: later };
const approval = { ...fullRecord("Held").person, id: "p-1" };
const rejection = { ...approval, verdict: "reject" } as const;
const waiting = { phase: "Decided", action: "approve", decisionId: "d-0" } as const;
const throttled = unknownRead("throttled");

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = benchIn("enforce");
});

function benchIn(mode: Mode): ReviewFixture {
  return reviewFixture({ mode, policy: () => Promise.resolve(tierPolicy()) });
}

interface Case {
  readonly record?: Partial<ConnectionRecord>;
  readonly person?: typeof approval | typeof rejection;
  readonly tier?: Read<string>;
}

async function evaluated({ record, person, tier = knownRead("Premium") }: Case, services = fixture.services) {
  fixture.world.service = knownRead({ ...service, sku: tier });
  const stored = await fixture.stored({ phase: "Seen", state: "Pending", lease, ...record });
  return evaluatePending(attemptOf(services, person === undefined ? {} : { person }), stored, shown);
}

/** The end of an attempt that is not to go on. Its record is stored, and free for the next one. */
async function end(...of: Parameters<typeof evaluated>) {
  const found = await evaluated(...of);
  if (found.kind !== "ended") throw new Error("the attempt goes on");
  expect(await fixture.services.ledger.find(id)).toEqual(found.record);
  expect(found.record).not.toHaveProperty("lease");
  return found;
}

const followed = (person?: object) => ({
  kind: "evaluated",
  evaluation: person === undefined ? expect.not.objectContaining({ person: expect.anything() }) : { person },
});

describe("a Pending connection", () => {
  it("is evaluated with the lock that its service had before the facts were read", async () => {
    await fixture.services.ledger.saveWithWriteLock(await fixture.stored({ id: otherId }), later);
    expect(await evaluated({})).toMatchObject({
      ...followed(),
      record: { phase: "Seen", lease },
      evaluation: { verdict: { kind: "approve", rule: "ours" } },
      writeLock: { connection: otherId.text, until: later },
    });
  });

  it("that we approved is read again before it is decided again", async () => {
    const ended = await end({ record: { phase: "Applied", action: "approve" } });
    expect(ended.record).toMatchObject({
      phase: "Applied",
      attempts: 1,
      difficulty: "it was Approved and is shown as Pending; it is read again",
    });
  });

  it.each<[string, Partial<ConnectionRecord>]>([
    ["that we approved, if it was read again", { phase: "Applied", action: "approve", attempts: 1 }],
    ["that we rejected", { phase: "Applied", action: "reject" }],
    ["whose approval is not applied yet", waiting],
  ])("%s, is evaluated", async (_, record) => {
    expect(await evaluated({ record })).toMatchObject(followed());
  });

  it.each([transientAttemptsMax - 1, 0])("waits for a fact, after %i attempts", async (attempts) => {
    const { record, verdict } = await end({ record: { attempts }, tier: throttled });
    expect(verdict?.kind).toBe("hold");
    expect(record).toMatchObject({
      phase: "Seen",
      attempts: attempts + 1,
      difficulty: verdict?.reasons.join("; "),
    });
  });

  it.each([
    ["a fact stays unreadable, attempt after attempt", transientAttemptsMax, throttled],
    ["a fact cannot be read until a person acts", 0, unknownRead("forbidden")],
  ] as const)("is evaluated if %s", async (_, attempts, tier) => {
    const found = await evaluated({ record: { attempts }, tier });
    expect(found).toMatchObject({ ...followed(), evaluation: { verdict: { kind: "hold" } } });
  });
});

describe("in a flood of requests", () => {
  const heldOnce = { phase: "Held", decisionId: "d-0", reason: "nobody knows it" } as const;
  const until = plusMs(now, tenMinutesMs);

  async function flooded(): Promise<ReviewFixture["services"]> {
    const limits = { approvalsPerHour: 1, requestsPerHour: 0, revocationsPerRun: 1 };
    const { services, rows } = fixture;
    const open = breakers(
      rowsAppState(rows, () => ["log"]),
      limits,
      services.clock,
    );
    await open.countRequest({ service: id.service, foundBySweep: false });
    return { ...services, breakers: open };
  }

  it.each<[string, Partial<ConnectionRecord>]>([
    ["that is new", {}],
    ["that is decided and not applied yet", waiting],
    ["that waited for others of its service", { ...waiting, difficulty: "others are written before it" }],
    ["that is held without a decision", { phase: "Held" }],
    ["that waits for another breaker", { ...heldOnce, restrained: "approvals" }],
  ])("a connection %s is held", async (_, record) => {
    const ended = await end({ record }, await flooded());
    expect(ended.record).toMatchObject({ phase: "Held", restrained: "requests", nextAt: until });
    expect(ended.record.reason).toContain("the requests breaker has been open since");
    expect(ended.record).not.toHaveProperty("difficulty");
    expect(ended).not.toHaveProperty("verdict");
  });

  it("a connection that waits for a person keeps its reason", async () => {
    const ended = await end({ record: heldOnce }, await flooded());
    expect(ended.record).toMatchObject({ ...heldOnce, nextAt: until });
    expect(ended.record).not.toHaveProperty("restrained");
  });

  it("a connection does not keep the others of its service from being written", async () => {
    const services = await flooded();
    const stored = await fixture.stored({ phase: "Seen", lease });
    const locked = await services.ledger.saveWithWriteLock(stored, later);
    await evaluatePending(attemptOf(services), locked ?? stored, shown);
    expect(await fixture.lock()).toBeUndefined();
  });

  it("a person may decide", async () => {
    const found = await evaluated({ record: heldOnce, person: approval }, await flooded());
    expect(found).toMatchObject(followed(approval));
  });
});

describe("what a person asks for", () => {
  const held = { phase: "Held", attempts: 1 } as const;
  it.each<[string, Omit<Case, "record">]>([
    ["an approval of what the policy holds", { person: approval, tier: knownRead("Basic") }],
    ["a rejection of what the policy holds", { person: rejection, tier: knownRead("Basic") }],
    ["a rejection of what the policy approves", { person: rejection }],
    ["a rejection, though a fact cannot be read for the moment", { person: rejection, tier: throttled }],
    ["an approval, though a fact may not be read", { person: approval, tier: unknownRead("forbidden") }],
  ])("is followed: %s", async (_, of) => {
    expect(await evaluated({ record: held, ...of })).toMatchObject(followed(of.person));
  });

  it("is refused if it approves what the policy rejects", async () => {
    const ended = await end({ record: held, person: approval, tier: knownRead("Developer") });
    expect(ended).toMatchObject({ record: held, verdict: { kind: "reject" } });
    expect(ended.refusal).toMatch(/^the policy rejects it \(.*the tier is closed\); only an exemption/);
  });

  it("is refused for now if it approves and a fact cannot be read for the moment", async () => {
    const ended = await end({ record: held, person: approval, tier: throttled });
    const reasons = ended.verdict?.reasons.join("; ");
    expect(ended).toMatchObject({
      record: held,
      refusal: `a fact could not be read for the moment (${reasons}); ask again`,
    });
  });
});

describe("what a person decided", () => {
  const recorded = (person: typeof approval | typeof rejection, attempts = 0) => ({
    ...waiting,
    person,
    attempts,
  });

  it.each<[string, Case]>([
    ["an approval", { record: recorded(approval), tier: knownRead("Basic") }],
    ["a rejection", { record: recorded(rejection), tier: knownRead("Basic") }],
    ["a rejection, whatever cannot be read", { record: recorded(rejection), tier: throttled }],
  ])("is carried out: %s", async (_, of) => {
    expect(await evaluated(of)).toMatchObject(followed(of.record?.person));
  });

  it("is not sent before the facts are read that the policy may reject, however long that takes", async () => {
    const { record, verdict } = await end({
      record: recorded(approval, transientAttemptsMax),
      tier: throttled,
    });
    expect(verdict?.kind).toBe("hold");
    expect(record).toMatchObject({ phase: "Decided", person: approval, attempts: transientAttemptsMax + 1 });
  });

  it.each<[string, Mode, typeof approval | typeof rejection]>([
    ["approval", "observe", approval],
    ["rejection", "approve-only", rejection],
  ])("is not applied in another mode: the hold says so of the %s", async (decided, mode, person) => {
    fixture = benchIn(mode);
    const found = await evaluated({ record: recorded(person, transientAttemptsMax), tier: throttled });
    expect(found).toMatchObject({ ...followed(), evaluation: { verdict: { kind: "hold" } } });
    const reasons = found.kind === "evaluated" ? found.evaluation.verdict.reasons : [];
    expect(reasons.at(-1)).toBe(
      `the ${decided} by ${person.by} is not applied: mode ${mode}: ${decided === "approval" ? "an approval" : "a rejection"} is not applied`,
    );
  });

  it("is not applied in another mode: the policy decides, once the facts are read", async () => {
    fixture = benchIn("approve-only");
    const attempts = transientAttemptsMax - 1;
    const { record } = await end({ record: recorded(rejection, attempts), tier: throttled });
    expect(record.attempts).toBe(transientAttemptsMax);
  });
});
