import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { continueReevaluations } from "../../../src/functions/continue-reevaluation.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import {
  beginReevaluation,
  reevaluationStatus,
} from "../../../src/lib/connections/reevaluation/reevaluation.ts";
import { counters } from "../../../src/lib/counters.ts";
import { limitedInventory } from "../../../src/lib/estate/inventory-page.ts";
import { unknownRead } from "../../../src/lib/estate/read.ts";
import { generatedEstate, landingZones } from "../../../simulator/estate/generate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** The queue's function that continues the reevaluation of a large scope. */
let workbench: Workbench;
beforeEach(async () => {
  const world = generatedEstate({ services: 3, subscriptions: 1, pending: 12, approved: 0, seed: 7 });
  const hosts = [...world.subscriptions.keys()].filter((id) => !landingZones.includes(id));
  workbench = (await startWorkbench(world)).under({ landingZones, scope: { subscriptions: hosts } });
});
afterEach(() => workbench.stop());

const services = () => ({ ...workbench.services, counters: counters() });
const begin = async () => {
  const asked = { dryRun: true, states: ["Pending"], actor: "http" };
  return (await beginReevaluation(services(), { kind: "all", text: "all" }, asked)).id;
};
const reading = (service: Azure["service"]) => ({
  ...services(),
  azure: { ...workbench.services.azure, service },
});

describe("a message about a reevaluation", () => {
  it("is followed by another while there is more to do", async () => {
    const id = await begin();
    const slow = reading((each) => {
      workbench.pass(3 * minuteMs);
      return workbench.services.azure.service(each);
    });
    expect(await continueReevaluations(slow)({ v: 1, id })).toEqual([{ v: 1, id }]);
    expect(await continueReevaluations(services())({ v: 1, id })).toBeUndefined();
    expect(await reevaluationStatus(workbench.services.appState, id)).toMatchObject({
      services: 3,
      unread: [],
    });
  });

  it("continues with the other services if one cannot be read, and names it", async () => {
    const id = await begin();
    const [first] = workbench.simulator.world.services.values();
    const blind = reading((each) =>
      each.text.toLowerCase() === first?.id.toLowerCase()
        ? Promise.resolve(unknownRead("forbidden"))
        : workbench.services.azure.service(each),
    );
    expect(await continueReevaluations(blind)({ v: 1, id })).toBeUndefined();
    const status = await reevaluationStatus(workbench.services.appState, id);
    expect(status?.endedAt).toBeDefined();
    expect(status?.unread.map((each) => each.toLowerCase())).toEqual([first?.id.toLowerCase()]);
    expect(status?.results.length).toBeGreaterThan(0);
  });

  it("says that services are missing where Resource Graph leaves some out", async () => {
    workbench.simulator.graph.limitSubscriptions(0);
    const id = await begin();
    const scope = { ...workbench.services.scope, subscriptions: [], tags: [{ name: "owner" }] };
    expect(await continueReevaluations({ ...services(), scope })({ v: 1, id })).toBeUndefined();
    const status = await reevaluationStatus(workbench.services.appState, id);
    expect(status).toMatchObject({ services: 0, unread: [limitedInventory] });
  });
});
