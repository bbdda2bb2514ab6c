import { beforeEach, describe, expect, it } from "vitest";
import {
  changed,
  earlier,
  fullRecord,
  id,
  later,
  leastRecord,
} from "../../../../test/connections/records.ts";
import { reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { endAttempt } from "./end-attempt.ts";

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

/** What the review of a record waits for after its attempt ended; undefined where it is closed. */
async function waitAfter(record: ConnectionRecord) {
  const { ledger } = fixture.services;
  const announced: string[] = [];
  const alerts = {
    announce: (owner: unknown) => Promise.resolve(void announced.push((owner as typeof id).text)),
  };
  await endAttempt({ ledger, alerts: alerts as never }, record, await ledger.openReview(id));
  expect(announced).toEqual([id.service.text]);
  return (await ledger.findOpenReview(id)) ?? "closed";
}

const held = { ...leastRecord("Held"), nextAt: later, verdict: "hold", policyHash: "h-1" } as const;
const forPerson = { until: later, decider: "h-1", heldSince: earlier };

describe("the review of a connection", () => {
  it.each<[string, ConnectionRecord, object]>([
    ["that is held waits for a person, or another policy", held, forPerson],
    [
      "that a breaker holds waits for that",
      { ...held, restrained: "approvals" },
      { until: later, decider: "h-1", breaker: "approvals" },
    ],
    [
      "that a breaker holds, and whose attempt ended in a difficulty, waits for the next attempt",
      { ...held, restrained: "approvals", attempts: 1 },
      { until: later, decider: "h-1" },
    ],
    [
      "that waits for a change window waits for no person",
      { ...held, opensAt: later },
      { until: later, decider: "h-1" },
    ],
    [
      "that the mode holds waits for no person",
      { ...held, verdict: "approve" },
      { until: later, decider: "h-1" },
    ],
    [
      "that is held without a decision waits for no policy",
      changed(held, ["policyHash"]),
      { until: later, heldSince: earlier },
    ],
    [
      "that failed waits for its time, whatever the policy is",
      { ...held, phase: "Failed" },
      { until: later },
    ],
    [
      "that a person approved while a breaker was open waits for that, whatever failed",
      { ...held, phase: "Decided", waitsForPermit: "approvals", attempts: 1 },
      { until: later, breaker: "approvals" },
    ],
    [
      "that is announced to be revoked waits for another policy than the one that judged it",
      changed({ ...fullRecord("Applied"), nextAt: later }, ["queuedAt", "waitsForPermit"]),
      { until: later, decider: "j-0" },
    ],
    [
      "that was judged, and is not announced to be revoked, does not",
      changed({ ...fullRecord("Applied"), nextAt: later }, ["revocation", "queuedAt", "waitsForPermit"]),
      { until: later },
    ],
    [
      "that is in line is in the line",
      { ...leastRecord("Decided"), nextAt: later, queuedAt: earlier },
      { until: later, queuedAt: earlier },
    ],
  ])("%s", async (_, record, wait) => {
    expect(await waitAfter(record)).toMatchObject({ wait });
    const { wait: found } = (await fixture.services.ledger.findOpenReview(id)) ?? {};
    expect(found).toStrictEqual(wait);
  });

  it.each(["Applied", "Gone", "Adopted", "Overridden", "Revoked", "Failed", "Held"] as const)(
    "that has nothing left to do is closed in the phase %s",
    async (phase) => {
      expect(await waitAfter(leastRecord(phase))).toBe("closed");
    },
  );

  it.each(["Seen", "Decided", "Applying"] as const)(
    "that is unfinished without a time stays open in the phase %s, for the next sweep",
    async (phase) => {
      const open = await waitAfter(leastRecord(phase));
      expect(open).toMatchObject({ id });
      expect(open).not.toHaveProperty("wait");
    },
  );

  it("lists the connection with what it left", async () => {
    const record = await fixture.stored({ phase: "Applied", state: "Approved" });
    await waitAfter(record);
    const listed = await fixture.rows.list({
      partition: { from: "open", to: "opep" },
      prefix: "listed-",
      top: 10,
    });
    expect(listed.rows.map(({ value }) => value)).toMatchObject([
      { id: id.text, phase: "Applied", state: "Approved" },
    ]);
  });
});
