import { createServer, connect, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApp, type App } from "../../local/app.ts";
import { startAzurite, type Azurite } from "../../local/azurite.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { sweeps } from "../../src/lib/connections/sweep/sweep-pass.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { tableClient } from "../../src/lib/state/table-client.ts";
import { tableRows } from "../../src/lib/state/table-rows.ts";
import { eventually } from "./inspect.ts";

/**
 * An app that starts without access to its table and with invalid files: it reports the problems, and recovers by
 * itself.
 */
const keys = { masterKey: "m", functionKey: "f", port: 0 };

/** The table's address for the app: a proxy that forwards connections or closes them. */
async function startGate(port: number) {
  const sockets = new Set<Socket>();
  const gate = { isOpen: false };
  const server: Server = createServer((from) => {
    from.on("error", () => from.destroy());
    if (!gate.isOpen) return void from.destroy();
    const to = connect(port, "127.0.0.1");
    to.on("error", () => from.destroy());
    from.pipe(to).pipe(from);
    for (const each of [from, to]) sockets.add(each);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    open: () => (gate.isOpen = true),
    stop: () => {
      for (const each of sockets) each.destroy();
      server.close();
    },
  };
}

let [azurite, simulator, app]: [Azurite?, Simulator?, App?] = [];
let connectionString: string;
let gate: Awaited<ReturnType<typeof startGate>>;
beforeAll(async () => {
  [azurite, simulator] = await Promise.all([startAzurite(), startSimulator(smallEstate())]);
  ({ connectionString } = azurite);
  const { port } = new URL(azurite.tableUrl);
  gate = await startGate(Number(port));
  app = await startApp({
    ...keys,
    settings: {
      DrawbridgeState: connectionString.replace(`:${port}/`, `:${gate.port}/`),
      DRAWBRIDGE_ARM_ENDPOINT: simulator.url,
      DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
      DRAWBRIDGE_POLICY: "policies/nowhere",
      DRAWBRIDGE_ADDRESSES: "addresses/nowhere",
      DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *",
      DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
    },
  });
});
afterAll(async () => {
  await app?.end();
  gate.stop();
  await Promise.all([simulator?.stop(), azurite?.end()]);
});

const get = async (path: string) => {
  const answer = await fetch(`${app?.url}/api/${path}`, { headers: { "x-functions-key": "f" } });
  return { status: answer.status, body: (await answer.json()) as { readonly problems: readonly string[] } };
};
/** What everybody may read, and what the holder of a key reads beside it. */
const files = ["the policy does not load, so everything is held", "the declared addresses are not usable"];
const details = [
  "the policy policies/nowhere cannot be read (ENOENT); DRAWBRIDGE_POLICY names a file or a folder in the package",
  "the declared addresses addresses/nowhere cannot be read (ENOENT); DRAWBRIDGE_ADDRESSES names a folder in the package",
];

describe("an app with invalid files and an unreachable table", () => {
  it("reports every problem, with details only for a key", async () => {
    const { status, body } = await get("health");
    expect(status).toBe(503);
    expect(body.problems.slice(0, -1)).toEqual(files);
    expect(body.problems.at(-1)).toMatch(
      /^the state's table cannot be reached \(.+\); check DrawbridgeState$/,
    );
    const listing = await fetch(`${app?.url}/api/connections`, { headers: { "x-functions-key": "f" } });
    expect(listing.status).toBe(500);
    expect(await get("health/details")).toMatchObject({
      status: 503,
      body: {
        policy: { name: null },
        stateUnread: expect.any(String) as string,
        firstStartedAt: null,
        sweeps: null,
        lastEvent: null,
        lastSweep: null,
        problems: expect.arrayContaining([...files, ...details]) as string[],
      },
    });
  });

  it("answers doctor, which says that the table does not answer", async () => {
    const { status, body } = await get("doctor");
    expect(status).toBe(200);
    expect(body.problems.join()).toMatch(/the state's table cannot be reached \(.+\); check DrawbridgeState/);
    const { storage } = body as unknown as { storage: { what: string; state: string }[] };
    const stateOf = (wanted: string) => storage.find(({ what }) => what === wanted)?.state;
    expect(stateOf("write the table drawbridge")).toBe("not testable");
    expect(stateOf("write the queue reviews")).toBe("ok");
  });

  it("recovers by itself once the table is reachable", async () => {
    gate.open();
    expect(await get("health")).toEqual({ status: 503, body: { status: "degraded", problems: files } });
    expect(await get("health/details")).toMatchObject({
      body: { stateUnread: null, firstStartedAt: expect.any(String) as string, sweeps: null },
    });
    expect((await get("connections")).body).toEqual({ connections: [] });
    const rows = tableRows(tableClient({ kind: "connection-string", connectionString }));
    const startedAt = "2026-11-24T08:00:00.000Z";
    await rowsAppState(rows, () => []).update(sweeps.row, () => ({ value: { startedAt } }));
    expect(await get("health/details")).toMatchObject({ body: { sweeps: { startedAt, endedAt: null } } });
  });

  it("names the rights that Azure refused, and where, once a function has run", async () => {
    simulator?.world.principals.get("simulated")?.assignments.splice(0);
    await get("doctor");
    await fetch(`${app?.url}/admin/functions/checkAddresses`, {
      method: "POST",
      headers: { "x-functions-key": "m" },
    });
    await eventually(async () => {
      const { body } = await get("health/details");
      const { warnings } = body as unknown as { warnings: string[] };
      expect(warnings).toContainEqual(
        expect.stringMatching(
          `^Azure refused Microsoft.EventGrid/systemTopics/read in the subscription ${subscriptions.platform} \\(403\\)`,
        ),
      );
    });
  });
});
