import { beforeEach, describe, expect, it } from "vitest";
import { id, later, now } from "../../../../test/connections/records.ts";
import { reviewFixture, type ReviewFixture } from "../../../../test/connections/review-fixture.ts";
import { minuteMs, plusMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { confirmDeleted } from "./confirm-deleted.ts";

const difficulty = "it was not found, and is read again to be sure";
const ago = (ms: number) => plusMs(now, -ms);

let fixture: ReviewFixture;
beforeEach(() => {
  fixture = reviewFixture();
});

async function after(more: Partial<ConnectionRecord>): Promise<ConnectionRecord> {
  const record = await confirmDeleted(fixture.services, await fixture.stored({ state: "Pending", ...more }));
  expect(await fixture.services.ledger.find(id)).toEqual(record);
  return record;
}

describe("a connection that is not found", () => {
  it("is read again, and may be there", async () => {
    expect(await after({})).toMatchObject({ phase: "Decided", missingSince: now.toISOString(), difficulty });
    expect(await fixture.entries()).toEqual([]);
  });

  it("is read again while it is missing for less than a minute", async () => {
    const missingSince = ago(minuteMs - 1);
    expect(await after({ missingSince })).toMatchObject({ phase: "Decided", missingSince, difficulty });
  });

  it("is gone after a minute, without an alert", async () => {
    const record = await after({ missingSince: ago(minuteMs), nextAt: later });
    expect(record).toMatchObject({ phase: "Gone", reason: "it is not there any more" });
    expect(record).not.toHaveProperty("nextAt");
    expect(await fixture.entries()).toMatchObject([
      { kind: "outcome", phase: "Gone", reason: "it is not there any more" },
    ]);
    expect(await fixture.alerts()).toEqual([]);
  });

  it("stays gone, and nothing is said again", async () => {
    const record = await after({ phase: "Gone", missingSince: ago(minuteMs), nextAt: later, attempts: 3 });
    expect(record).toMatchObject({ phase: "Gone", attempts: 0 });
    expect(record).not.toHaveProperty("nextAt");
    expect(await fixture.entries()).toEqual([]);
  });
});
