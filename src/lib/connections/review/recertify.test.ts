import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf } from "../../../../test/connections/evaluations.ts";
import { changed, earlier, fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import {
  approvedBy,
  endpointId,
  reviewFixture,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { approving, holding, invalid, rejecting } from "../../../../test/connections/tenant-policies.ts";
import { policyOf } from "../../../../test/simulation/loaded-policies.ts";
import { dayMs, hourMs, minuteMs, plusMs } from "../../clock.ts";
import type { Mode } from "../../config/config.ts";
import { unknownRead } from "../../estate/read.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Connection } from "../azure-connections.ts";
import type { ConnectionRecord, PersonsDecision } from "../record/connection-record.ts";
import { isReconfirmation, recertify, reconfirm } from "./recertify.ts";

const ago = (ms: number) => plusMs(now, -ms);

const closed = policyOf(
  `name: p
rules:
  - name: all
    if: { field: requester.tenant, equals: ours }
    then: { effect: approve }
    window: { days: [Sat], from: "00:00", to: "24:00", timeZone: Etc/UTC }`,
  "enforce",
);

const approved = approvedBy("d-1");
const applied = {
  phase: "Applied",
  state: "Approved",
  action: "approve",
  decisionId: "d-1",
  endpointId,
  reason: "it fits",
  lease: { owner: "ours", until: later },
} as const;
const lapsing = { until: ago(0), nextAt: ago(0), noticedAt: earlier };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

interface Under {
  readonly policy?: LoadedPolicy;
  readonly mode?: Mode;
}

const servicesUnder = ({ policy = approving, mode = "enforce" }: Under) => ({
  ...fixture.services,
  mode,
  policy: () => Promise.resolve(policy),
});

async function recertified(policy: LoadedPolicy, more: Partial<ConnectionRecord> = {}) {
  const stored = await fixture.stored({ ...applied, term: lapsing, ...more });
  const record = await recertify(attemptOf(servicesUnder({ policy })), stored, approved);
  expect(await fixture.services.ledger.find(id)).toEqual(record);
  expect(record).not.toHaveProperty("lease");
  expect(record).toMatchObject({ phase: "Applied", decisionId: "d-1", action: "approve" });
  expect(fixture.world.puts).toEqual([]);
  return record;
}

/** Neither the chain nor a person hears of it. */
async function expectSilence() {
  expect(await fixture.entries()).toEqual([]);
  expect(await fixture.alerts()).toEqual([]);
}

describe("an approval that has not ended", () => {
  it.each<[string, Partial<ConnectionRecord>]>([
    ["has no end", {}],
    ["has its next step later", { term: { until: later, nextAt: plusMs(now, 1) } }],
  ])("is left alone where it %s", async (_, { term }) => {
    const stored = await fixture.stored({ ...applied, attempts: 2, ...(term === undefined ? {} : { term }) });
    const record = await recertify(attemptOf(servicesUnder({})), stored, approved);
    const { nextAt } = term ?? {};
    const rested = changed(stored, ["lease"], { attempts: 0, ...(nextAt === undefined ? {} : { nextAt }) });
    expect(record).toEqual({ ...rested, version: record.version });
    await expectSilence();
  });

  it("is announced to end, once, and judged when it does", async () => {
    const record = await recertified(rejecting, { term: { until: later, nextAt: ago(0) } });
    expect(record.term).toEqual({ until: later, nextAt: later, noticedAt: ago(0) });
    expect(record.nextAt).toBe(later);
    const reason = `its approval ends at ${later}; the policy re-evaluates it then`;
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Applied", reason, endsAt: later, decisionId: "d-1" },
    ]);
    expect(await fixture.alertData()).toMatchObject([
      { type: "Drawbridge.RecertificationDue", reason, until: later, isOver: false },
    ]);
  });
});

