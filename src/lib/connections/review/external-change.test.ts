import { beforeEach, describe, expect, it } from "vitest";
import { decisionWith, earlier, id } from "../../../../test/connections/records.ts";
import {
  endpointId,
  otherId,
  reviewFixture,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import type { Connection } from "../azure-connections.ts";
import type { ConnectionRecord, Decision } from "../record/connection-record.ts";
import { confirmWrite } from "./confirm-write.ts";
import { resolveExternalChange } from "./external-change.ts";

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const held = { phase: "Held", state: "Pending", endpointId, verdict: "hold" } as const;
const write = { sentAt: earlier };

/** Records a decision. Returns its id. */
async function decisionFor(record: ConnectionRecord, more: Partial<Decision> = {}): Promise<string> {
  const { id: _, at: _at, ...decision } = decisionWith();
  const facts = { known: { "endpoint.id": shown.endpointId }, unknown: {} };
  const draft = { ...decision, kind: "decision", connection: id.text, facts, ...more } as unknown as Decision;
  let decisionId = "";
  await fixture.services.ledger.append(record, draft, (entry) => {
    decisionId = entry.id;
    return { record, alerts: [] };
  });
  return decisionId;
}

async function resolved(more: Partial<ConnectionRecord>, connection: Partial<Connection>) {
  const record = await fixture.stored({ ...held, ...more });
  return resolveExternalChange(fixture.services, record, { ...shown, state: "Approved", ...connection });
}

describe("a connection that left Pending", () => {
  it.each<[string, Partial<ConnectionRecord>, Partial<Connection>, ConnectionRecord["phase"]]>([
    [
      "by a write that we follow is ours",
      { phase: "Applying", action: "approve", write },
      { description: "" },
      "Applied",
    ],
    [
      "by nobody's write is somebody else's",
      { phase: "Decided", action: "approve" },
      { description: "" },
      "Overridden",
    ],
    [
      "to another state than we wrote is somebody else's",
      { phase: "Applying", action: "approve", write },
      { description: "", state: "Rejected" },
      "Overridden",
    ],
    [
      "with somebody's description is somebody else's, whatever we follow",
      { phase: "Applying", action: "approve", write },
      { description: "by Ada" },
      "Overridden",
    ],
    [
      "with a decision that we do not know is somebody else's",
      {},
      { description: "drawbridge x-1: no" },
      "Overridden",
    ],
  ])("%s", async (_, more, connection, phase) => {
    const record = await resolved(more, connection);
    expect(record).toMatchObject({ phase, state: connection.state ?? "Approved" });
    expect(await fixture.services.ledger.find(id)).toEqual(record);
  });

  it("by somebody else is alerted, with our verdict", async () => {
    await resolved({}, { description: "" });
    const reason = "it was set to Approved outside Drawbridge, whose verdict was hold";
    expect(await fixture.alerts()).toEqual([`Drawbridge.ConnectionOverridden: ${reason}`]);
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Overridden", state: "Approved", reason },
    ]);
  });

  it("before we had a verdict says so", async () => {
    const record = await fixture.stored({ phase: "Held", state: "Pending" });
    await resolveExternalChange(fixture.services, record, { ...shown, state: "Rejected", description: "" });
    expect(await fixture.alerts()).toEqual([
      "Drawbridge.ConnectionOverridden: it was set to Rejected outside Drawbridge, which had not decided yet",
    ]);
  });
});

describe("a connection whose description names an earlier decision of ours", () => {
  async function phaseWith(decided: Partial<Decision>, connection: Partial<Connection> = {}) {
    const record = await fixture.stored(held);
    const decisionId = await decisionFor(record, decided);
    const stored = (await fixture.services.ledger.find(id)) ?? record;
    const description = `drawbridge ${decisionId}: it fits`;
    const next = await resolveExternalChange(fixture.services, stored, {
      ...shown,
      state: "Approved",
      description,
      ...connection,
    });
    return next.phase;
  }
  const { endpointId: _, ...withoutEndpoint } = shown;

  it("is ours, by that decision", async () => {
    expect(await phaseWith({})).toBe("Applied");
    const decision = (await fixture.entries()).find(({ kind }) => kind === "decision");
    const record = await fixture.services.ledger.find(id);
    expect(record).toMatchObject({ decisionId: decision?.id, action: "approve", verdict: "approve" });
  });

  it("is ours where the endpoint's id is written in other case", async () => {
    expect(await phaseWith({}, { endpointId: endpointId.replace("resourceGroups", "RESOURCEGROUPS") })).toBe(
      "Applied",
    );
  });

  it("is ours where the decision had no endpoint, or the answer has none", async () => {
    expect(await phaseWith({ facts: { known: {}, unknown: {} } })).toBe("Applied");
    fixture = reviewFixture();
    const record = await fixture.stored(held);
    const description = `drawbridge ${await decisionFor(record)}: it fits`;
    const stored = (await fixture.services.ledger.find(id)) ?? record;
    const answer = { ...withoutEndpoint, state: "Approved", description };
    expect(await resolveExternalChange(fixture.services, stored, answer)).toMatchObject({ phase: "Applied" });
  });

  it.each<[string, Partial<Decision>, Partial<Connection>]>([
    ["about another connection", { connection: otherId.text }, {}],
    ["to do something else", { action: "reject" }, {}],
    ["for another endpoint", {}, { endpointId: `${endpointId}-2` }],
  ])("is not ours if that was %s", async (_title, decided, connection) => {
    expect(await phaseWith(decided, connection)).toBe("Overridden");
  });

  it("is not ours if what it names is no decision", async () => {
    const record = await fixture.stored(held);
    const { ledger } = fixture.services;
    let entryId = "";
    const outcome = { kind: "outcome", connection: id.text, phase: "Held", reason: "x" } as const;
    const stored = await ledger.append(record, outcome, (entry) => {
      entryId = entry.id;
      return { record, alerts: [] };
    });
    const connection = { ...shown, state: "Approved", description: `drawbridge ${entryId}: it fits` };
    expect(await resolveExternalChange(fixture.services, stored, connection)).toMatchObject({
      phase: "Overridden",
    });
  });
});

describe("our own write", () => {
  const applying = {
    phase: "Applying",
    state: "Pending",
    endpointId,
    action: "approve",
    decisionId: "d-1",
    write,
  } as const;
  const confirmed = async (connection: Partial<Connection>) =>
    confirmWrite(fixture.services, await fixture.stored(applying), { ...shown, ...connection });

  it.each<[string, Partial<Connection>, ConnectionRecord["phase"]]>([
    [
      "is applied if Azure shows it",
      { state: "Approved", description: "drawbridge d-1: it fits" },
      "Applied",
    ],
    [
      "is applied if Azure shows its state without a description",
      { state: "Approved", description: "" },
      "Applied",
    ],
    ["is somebody else's in another state", { state: "Rejected", description: "" }, "Overridden"],
    [
      "is somebody else's in another state, even with our description",
      { state: "Rejected", description: "drawbridge d-1: it fits" },
      "Overridden",
    ],
    [
      "is somebody else's with another description",
      { state: "Approved", description: "by Ada" },
      "Overridden",
    ],
  ])("%s", async (_, connection, phase) => {
    expect(await confirmed(connection)).toMatchObject({ phase, state: connection.state });
  });
});
