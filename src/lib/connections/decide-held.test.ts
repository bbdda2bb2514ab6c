import { beforeEach, describe, expect, it } from "vitest";
import { fullRecord, id, later, now } from "../../../test/connections/records.ts";
import { approvedBy, shown } from "../../../test/connections/review-fixture.ts";
import {
  inTurn,
  wholeReviewFixture,
  type WholeReviewFixture,
} from "../../../test/connections/whole-review.ts";
import { hourMs, plusMs } from "../clock.ts";
import { knownRead } from "../estate/read.ts";
import { decideHeld, type HeldDecision } from "./decide-held.ts";
import type { Azure } from "./azure-connections.ts";
import type { ConnectionRecord } from "./record/connection-record.ts";

const asked = { by: "ana@contoso.example", objectId: "o-1", reason: "I know it" };
const held = { phase: "Held", state: "Pending", reason: "nobody knows it" } as const;
const difficulty = "Azure has not confirmed it yet";

let fixture: WholeReviewFixture;
beforeEach(() => {
  fixture = wholeReviewFixture();
  fixture.serviceIs("Standard", "Enabled");
});

function decide(more: Partial<HeldDecision> = {}, azure: Partial<Azure> = fixture.writesAtOnce()) {
  const services = { ...fixture.services, azure: { ...fixture.services.azure, ...azure } };
  return decideHeld(services, { connection: id, verdict: "approve", ...asked, ...more });
}

describe("a person's decision on a held connection", () => {
  it("is recorded with who made it, and applied", async () => {
    await fixture.stored(held);
    const result = await decide();
    const record = await fixture.record();
    expect(result).toEqual({ kind: "decided", record, decisionId: record?.decisionId });
    expect(record).toMatchObject({
      phase: "Applied",
      state: "Approved",
      person: { verdict: "approve", ...asked },
    });
    expect((await fixture.entries()).at(-1)).toMatchObject({
      id: record?.decisionId,
      cause: "http",
      actor: `http:${asked.by}`,
      actorObjectId: asked.objectId,
      action: "approve",
    });
  });

  it("says that it waits for Azure", async () => {
    await fixture.stored(held);
    const result = await decide({}, {});
    expect(result).toMatchObject({ kind: "decided", waitsFor: difficulty, record: { phase: "Applying" } });
  });

  it("says until when it waits for a limit", async () => {
    await fixture.stored(held);
    await fixture.services.breakers.acquireApproval();
    const result = await decide();
    const record = await fixture.record();
    expect(record).toMatchObject({ phase: "Decided", waitsForPermit: "approvals" });
    const waitsFor = `${record?.difficulty}; it is tried again at ${record?.nextAt}`;
    expect(result).toMatchObject({ kind: "decided", waitsFor });
  });

  it("is in force once it is recorded, however its review ends", async () => {
    await fixture.stored(held);
    const { ledger } = fixture.services;
    const first = inTurn(knownRead(shown));
    const result = await decide(
      {},
      {
        connection: async () => {
          const record = await fixture.record();
          if (record?.phase === "Decided") await ledger.save({ ...record, attempts: 7 });
          return first();
        },
      },
    );
    const record = await fixture.record();
    expect(record).toMatchObject({ phase: "Decided", attempts: 7 });
    expect(result).toMatchObject({ kind: "decided", decisionId: record?.decisionId });
  });

  it("needs a connection that is recorded", async () => {
    expect(await decide()).toEqual({ kind: "unknown connection" });
    expect(await fixture.record()).toBeUndefined();
  });
});

it("an approval that ends and is renewed has an entry of its own, and no write", async () => {
  const term = { until: later, nextAt: later };
  const approved = {
    phase: "Applied",
    state: "Approved",
    action: "approve",
    decisionId: "d-0",
    term,
  } as const;
  await fixture.stored(approved);
  fixture.world.connection = knownRead(approvedBy("d-0"));
  const result = await decide({ until: plusMs(now, 48 * hourMs) });
  const [entry] = await fixture.entries();
  expect(result).toMatchObject({ kind: "decided", decisionId: entry?.id, record: { decisionId: "d-0" } });
  expect(fixture.world.puts).toEqual([]);
});

