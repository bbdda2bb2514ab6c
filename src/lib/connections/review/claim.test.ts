import { beforeEach, describe, expect, it } from "vitest";
import { earlier, id, later, now } from "../../../../test/connections/records.ts";
import {
  reviewFixture,
  service,
  shown,
  type ReviewFixture,
} from "../../../../test/connections/review-fixture.ts";
import { plusMs } from "../../clock.ts";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { RecordChanged } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { claim, renewed } from "./claim.ts";

const request = { id, cause: "event", actor: "test", requestedAt: now } as const;
const ours = { owner: "ours", until: plusMs(now, 90_000) };
const approved = { ...shown, state: "Approved" };

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

const claimed = (more: Partial<ConnectionRecord>, isFirst: boolean) => ({
  kind: "claimed",
  record: { reviewedAt: now.toISOString(), lease: ours, ...more },
  request: { ...request, firstSight: isFirst },
});
const adopt = () => fixture.services.ledger.adopt(id.service, [], () => []);

describe("a claim of a connection with a record", () => {
  it.each([
    ["nobody has it", {}],
    ["the lease of another attempt is over", { lease: { owner: "other", until: now.toISOString() } }],
  ])("succeeds if %s", async (_, more) => {
    const record = await fixture.stored(more);
    const end = await claim(fixture.services, request, { kind: "admitted", record });
    expect(end).toMatchObject(claimed({ phase: "Decided" }, false));
    expect(await fixture.services.ledger.find(id)).toMatchObject({ lease: ours });
  });

  it("is refused while another attempt holds the lease", async () => {
    const record = await fixture.stored({ lease: { owner: "other", until: later } });
    expect(await claim(fixture.services, request, { kind: "admitted", record })).toStrictEqual({
      kind: "refused",
      reason: "another review of it is at work",
    });
  });

  it("is refused if another attempt claimed it first", async () => {
    const record = await fixture.stored();
    await fixture.services.ledger.save({ ...record, attempts: 1 });
    const late = claim(fixture.services, request, { kind: "admitted", record });
    await expect(late).rejects.toThrow(RecordChanged);
  });

  it("is for the first connection of its service that was seen, if the request says so", async () => {
    const record = await fixture.stored();
    const first = { ...request, firstSight: true };
    const end = await claim(fixture.services, first, { kind: "admitted", record });
    expect(end).toMatchObject({ request: { firstSight: true } });
  });
});

describe("a connection without a record", () => {
  it("is seen first, in a service that is known", async () => {
    await adopt();
    const end = await claim(fixture.services, request, { kind: "admitted", read: knownRead(approved) });
    expect(end).toMatchObject(claimed({ phase: "Seen", firstSeenAt: now.toISOString() }, false));
    expect(await fixture.services.ledger.find(id)).toMatchObject({ phase: "Seen", lease: ours });
  });

  it("is not claimed if another attempt recorded it since", async () => {
    await adopt();
    await fixture.stored();
    const late = claim(fixture.services, request, { kind: "admitted", read: knownRead(shown) });
    await expect(late).rejects.toThrow(RecordChanged);
  });

  it("has the record that the adoption of its service made", async () => {
    fixture.world.service = knownRead({
      ...service,
      connections: knownRead([approved]),
      readable: [approved],
    });
    const end = await claim(fixture.services, request, { kind: "admitted", read: knownRead(approved) });
    expect(end).toMatchObject(claimed({ phase: "Adopted", state: "Approved" }, true));
  });

  it.each([
    ["it is Pending", knownRead(shown)],
    ["it could not be read", unknownRead("failed")],
  ])("is reviewed, though its service could not be adopted, if %s", async (_, read) => {
    fixture.world.service = unknownRead("forbidden");
    const end = await claim(fixture.services, request, { kind: "admitted", read });
    expect(end).toMatchObject(claimed({ phase: "Seen" }, true));
  });

  it("in a final state waits until its service can be adopted", async () => {
    const unread = { kind: "refused", reason: "its service, which was never read before, could not be read" };
    for (const found of [
      unknownRead("forbidden"),
      knownRead({ ...service, connections: unknownRead("incomplete-list") }),
    ]) {
      fixture.world.service = found;
      const end = await claim(fixture.services, request, { kind: "admitted", read: knownRead(approved) });
      expect(end).toStrictEqual(unread);
    }
    expect(await fixture.services.ledger.find(id)).toBeUndefined();
  });
});

it("a lease is renewed for as long again, if there is one", async () => {
  const record = await fixture.stored({ lease: { owner: "ours", until: earlier } });
  expect(renewed(record, fixture.services.clock)).toEqual({ ...record, lease: ours });
});
