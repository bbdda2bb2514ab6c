import { afterEach, describe, expect, it } from "vitest";
import {
  landingZones,
  generatedEstate,
  requestConnection,
  type EstateSize,
} from "../../simulator/estate/generate.ts";
import { seeded } from "../../simulator/random.ts";
import { sweep } from "../../src/lib/connections/sweep/sweep.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Sweeps over estates of a size: what they find, and what that costs. */
const minute = 60_000;
const hour = 60 * minute;

let bench: Workbench;
afterEach(() => bench.stop());

async function estate(size: Partial<EstateSize>): Promise<Workbench> {
  const world = generatedEstate({
    services: 10,
    subscriptions: 1,
    pending: 0,
    approved: 0,
    seed: 7,
    ...size,
  });
  const hosts = [...world.subscriptions.keys()].filter((id) => !landingZones.includes(id));
  const made = await startWorkbench(world);
  return made.under({ landingZones, scope: { subscriptions: hosts } });
}

/** How often the simulated Azure was asked since, by kind. */
function calls(since = 0) {
  const counted: Record<string, number> = {};
  for (const { method, path, status } of bench.simulator.seen.slice(since)) {
    const segments = path.split("/");
    const kind = segments.length % 2 === 1 ? segments.at(-2) : segments.at(-1);
    const key = `${method} ${kind}`;
    counted[key] = (counted[key] ?? 0) + 1;
    if (status === 429) counted.refused = (counted.refused ?? 0) + 1;
  }
  return counted;
}

const types = () => bench.alerts.map(({ type }) => type.replace("Drawbridge.", ""));
const states = () =>
  [...bench.simulator.world.services.values()]
    .flatMap(({ connections }) => [...connections.values()])
    .map(({ name, status }) => `${name.split(".")[0]} ${status}`)
    .toSorted();
const services = () => [...bench.simulator.world.services.values()];

describe("the cost of a sweep", () => {
  it(
    "over 10,000 services is the inventory's ten pages, and what changed",
    { timeout: 120_000 },
    async () => {
      bench = await estate({ services: 10_000, subscriptions: 10 });
      await bench.follow(await bench.sweep());
      bench.pass(5 * minute);
      const chance = seeded(3);
      const order = services();
      for (let index = 0; index < 100; index++)
        requestConnection(bench.simulator.world, order, index * 97, { status: "Pending", random: chance });
      const before = bench.simulator.seen.length;
      const swept = await bench.sweep();
      expect(calls(before)).toEqual({ "POST resources": 10 });
      expect(swept.services).toBe(10_000);
      await bench.follow(swept);
      expect(states().filter((each) => each.endsWith("Approved"))).toHaveLength(100);
      const found = calls(before);
      expect(found.refused).toBeUndefined();
      // Eight to decide, act and look, and two about DNS, for each.
      expect(found["PUT privateEndpointConnections"]).toBe(100);
      expect(found["GET privateEndpoints"]).toBe(300);
      // Beside them five hundred services that show null are read themselves, each with its list.
      expect(found["GET privateEndpointConnections"]).toBe(300 + 500);
      expect(found["GET privateDnsZoneGroups"]).toBe(100);
    },
  );

  it("where nothing changed is the inventory alone", async () => {
    bench = await estate({ services: 300, subscriptions: 3, pending: 5, approved: 20 });
    await bench.calm();
    const before = bench.simulator.seen.length;
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      bench.pass(5 * minute);
      const swept = await bench.sweep();
      expect(swept).toMatchObject({ due: [], services: 300, unread: [] });
    }
    expect(calls(before)).toEqual({ "POST resources": 3 });
  });

  it("reads no record of what was explained", async () => {
    bench = await estate({ services: 30, pending: 5, approved: 20 });
    await bench.calm();
    let read = 0;
    const { ledger } = bench.services;
    const counted: typeof ledger = {
      ...ledger,
      connections: (...asked) => {
        read++;
        return ledger.connections(...asked);
      },
    };
    bench.pass(5 * minute);
    await sweep({ ...bench.services, ledger: counted }, 5 * minute);
    expect(read).toBe(0);
    requestConnection(bench.simulator.world, services(), 4, { status: "Pending", random: seeded(1) });
    await sweep({ ...bench.services, ledger: counted }, 5 * minute);
    expect(read).toBe(1);
  });

  it("reads every service itself within a day, a few at a time", { timeout: 60_000 }, async () => {
    bench = await estate({ services: 100 });
    await bench.calm();
    const before = bench.simulator.seen.length;
    let most = 0;
    for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
      bench.pass(5 * minute);
      const swept = await bench.sweep();
      most = Math.max(most, swept.due.length);
      await bench.follow(swept);
    }
    const read = new Set(bench.simulator.seen.slice(before).map(({ path }) => path));
    // All were read at once before, as a first sight of services of which the inventory writes null.
    for (const { id } of services()) expect(read).toContain(id);
    expect(most).toBeLessThanOrEqual(2);
  });
});

