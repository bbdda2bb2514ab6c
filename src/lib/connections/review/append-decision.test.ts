import { beforeEach, describe, expect, it } from "vitest";
import { attemptOf, decider, evaluation, hold } from "../../../../test/connections/evaluations.ts";
import { changed, earlier, fullRecord, id, later, now } from "../../../../test/connections/records.ts";
import { reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { dayMs, hourMs, plusMs } from "../../clock.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { appendDecision, decisionOf } from "./append-decision.ts";
import type { Evaluation } from "./evaluate.ts";

const weekMs = 7 * dayMs;
const { person } = fullRecord("Held");

const approve = { ...hold, kind: "approve", reasons: ["it fits"] } as const;
const breaker = { kind: "open", name: "approvals", reason: "too many", until: later } as OpenBreaker;
const transient = { known: {}, unknown: { "endpoint.name": "throttled" } } as const;

const heldBefore = {
  phase: "Held",
  state: "Pending",
  decisionId: "d-0",
  verdict: "hold",
  rule: "the rule",
  action: "none",
  reason: "as before",
  decidedAt: plusMs(now, -2 * weekMs),
  fingerprint: "f-1",
  policyHash: decider,
} as const;
const decidedBefore = {
  ...heldBefore,
  phase: "Decided",
  verdict: "approve",
  action: "approve",
  decidedAt: plusMs(now, 1 - weekMs),
} as const;
const restrainedBefore = { ...heldBefore, restrained: "approvals" } as const;

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const attempt = () => attemptOf(fixture.services);

async function appended(before: Partial<ConnectionRecord>, found = evaluation(), open?: OpenBreaker) {
  const stored = await fixture.stored({ lease: { owner: "ours", until: earlier }, ...before });
  const record = await appendDecision(attempt(), stored, found, open);
  expect(await fixture.services.ledger.find(id)).toEqual(record);
  return { stored, record };
}

type Case = [string, Partial<ConnectionRecord>, Evaluation, OpenBreaker?];

describe("a decision is not recorded again", () => {
  it.each<Case>([
    ["on the same facts, however old it is", heldBefore, evaluation()],
    [
      "while a fact cannot be read for the moment",
      heldBefore,
      evaluation({ fingerprint: "f-2", facts: transient }),
    ],
    ["while the same breaker is open", restrainedBefore, evaluation(), breaker],
    ["by the same person", { ...heldBefore, person }, evaluation({ person })],
    [
      "while the window is closed",
      { ...heldBefore, opensAt: earlier },
      evaluation({ verdict: { ...hold, opensAt: later } }),
    ],
  ])("%s", async (_, before, found, open) => {
    const { record } = await appended(before, found, open);
    expect(record).toMatchObject({ phase: "Held", decisionId: "d-0" });
    expect(record).not.toHaveProperty("lease");
    expect(await fixture.entries()).toEqual([]);
  });

  it.each(["Decided", "Applying", "Failed"] as const)(
    "while it is carried out in the phase %s",
    async (phase) => {
      const { stored, record } = await appended(
        { ...decidedBefore, phase },
        evaluation({ verdict: approve }),
      );
      expect(record).toBe(stored);
      expect(await fixture.entries()).toEqual([]);
    },
  );

  it("if it has no time, as older records", async () => {
    const { decidedAt: _, ...before } = decidedBefore;
    const { stored, record } = await appended(before, evaluation({ verdict: approve }));
    expect(record).toBe(stored);
  });
});

describe("a decision is recorded", () => {
  it.each<Case>([
    [
      "if it is the first",
      changed(fullRecord("Held"), ["decisionId"], { ...heldBefore, decisionId: undefined as never }),
      evaluation(),
    ],
    ["if the verdict is another", heldBefore, evaluation({ verdict: approve })],
    ["if a person made it", heldBefore, evaluation({ person })],
    [
      "if another person made it",
      { ...heldBefore, person },
      evaluation({ person: { ...person, id: "p-1" } }),
    ],
    ["if a breaker opened", heldBefore, evaluation(), breaker],
    ["if a breaker closed", restrainedBefore, evaluation()],
    ["if other facts are known", heldBefore, evaluation({ fingerprint: "f-2" })],
    [
      "if another policy decides",
      { ...heldBefore, policyHash: "before" },
      evaluation({ fingerprint: "f-2", facts: transient }),
    ],
    [
      "if another rule decides",
      { ...heldBefore, rule: "another" },
      evaluation({ fingerprint: "f-2", facts: transient }),
    ],
    ["if the window is open and something else holds it", { ...heldBefore, opensAt: earlier }, evaluation()],
    ["if a hold is no longer held", { ...heldBefore, phase: "Failed" }, evaluation()],
    [
      "a week after it was decided to act",
      { ...decidedBefore, decidedAt: plusMs(now, -weekMs) },
      evaluation({ verdict: approve }),
    ],
    ["if what is to be done is held", { ...decidedBefore, phase: "Held" }, evaluation({ verdict: approve })],
    [
      "if facts changed of what is to be done",
      decidedBefore,
      evaluation({ verdict: approve, fingerprint: "f-2", facts: transient }),
    ],
  ])("%s", async (_, before, found, open) => {
    const { record } = await appended(before, found, open);
    const [entry] = await fixture.entries();
    expect(entry).toMatchObject({ kind: "decision", fingerprint: found.fingerprint });
    expect(record).toMatchObject({
      decisionId: entry?.id,
      policyHash: decider,
      fingerprint: found.fingerprint,
    });
  });
});

describe("what is held again", () => {
  it("keeps its reason, for another hour", async () => {
    const { record } = await appended(heldBefore);
    expect(record).toMatchObject({ reason: "as before", nextAt: plusMs(now, hourMs) });
    expect(await fixture.alerts()).toEqual([]);
  });

  it("has the verdict's reason if it had none", async () => {
    const { reason: _, ...before } = heldBefore;
    expect((await appended(before)).record).toMatchObject({ reason: "nobody knows it" });
  });

  it("by a breaker has its reason, waits for it, and releases the write lock", async () => {
    const stored = await fixture.stored(restrainedBefore);
    const locked = await fixture.services.ledger.saveWithWriteLock(stored, later);
    const withheld = evaluation({ verdict: { ...hold, reasons: ["too many"] } });
    const record = await appendDecision(attempt(), locked ?? stored, withheld, breaker);
    expect(record).toMatchObject({ reason: "too many", restrained: "approvals", nextAt: later });
    expect(await fixture.lock()).toBeUndefined();
  });

  it.each([
    ["waits for the next opening of its window", { opensAt: earlier }, later, later],
    ["stays for a person to decide, whatever window is closed now", {}, later, undefined],
  ])("%s", async (_, before, opensAt, expected) => {
    const { record } = await appended(
      { ...heldBefore, ...before },
      evaluation({ verdict: { ...hold, opensAt } }),
    );
    expect(record.opensAt).toBe(expected);
  });
});

describe("a new decision", () => {
  const alerts = [{ name: "seen", severity: "warning" }];

  it("to hold is alerted, and looked at in an hour", async () => {
    const { record } = await appended({ phase: "Seen" });
    expect(record).toMatchObject({ phase: "Held", reason: "nobody knows it", nextAt: plusMs(now, hourMs) });
    expect(await fixture.alerts()).toEqual(["Drawbridge.ConnectionHeld: nobody knows it"]);
    const [entry] = await fixture.entries();
    expect(entry).not.toHaveProperty("restrained");
  });

  it("that a breaker withholds is not alerted, since the breaker is", async () => {
    const { record } = await appended({ phase: "Seen" }, evaluation(), breaker);
    expect(record).toMatchObject({ phase: "Held", restrained: "approvals", nextAt: later });
    expect(await fixture.alerts()).toEqual([]);
    expect(await fixture.entries()).toMatchObject([{ restrained: "approvals" }]);
  });

  it("to act has its lease renewed, and no alert yet", async () => {
    const { record } = await appended({ phase: "Seen" }, evaluation({ verdict: approve }));
    expect(record).toMatchObject({
      phase: "Decided",
      action: "approve",
      lease: { owner: "ours", until: plusMs(now, 90_000) },
    });
    expect(await fixture.alerts()).toEqual([]);
  });

  it.each([hold, approve])("raises the alerts of its rule: $kind", async (verdict) => {
    await appended({ phase: "Seen" }, evaluation({ verdict: { ...verdict, alerts } }));
    const types = (await fixture.alerts()).map((each) => each.split(":")[0]);
    expect(types).toContain("Drawbridge.RuleAlert");
  });

  it("conflicts with an approval that it did not count", async () => {
    const { ledger } = fixture.services;
    const other = await fixture.stored({ id: { ...id, text: `${id.text}-2` } });
    const decision = {
      ...decisionOf(attempt(), evaluation({ verdict: approve })),
      connection: other.id.text,
    };
    await ledger.append(other, decision, () => ({
      record: { ...other, phase: "Decided", action: "approve" },
      alerts: [],
    }));
    const stored = await fixture.stored({ phase: "Seen" });
    const found = evaluation({ verdict: approve });
    await expect(appendDecision(attempt(), stored, found, undefined)).rejects.toThrow("another approval");
    const { reservations } = await ledger.head(id.service);
    const counted = evaluation({ verdict: approve, snapshot: { ...found.snapshot, reservations } });
    expect(await appendDecision(attempt(), stored, counted, undefined)).toMatchObject({ phase: "Decided" });
  });
});