describe("a decision is refused", () => {
  it("if the policy rejects the connection", async () => {
    await fixture.stored(held);
    fixture.serviceIs("Developer", "Enabled");
    expect(await decide()).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/^the policy rejects it \(.*\); only an exemption/) as string,
      record: held,
    });
  });

  const { person } = fullRecord("Held");
  const rejection = { ...person, verdict: "reject" } as const;
  const isBusy = "another review of it is at work; ask again later";
  const sent = "what was decided is sent to Azure, and cannot be changed any more";
  it.each<[string, Partial<ConnectionRecord>, string]>([
    ["for now, while another review is at work", held, isBusy],
    [
      "for now, while an approval waits that it would replace",
      { phase: "Decided", action: "approve", person },
      isBusy,
    ],
    [
      "for now, where the review of an approval met a difficulty",
      { phase: "Applied", difficulty },
      `${difficulty}; ask again later`,
    ],
    [
      "while a write is under way",
      { phase: "Applying", write: { sentAt: later } },
      `its phase is Applying: ${sent}`,
    ],
    [
      "while a person's rejection waits",
      { phase: "Decided", action: "reject", person: rejection, reason: "Bob rejected it" },
      "Bob rejected it; a rejection that waits to be applied stays; the requester has to create a new endpoint to ask again",
    ],
    [
      "where the policy decided",
      { phase: "Decided", state: "Pending", reason: "it fits", difficulty },
      "it is not held: its phase is Decided (it fits)",
    ],
    [
      "where it failed",
      { phase: "Failed", state: "Pending", difficulty, person: rejection, reason: "Bob rejected it" },
      `it is not held: its phase is Failed (${difficulty})`,
    ],
    [
      "where it failed before it had a difficulty",
      { phase: "Failed", state: "Pending", reason: "Bob rejected it" },
      "it is not held: its phase is Failed (Bob rejected it)",
    ],
    [
      "where it is applied",
      { phase: "Applied", state: "Approved", reason: "it fits" },
      "it is not held: its phase is Applied (it fits)",
    ],
    [
      "where it is rejected, which Azure keeps",
      { phase: "Overridden", state: "Rejected" },
      "it is not held: its phase is Overridden; Azure keeps a rejection, so the requester has to create a new endpoint to ask again",
    ],
    ["where nothing is known of it", { phase: "Seen" }, "it is not held: its phase is Seen"],
    [
      "where it could not be evaluated yet",
      { phase: "Seen", difficulty },
      `it is not held: its phase is Seen (${difficulty})`,
    ],
  ])("%s", async (_, more, reason) => {
    const record = await fixture.stored({ ...more, lease: { owner: "other", until: later } });
    expect(await decide()).toEqual({ kind: "refused", reason, record });
  });

  it.each<[string, Partial<ConnectionRecord>, string]>([
    [
      "of what is approved, with how it is taken back",
      { phase: "Applied", state: "Approved", reason: "ana approved it: ok" },
      "Applied (ana approved it: ok); to take the approval back, reject it in the portal, or let a policy with revoke: rejected reject it",
    ],
    ["of what is rejected already", { phase: "Overridden", state: "Rejected" }, "Overridden"],
    ["of what nothing is known of", { phase: "Seen" }, "Seen"],
  ])("where a rejection is asked for %s", async (_, more, phase) => {
    const record = await fixture.stored({ ...more, lease: { owner: "other", until: later } });
    const reason = `it is not held: its phase is ${phase}`;
    expect(await decide({ verdict: "reject" })).toEqual({ kind: "refused", reason, record });
  });
});