describe("the first sweep over what was there before", () => {
  it("ends with one summary a service, no bypass and no breaker", { timeout: 180_000 }, async () => {
    bench = await estate({ services: 150, approved: 3_000 });
    await bench.follow(await bench.sweep());
    expect(types().length).toBe(150);
    expect(new Set(types())).toEqual(new Set(["ServiceAdopted"]));
    expect(new Set(bench.alerts.map(({ subject }) => subject)).size).toBe(150);
    expect(bench.puts()).toBe(0);
    let adopted = 0;
    let continuation: string | undefined;
    do {
      const page = await bench.services.ledger.connections(
        { phase: "Adopted" },
        { top: 1000, ...(continuation === undefined ? {} : { continuation }) },
      );
      adopted += page.items.length;
      ({ continuation } = page as { continuation?: string });
    } while (continuation !== undefined);
    expect(adopted).toBe(3_000);
    bench.pass(25 * hour);
    // A service is read itself in each of them: the rotation has no end.
    for (let sweeps = 0; sweeps < 40; sweeps++) {
      await bench.follow(await bench.sweep());
      bench.pass(5 * minute);
    }
    // Nothing more but that nobody swept for a day.
    expect(types().slice(150)).toEqual(["SweepOverdue"]);
  });

  it("reviews what is Pending beside it", async () => {
    bench = await estate({ services: 3, approved: 6, pending: 6 });
    await bench.calm();
    expect(states().filter((each) => each.endsWith("Pending"))).toEqual([]);
    expect(types().filter((type) => type === "ServiceAdopted")).toHaveLength(3);
    expect(types().filter((type) => type === "ConnectionApproved")).toHaveLength(6);
    expect(types()).toHaveLength(9);
  });
});

describe("with all events dropped", () => {
  it("the world ends as with each of them, ten times and shuffled", { timeout: 60_000 }, async () => {
    const size = { services: 12, approved: 12, pending: 18 };
    bench = await estate(size);
    await bench.calm();
    const [swept, recorded] = [states(), await phases()];
    await bench.stop();
    bench = await estate(size);
    const ids = await everyConnection();
    const chance = seeded(11);
    const events = ids.flatMap((id) => Array.from({ length: 10 }, () => [chance(), id] as const));
    for (const [, id] of events.toSorted(([a], [b]) => a - b)) await bench.review(id, "event");
    expect(states()).toEqual(swept);
    await bench.calm();
    expect([states(), await phases()]).toEqual([swept, recorded]);
    expect(bench.puts()).toBe(18);
  });
});

async function phases() {
  const { items } = await bench.services.ledger.connections({}, { top: 1000 });
  return items.map(({ id, phase }) => `${id.text} ${phase}`).toSorted();
}

async function everyConnection() {
  const page = await bench.services.azure.inventory("all");
  if (page.kind === "unknown") throw new Error(page.reason);
  return page.value.items.flatMap(({ connections = [] }) => connections.map(({ id }) => id));
}

