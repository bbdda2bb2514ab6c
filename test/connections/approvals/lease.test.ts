import { afterEach, beforeEach, expect, it } from "vitest";
import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { keyedMutex } from "../../../src/lib/keyed-mutex.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** A lease lasts for as long as an attempt may take from one write of its record to the next. */

/** Just under the time after which a call to Azure is given up. */
const longMs = 9_900;

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

/**
 * An Azure each of whose answers takes long, by the workbench's clock; calls at the same time take it at the same time.
 */
function slowAzure(afterEachAnswer: () => Promise<void>): Azure {
  const now = () => workbench.services.clock.now().getTime();
  const slowed = Object.entries(workbench.services.azure).map(([name, call]) => [
    name,
    async (...asked: unknown[]): Promise<unknown> => {
      const until = now() + longMs;
      const answer: unknown = await (call as (...asked: unknown[]) => Promise<unknown>)(...asked);
      workbench.pass(Math.max(0, until - now()));
      await afterEachAnswer();
      return answer;
    },
  ]);
  return Object.fromEntries(slowed) as Azure;
}

it.each([
  ["approves", subscriptions.landingZone, "Approved"],
  ["rejects", subscriptions.sandbox, "Rejected"],
])(
  "no other instance takes over from a review that %s while Azure answers as late as it may",
  async (_, subscriptionId, state) => {
    const id = await workbench.ask({ subscriptionId });
    await workbench.under({ mode: "observe" }).review(id);
    const other = { ...workbench.services, serviceMutex: keyedMutex() };
    const request = () =>
      ({ id, cause: "http", actor: "test", requestedAt: workbench.services.clock.now() }) as const;
    const reasons: (string | undefined)[] = [];
    const azure = slowAzure(async () => {
      const { lease } = (await workbench.services.ledger.find(id)) ?? {};
      // Before the first attempt has a lease, and after it gave it back, another one may begin.
      if (lease !== undefined) reasons.push((await review(other, request())).reason);
    });
    expect(await review({ ...workbench.services, azure }, request())).toMatchObject({ applied: true });
    expect(workbench.onAzure(id).status).toBe(state);
    expect(workbench.puts()).toBe(1);
    expect(reasons.length).toBeGreaterThan(6);
    expect(new Set(reasons)).toEqual(new Set(["another review of it is at work"]));
  },
);