describe("an approval that ended", () => {
  it("is renewed in silence by a policy that approves it again", async () => {
    const record = await recertified(approving);
    const until = plusMs(now, 30 * dayMs);
    expect(record.term).toEqual({ until, nextAt: plusMs(now, 27 * dayMs) });
    expect(await fixture.entries()).toMatchObject([
      { kind: "decision", verdict: { kind: "approve" }, action: "none", recertifies: true },
    ]);
    expect(await fixture.alerts()).toEqual([]);
  });

  it.each([
    ["holds", holding, 'hold (rule "some" holds it for a person: ask)'],
    ["rejects", rejecting, 'reject (rule "some" rejects it: closed)'],
  ])("stays with an alert where the policy %s it, and is judged daily", async (_, policy, verdict) => {
    const record = await recertified(policy);
    const tomorrow = plusMs(now, dayMs);
    expect(record.term).toEqual({ ...lapsing, lapsedAt: ago(0), nextAt: tomorrow });
    expect(record.nextAt).toBe(tomorrow);
    const reason = `its approval ended at ${ago(0)}, and the policy's verdict is ${verdict}; it is left Approved`;
    expect(await fixture.entries()).toMatchObject([{ kind: "decision", action: "none", recertifies: true }]);
    expect(await fixture.alertData()).toMatchObject([
      { type: "Drawbridge.RecertificationDue", reason, until: ago(0), isOver: true },
    ]);
  });

  it.each<[string, LoadedPolicy, Partial<ConnectionRecord>, number]>([
    ["each hour while the policy does not load", invalid, {}, hourMs],
    ["each hour while the change window is closed", closed, {}, hourMs],
    ["each day once a person was told", rejecting, { term: { ...lapsing, lapsedAt: earlier } }, dayMs],
  ])("is judged in silence %s", async (_, policy, more, ms) => {
    const record = await recertified(policy, more);
    expect(record.term).toEqual({ ...(more.term ?? lapsing), nextAt: plusMs(now, ms) });
    await expectSilence();
  });

  it("is evaluated again soon if a fact could not be read for the moment", async () => {
    fixture.world.endpoint = unknownRead("throttled");
    const record = await recertified(approving, { attempts: 4 });
    expect(record).toMatchObject({ attempts: 5, nextAt: plusMs(now, 8 * minuteMs), term: lapsing });
    expect(record.difficulty).toContain("throttled");
    await expectSilence();
  });

  it("is over, with an alert, if that fact could not be read five times", async () => {
    fixture.world.endpoint = unknownRead("throttled");
    expect((await recertified(approving, { attempts: 5 })).term).toHaveProperty("lapsedAt");
  });
});

const { objectId: _, until: _until, ...decision } = fullRecord("Held").person;
const person: PersonsDecision = { ...decision, id: "p-1", until: plusMs(now, 10 * dayMs) };
const termed = { ...fullRecord("Applied"), ...applied, term: lapsing };

describe("a person renews an approval", () => {
  const requestWith = (more: object) => attemptOf(fixture.services, more).request;
  type Asked = [string, { person?: PersonsDecision }, ConnectionRecord, Connection];

  it("what is Approved by us until a time", () => {
    expect(isReconfirmation(requestWith({ person }), termed, approved)).toBe(true);
  });

  it.each<Asked>([
    ["what nobody asks for", {}, termed, approved],
    ["what the person rejects", { person: { ...person, verdict: "reject" } }, termed, approved],
    ["what has another phase", { person }, { ...termed, phase: "Adopted" }, approved],
    ["what we rejected", { person }, { ...termed, action: "reject" }, approved],
    ["what somebody else approved", { person }, termed, { ...approved, description: "mine" }],
    ["what has no end", { person }, changed(termed, ["term"]), approved],
    ["what is not Approved", { person }, termed, { ...approved, state: "Rejected" }],
  ])("but not %s", (_title, request, record, connection) => {
    expect(isReconfirmation(requestWith(request), record, connection)).toBe(false);
  });
});

describe("an approval that a person renews", () => {
  async function renewed(under: Under = {}, request: object = { person }) {
    const stored = await fixture.stored({ ...applied, term: lapsing });
    const end = await reconfirm(attemptOf(servicesUnder(under), request), stored, approved);
    expect(await fixture.services.ledger.find(id)).toEqual(end.record);
    expect(end.record).not.toHaveProperty("lease");
    expect(await fixture.alerts()).toEqual([]);
    return end;
  }

  it("lasts as long as the person says, even if the policy holds it", async () => {
    const { record, verdict, decisionId, refusal } = await renewed({ policy: holding });
    expect(record).toMatchObject({ phase: "Applied", decisionId: "d-1", person });
    expect(record.term).toEqual({ until: person.until, nextAt: plusMs(now, 9 * dayMs) });
    expect(verdict?.kind).toBe("hold");
    expect(refusal).toBeUndefined();
    expect(await fixture.entries()).toMatchObject([
      { kind: "decision", id: decisionId, person, action: "none", recertifies: true },
    ]);
    expect(fixture.world.puts).toEqual([]);
  });

  it.each<[string, Under, string]>([
    [
      "the policy rejects it",
      { policy: rejecting },
      'the policy rejects it (rule "some" rejects it: closed); only an exemption in the policy can change that',
    ],
    ["nothing is approved in this mode", { mode: "observe" }, "mode observe: an approval is not applied"],
  ])("is left as it was where %s", async (_title, under, refusal) => {
    const { record, verdict, refusal: why } = await renewed(under);
    expect(why).toBe(refusal);
    expect(verdict).toBeDefined();
    expect(record.term).toEqual(lapsing);
    expect(await fixture.entries()).toEqual([]);
  });

  it("is left as it was where a fact could not be read for the moment", async () => {
    fixture.world.endpoint = unknownRead("throttled");
    const { record, refusal } = await renewed();
    expect(refusal).toBe("a fact could not be read for the moment; ask again");
    expect(record.term).toEqual(lapsing);
  });

  it("is renewed by nobody if nobody asks", async () => {
    await expect(renewed({}, {})).rejects.toThrow("reconfirm() needs a person's request");
  });
});
