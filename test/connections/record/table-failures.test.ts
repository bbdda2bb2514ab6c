import { describe, expect, it } from "vitest";
import { smallEstate } from "../../../simulator/estate/estate.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { memoryRows } from "../../../src/lib/state/memory-rows.ts";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { RowConflict, type Rows } from "../../../src/lib/state/rows.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

type Failure = (commit: () => Promise<readonly string[]>) => Promise<readonly string[]>;

/** How the table refuses a write, or loses its reply. */
const refusals: Readonly<Record<string, Failure>> = {
  "answers 500": () => Promise.reject(Object.assign(new Error("table"), { statusCode: 500 })),
  "answers 503, throttled": () => Promise.reject(Object.assign(new Error("table"), { statusCode: 503 })),
  "answers 409 or 412": () => Promise.reject(new RowConflict("a row is not as it was read")),
  "loses its reply": async (commit) => {
    await commit();
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  },
  "loses its reply, and the client's own retry finds its write": async (commit) => {
    await commit();
    throw new RowConflict("a row is not as it was read");
  },
};

/** Rows in memory whose commits fail as said: those from `from` on, `times` of them. */
function failingRows(failure: Failure) {
  const rows = memoryRows();
  const faults = { from: Infinity, times: 1, seen: 0 };
  const failing: Rows = {
    ...rows,
    commit: (partition, writes) => {
      const place = faults.seen++;
      const commit = () => rows.commit(partition, writes);
      return place >= faults.from && place < faults.from + faults.times ? failure(commit) : commit();
    },
  };
  return { rows: failing, faults };
}

/** Reviews until the connection is applied, as the queue and the sweeps do; a review that throws is tried again. */
async function reviewUntilApplied(workbench: Workbench, id: ConnectionId): Promise<string> {
  let phase = "";
  for (let tries = 0; tries < 8 && phase !== "Applied"; tries++) {
    phase = await workbench.review(id).then(
      (result) => result.phase ?? "",
      () => "thrown",
    );
    workbench.pass(2 * minuteMs);
  }
  return phase;
}

describe("a table that", () => {
  it.each(Object.entries(refusals))(
    "%s at any one write of a review leads to one PUT, after its decision",
    async (_, failure) => {
      let commits = 0;
      for (let from = 0; from <= commits; from++) {
        const { rows, faults } = failingRows(failure);
        const workbench = await startWorkbench(smallEstate(), rows);
        const id = await workbench.ask();
        faults.from = from;
        expect([from, await reviewUntilApplied(workbench, id), workbench.puts()]).toEqual([
          from,
          "Applied",
          1,
        ]);
        if (from === 0) commits = Math.min(faults.seen, 12);
        const page = await workbench.services.ledger.entries({ service: id.service }, { top: 100 });
        // A write that may have been sent, and was not, is recorded as lost before the next one.
        const entries = page.items.filter(({ kind }) => kind !== "adoption");
        expect(entries.filter(({ kind }) => kind === "decision")).toHaveLength(1);
        expect(entries.at(-1)).toMatchObject({ kind: "outcome", phase: "Applied" });
        await workbench.stop();
      }
      expect(commits).toBeGreaterThan(4);
    },
  );

  it("is down leads to no PUT, and the review to an error, so that the queue tries again", async () => {
    const { rows, faults } = failingRows(refusals["answers 503, throttled"] as Failure);
    const workbench = await startWorkbench(smallEstate(), rows);
    const id = await workbench.ask();
    Object.assign(faults, { from: 0, times: Infinity });
    await expect(workbench.review(id)).rejects.toMatchObject({ statusCode: 503 });
    expect(workbench.puts()).toBe(0);
    faults.from = Infinity;
    expect(await reviewUntilApplied(workbench, id)).toBe("Applied");
    await workbench.stop();
  });
});