describe("an inventory that is not the truth", () => {
  const ask = (index = 0) =>
    requestConnection(bench.simulator.world, services(), index, { status: "Pending", random: seeded(index) });
  const stateOf = (id: string) =>
    states().find((each) => each.startsWith(id.split("/").at(-1)?.split(".")[0] ?? ""));

  it("lags: what it does not show yet is found once it does, and what it still shows is not done twice", async () => {
    bench = await estate({ services: 2 });
    await bench.calm();
    bench.simulator.graph.freeze();
    const id = ask();
    expect((await bench.sweep()).due).toEqual([]);
    bench.simulator.graph.thaw();
    const swept = await bench.sweep();
    bench.simulator.graph.freeze();
    await bench.follow(swept);
    expect(stateOf(id)).toMatch(/Approved$/);
    // It is shown as Pending still.
    for (let sweeps = 0; sweeps < 3; sweeps++) await bench.follow(await bench.sweep());
    expect(bench.puts()).toBe(1);
    bench.simulator.graph.thaw();
    await bench.calm();
    expect(types()).toEqual(["ConnectionApproved"]);
  });

  it("lacks the connections: they are read from the service itself", async () => {
    bench = await estate({ services: 3, pending: 3 });
    bench.simulator.graph.withhold("privateEndpointConnections");
    await bench.follow(await bench.sweep());
    expect(states().every((each) => each.endsWith("Approved"))).toBe(true);
    const id = ask(1);
    bench.pass(16 * minute);
    await bench.follow(await bench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it("shows no connections where there are: they are found within a day", { timeout: 30_000 }, async () => {
    bench = await estate({ services: 3 });
    await bench.calm();
    bench.simulator.graph.freeze();
    const id = ask(2);
    for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
      bench.pass(5 * minute);
      await bench.follow(await bench.sweep());
    }
    expect(stateOf(id)).toMatch(/Approved$/);
  });

  it("lacks a service that we know: it is read itself, and nothing of it is taken for gone", async () => {
    bench = await estate({ services: 3, approved: 3 });
    await bench.calm();
    const [hidden] = services();
    bench.simulator.graph.hide(hidden?.id ?? "");
    const id = ask(0);
    bench.pass(16 * minute);
    await bench.follow(await bench.sweep());
    expect(stateOf(id)).toMatch(/Approved$/);
    expect((await phases()).filter((each) => each.endsWith("Gone"))).toEqual([]);
  });

  it(
    "lacks a service that nobody ever saw: its subscription is listed within a day",
    { timeout: 30_000 },
    async () => {
      bench = await estate({ services: 3, pending: 3 });
      for (const { id } of services()) bench.simulator.graph.hide(id);
      for (let sweeps = 0; sweeps < 24 * 12; sweeps++) {
        bench.pass(5 * minute);
        await bench.follow(await bench.sweep());
      }
      expect(states().every((each) => each.endsWith("Approved"))).toBe(true);
    },
  );

  it("is empty: nothing is gone, and nothing is forgotten", async () => {
    bench = await estate({ services: 3, approved: 6 });
    await bench.calm();
    for (const { id } of services()) bench.simulator.graph.hide(id);
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      bench.pass(6 * minute);
      await bench.follow(await bench.sweep());
    }
    expect(new Set((await phases()).map((each) => each.split(" ").at(-1)))).toEqual(new Set(["Adopted"]));
    bench.simulator.graph.clear();
    await bench.calm();
    expect(types()).toEqual(["ServiceAdopted", "ServiceAdopted", "ServiceAdopted"]);
  });

  it.each([
    ["a refusal", { status: 403, body: { error: { code: "AuthorizationFailed" } } }],
    ["no table", { status: 200, body: { data: {} } }],
    ["a table that is cut off", { status: 200, body: { data: [], resultTruncated: "true" } }],
    ["nothing", { status: 200, body: {} }],
    ["HTML", { status: 502, body: "<html>" }],
  ])("answers %s: the sweep says that it could not see", async (_, answer) => {
    bench = await estate({ services: 2, pending: 1 });
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      times: 100,
      does: { kind: "answer", answer },
    });
    expect(await bench.sweep()).toMatchObject({ due: [], unread: ["the inventory"] });
    bench.simulator.faults.clear();
    await bench.calm();
    expect(states().every((each) => each.endsWith("Approved"))).toBe(true);
  });

  it("shows what is not governed any more: that is forgotten, and met anew should it be again", async () => {
    bench = await estate({ services: 4, subscriptions: 2, approved: 4 });
    await bench.calm();
    const [kept = ""] = bench.services.scope.subscriptions;
    const less = bench.under({ scope: { subscriptions: [kept] } });
    bench.pass(16 * minute);
    await less.calm();
    const before = bench.simulator.seen.length;
    for (let sweeps = 0; sweeps < 5; sweeps++) {
      bench.pass(16 * minute);
      await less.follow(await less.sweep());
    }
    expect(calls(before)).toEqual({ "POST resources": 5 });
    const added = services().filter(({ subscriptionId }) => subscriptionId !== kept);
    for (let index = 0; index < 2; index++)
      requestConnection(bench.simulator.world, added, index, {
        status: "Approved",
        random: seeded(9 + index),
      });
    await bench.calm();
    const told = bench.alerts.filter(({ type }) => type !== "Drawbridge.SweepOverdue");
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(["Drawbridge.ServiceAdopted"]));
    expect(new Set(told.map(({ id }) => id)).size).toBe(6);
  });

  it("of a service that was deleted: its connections are gone, once Azure says so twice", async () => {
    bench = await estate({ services: 2, approved: 2 });
    await bench.calm();
    const [gone] = services();
    bench.simulator.world.services.delete(gone?.id.toLowerCase() ?? "");
    for (let sweeps = 0; sweeps < 6; sweeps++) {
      bench.pass(16 * minute);
      await bench.follow(await bench.sweep());
    }
    expect((await phases()).filter((each) => each.endsWith("Gone"))).toHaveLength(1);
    const before = bench.simulator.seen.length;
    bench.pass(16 * minute);
    await bench.follow(await bench.sweep());
    expect(calls(before)).toEqual({ "POST resources": 1 });
  });
});
