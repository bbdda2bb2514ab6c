import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smallEstate, subscriptions } from "../../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../../simulator/server.ts";
import { systemClock } from "../clock.ts";
import { jsonLog } from "../log.ts";
import { arm } from "./arm.ts";
import { armClients } from "./arm-clients.ts";
import { budget } from "./budget.ts";
import { parseServiceId } from "./resource-id.ts";
import { onSimulator } from "../../surroundings.ts";

describe("a budget", () => {
  const at = (ms: number) => ({ now: () => new Date(ms) });
  const spent = async (instances: number, kind: "reads" | "writes") => {
    const within = budget(at(0), instances);
    let taken = 0;
    // With the clock standing still, what has to wait would wait for ever as far as this test goes.
    for (; taken < 1_000; taken++) {
      const late = AbortSignal.timeout(5);
      const waited = await within.take("s", kind, late).then(
        () => false,
        () => true,
      );
      if (waited) return taken;
    }
    return taken;
  };

  it.each([
    [1, "reads", 240],
    [4, "reads", 60],
    [1, "writes", 190],
  ] as const)("of one of %d has so many %s at once", async (instances, kind, most) => {
    expect(await spent(instances, kind)).toBe(most);
  });

  it("is of one subscription and one kind, and fills again", async () => {
    let now = 0;
    const within = budget({ now: () => new Date(now) }, 190);
    const late = () => AbortSignal.timeout(5);
    await within.take("a", "reads", late());
    await expect(within.take("a", "reads", late())).rejects.toThrow("aborted");
    await within.take("a", "writes", late());
    await within.take("b", "reads", late());
    now += 60_000;
    await within.take("a", "reads", late());
  });
});

describe("ARM's throttling", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator(smallEstate());
  });
  afterEach(() => simulator.stop());

  const id = parseServiceId(
    `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`,
  );
  const azureWith = (options: Parameters<typeof armClients>[1]) =>
    arm(
      armClients(onSimulator(simulator.url).arm, options),
      jsonLog(() => {}, systemClock),
      systemClock,
    );
  const ask = async (azure: ReturnType<typeof arm>, times: number) => {
    if (id === undefined) throw new Error("no id");
    const reads = await Promise.all(Array.from({ length: times }, () => azure.service(id)));
    return reads.filter(({ kind }) => kind === "unknown");
  };

  it("refuses a burst that keeps to no budget, and says for how long", async () => {
    await ask(azureWith({}), 300);
    expect(simulator.seen.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  });

  it("is asked nothing more before the time that it named", async () => {
    let now = 0;
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "30" },
    };
    simulator.faults.add({ method: "GET", path: "/service/", does: { kind: "answer", answer } });
    const azure = azureWith({ budget: budget({ now: () => new Date(now) }, 1) });
    const throttled = [{ kind: "unknown", reason: "throttled" }];
    for (let times = 0; times < 3; times++) expect(await ask(azure, 1)).toEqual(throttled);
    now = 27_900;
    expect(await ask(azure, 1)).toEqual(throttled);
    expect(simulator.seen).toHaveLength(1);
    now = 30_000;
    expect(await ask(azure, 1)).toEqual([]);
  });

  it("is waited for where that is a moment", async () => {
    const within = budget({ now: () => new Date(0) }, 1);
    within.pause("s", "reads", 50);
    const before = performance.now();
    await within.take("s", "reads");
    expect(performance.now() - before).toBeGreaterThan(45);
    await within.take("other", "reads");
  });

  it("refuses nothing of what keeps to its budget", async () => {
    expect(await ask(azureWith({ budget: budget(systemClock, 1) }), 300)).toEqual([]);
    expect(simulator.seen.filter(({ status }) => status === 429)).toEqual([]);
  });
});
