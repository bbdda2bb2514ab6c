import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { minuteMs, plusMs } from "../../../src/lib/clock.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { reevaluate } from "../../../src/lib/connections/reevaluation/reevaluate.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { record } = observationsOf(() => workbench);
describe("a review whose turn does not come in time", () => {
  /** The services, with a mutex that each review waits three minutes for. */
  const behind = ({ service }: { readonly service: { readonly text: string } }) => {
    const { serviceMutex } = workbench.services;
    const { promise, resolve } = Promise.withResolvers<void>();
    void serviceMutex.runExclusive(service.text, () => promise);
    const runExclusive: typeof serviceMutex.runExclusive = (key, work) => {
      const mine = serviceMutex.runExclusive(key, work);
      workbench.pass(3 * minuteMs);
      resolve();
      return mine;
    };
    return { ...workbench.services, serviceMutex: { runExclusive } };
  };
  const request = () =>
    ({ cause: "sweep", actor: "test", requestedAt: workbench.services.clock.now() }) as const;

  it("is left to the next sweep, by an open review if the connection has a record", async () => {
    const [known, fresh] = [await workbench.ask(), await workbench.ask()];
    await workbench.review(known);
    const calls = workbench.simulator.seen.length;
    for (const id of [known, fresh])
      expect(await review(behind(id), { ...request(), id })).toMatchObject({
        applied: false,
        reason: "other reviews of its service take long; the next sweep reviews it",
      });
    expect(workbench.simulator.seen.length).toBe(calls);
    expect(await record(fresh)).toBeUndefined();
    expect(await workbench.unfinished()).toBe(1);
    await workbench.calm();
    expect(workbench.onAzure(fresh).status).toBe("Approved");
    expect(await workbench.unfinished()).toBe(0);
  });

  it("ends the review of its service, which then does not count as read", async () => {
    const id = await workbench.ask();
    const { digests } = workbench.services;
    const read = async () => (await digests.all()).get(digests.keyOf(id.service))?.readAt;
    expect(await reviewService(behind(id), id.service, request())).toEqual([]);
    expect(await read()).toBeUndefined();
    await workbench.calm();
    expect(workbench.onAzure(id).status).toBe("Approved");
    await reviewService(workbench.services, id.service, request());
    expect(await read()).toBeDefined();
  });
});

describe("a review of a service", () => {
  it("reviews what is Pending one after the other, and nothing that is settled", async () => {
    const first = await workbench.ask();
    await workbench.review(first);
    const second = await workbench.ask();
    workbench.pass(1);
    const request = { cause: "event", actor: "test", requestedAt: workbench.services.clock.now() } as const;
    const results = await reviewService(workbench.services, first.service, request);
    expect(results).toMatchObject([{ connection: second.text, applied: true }]);
  });

  it("reports that the service could not be read, not that it has no connections", async () => {
    const { service } = await workbench.ask();
    workbench.simulator.faults.add({
      path: "/service/apim-orders",
      times: 10,
      does: { kind: "answer", answer: { status: 500, body: {} } },
    });
    const request = { cause: "event", actor: "test", requestedAt: workbench.services.clock.now() } as const;
    expect(await reviewService(workbench.services, service, request)).toBeUndefined();
  });
});

describe("a re-evaluation", () => {
  const soon = () => plusMs(workbench.services.clock.now(), minuteMs);

  it("of more than there is time for returns the remaining connections, and continues after the last one", async () => {
    const ids = [
      await workbench.ask({ name: "pe-c" }),
      await workbench.ask({ name: "pe-a" }),
      await workbench.ask(),
    ];
    const inOrder = ids.map(({ text }) => text).toSorted();
    const asked = { scope: ids[0]!.service, dryRun: false, states: ["Pending"], actor: "test" };
    const { azure } = workbench.services;
    let reads = 0;
    const service: typeof azure.service = (id) => {
      // The first read lists the connections; the second is the first review's.
      if (++reads === 2) workbench.pass(2 * minuteMs);
      return azure.service(id);
    };
    const first = await reevaluate(
      { ...workbench.services, azure: { ...azure, service } },
      { ...asked, startBefore: soon() },
    );
    if (first.kind === "unknown") throw new Error("it could be read");
    const { results, remaining } = first.value;
    expect([...results.map(({ connection }) => connection), ...remaining.map(({ text }) => text)]).toEqual(
      inOrder,
    );
    expect(results).toHaveLength(1);
    const after = inOrder[0]!;
    const second = await reevaluate(workbench.services, { ...asked, startBefore: soon(), after });
    expect(second).toMatchObject({
      value: {
        results: inOrder.slice(1).map((connection) => ({ connection, applied: true })),
        remaining: [],
      },
    });
  });

  it("of connections that are not Pending returns the policy's verdict and writes nothing", async () => {
    const id = await workbench.ask();
    await workbench.review(id);
    workbench.pass(1);
    const changed = workbench.under({ landingZones: [] });
    const asked = {
      scope: id.service,
      dryRun: false,
      states: ["Approved"],
      actor: "test",
      startBefore: soon(),
    };
    expect(await reevaluate(changed.services, asked)).toMatchObject({
      value: {
        results: [
          { connection: id.text, state: "Approved", verdict: "hold", applied: false, reason: "not pending" },
        ],
        remaining: [],
      },
    });
    expect(workbench.onAzure(id).status).toBe("Approved");
    expect(workbench.puts()).toBe(1);
  });

  it("as a dry run records and changes nothing", async () => {
    const id = await workbench.ask();
    const asked = { scope: id, dryRun: true, states: [], actor: "test", startBefore: soon() };
    expect(await reevaluate(workbench.services, asked)).toMatchObject({
      value: { results: [{ verdict: "approve", applied: false, reason: "dry run" }], remaining: [] },
    });
    expect(await record(id)).toBeUndefined();
    expect(workbench.puts()).toBe(0);
  });
});
