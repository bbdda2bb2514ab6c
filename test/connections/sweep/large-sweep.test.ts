import { afterEach, expect, it } from "vitest";
import { requestConnection } from "../../../simulator/estate/generate.ts";
import { seeded } from "../../../simulator/random.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { requestsOf, servicesOf, startEstate, statesOf } from "./generated-estate.ts";
import { type Workbench } from "../../workbench.ts";

let workbench: Workbench;
afterEach(() => workbench.stop());

it(
  "a sweep over 10,000 services costs the ten pages of the inventory, and what changed",
  { timeout: 120_000 },
  async () => {
    // So many subscriptions that no quota of one has to be waited for.
    workbench = await startEstate({ services: 10_000, subscriptions: 100 });
    await workbench.follow(await workbench.sweep());
    workbench.pass(5 * minuteMs);
    const chance = seeded(3);
    const order = servicesOf(workbench);
    for (let index = 0; index < 100; index++)
      requestConnection(workbench.simulator.world, order, index * 97, { status: "Pending", random: chance });
    const before = workbench.simulator.seen.length;
    const swept = await workbench.sweep();
    expect(requestsOf(workbench, before)).toEqual({ "POST resources": 10 });
    expect(swept.services).toBe(10_000);
    await workbench.follow(swept);
    expect(statesOf(workbench).filter((each) => each.endsWith("Approved"))).toHaveLength(100);
    const found = requestsOf(workbench, before);
    expect(found.refused).toBeUndefined();
    // For each connection, eight calls to decide, apply and verify, and two about DNS.
    expect(found["PUT privateEndpointConnections"]).toBe(100);
    expect(found["GET privateEndpoints"]).toBe(300);
    // In addition, five hundred services with null connections are read directly, each with its list.
    expect(found["GET privateEndpointConnections"]).toBe(300 + 500);
    expect(found["GET privateDnsZoneGroups"]).toBe(100);
  },
);
