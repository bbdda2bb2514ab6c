import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchApp, startApp } from "../../local/app.ts";
import { startAzurite } from "../../local/azurite.ts";
import { root, startProcess } from "../../local/child-process.ts";
import { startStack, subscribeApp, type Stack } from "../../local/stack.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { run } from "../../src/cli/run.ts";
import { dayMs } from "../../src/lib/clock.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { connectionIdOf } from "../../src/lib/state/connection-row.ts";
import { tableClient } from "../../src/lib/state/table-client.ts";
import { tableRows } from "../../src/lib/state/table-rows.ts";
import { functionNames } from "../function-names.ts";
import { eventually, phaseOf, putsOn, serviceNamed } from "./inspect.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const keys = { masterKey: "m", functionKey: "f", port: 0 };

describe("the built package", () => {
  it("registers every function", () => {
    expect(stack.app.functions.toSorted()).toEqual(functionNames);
  });

  it("makes the local host print every problem and exit if a setting is invalid", async () => {
    const settings = {
      DrawbridgeState: "secret-text",
      DRAWBRIDGE_MODE: "yes",
      DRAWBRIDGE_SWEEP_SCHEDULE: "99 99 * * * *",
      DRAWBRIDGE_ADDRESS_SCHEDULE: "0 */5 * * * MOO",
    };
    const child = launchApp({ ...keys, settings });
    const code = await new Promise((resolve) => child.process.once("close", resolve));
    expect(code).toBe(1);
    const output = child.lines.join("\n");
    for (const each of [
      "DRAWBRIDGE_MODE",
      'second "99"',
      'minute "99"',
      'day of week "MOO"',
      "nothing is governed",
      "DrawbridgeState",
    ])
      expect(output).toContain(each);
    expect(output).not.toContain("secret-text");
  });

  it("registers only health and doctor if a schedule is invalid, and both report it", async () => {
    const schedules = {
      DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 31 2 *",
      DRAWBRIDGE_ADDRESS_SCHEDULE: "0 */5 * * * MOO",
    };
    const child = startProcess(join(root, "test/scenarios/host-with-bad-settings.ts"), {
      args: [],
      environment: { PATH: process.env.PATH, ...stack.settings, ...schedules },
    });
    const [, answer = ""] = await child.waitForLine(/^on Azure: (.*)$/, 20_000);
    await child.end();
    const problems = [
      expect.stringContaining("DRAWBRIDGE_SWEEP_SCHEDULE") as string,
      expect.stringContaining("DRAWBRIDGE_ADDRESS_SCHEDULE") as string,
    ];
    expect(JSON.parse(answer)).toEqual({
      functions: ["health", "doctor"],
      status: 503,
      body: { status: "misconfigured", problems },
      doctor: expect.objectContaining({
        status: "findings",
        problems,
        rights: [],
        eventPaths: null,
      }) as object,
      withoutKey: 401,
    });
  });

  it("reports timers that never ran since the first start; a timer that runs alerts about the other", async () => {
    // A separate table without any records of runs.
    const azurite = await startAzurite();
    const connectionString = azurite.connectionString;
    const rows = tableRows(tableClient({ kind: "connection-string", connectionString }));
    const at = new Date(Date.now() - 4 * dayMs).toISOString();
    await rowsAppState(rows, () => []).update("first-start", () => ({ value: { at } }));
    const yearly = "0 0 0 1 1 *";
    const settings = {
      ...stack.settings,
      DrawbridgeState: connectionString,
      DRAWBRIDGE_SWEEP_SCHEDULE: yearly,
      DRAWBRIDGE_ADDRESS_SCHEDULE: yearly,
    };
    const app = await startApp({ ...keys, settings });
    const problems = async () => {
      const answer = await fetch(`${app.url}/api/health`);
      const { problems: found } = (await answer.json()) as { problems: string[] };
      expect(answer.status).toBe(found.length === 0 ? 200 : 503);
      return found;
    };
    try {
      const sweep = `no sweep has ever begun, though the app first started at ${at}`;
      expect(await problems()).toEqual([
        sweep,
        `no check of the addresses has ever begun, though the app first started at ${at}`,
      ]);
      await fetch(`${app.url}/admin/functions/checkAddresses`, {
        method: "POST",
        headers: { "x-functions-key": "m" },
      });
      await eventually(async () => expect(await problems()).toEqual([sweep]));
      const raisedAlerts = () => app.lines.filter((line) => line.includes("Drawbridge.SweepOverdue"));
      await eventually(() => Promise.resolve(expect(raisedAlerts()).toHaveLength(1)));
      expect(raisedAlerts()[0]).toContain('"subject":"sweep"');
      const details = await fetch(`${app.url}/api/health/details`, { headers: { "x-functions-key": "f" } });
      expect(await details.json()).toMatchObject({
        firstStartedAt: at,
        sweeps: null,
        addressChecks: { endedAt: expect.any(String) as string },
        warnings: [
          expect.stringContaining("more than an hour"),
          expect.stringContaining("DRAWBRIDGE_SWEEP_SCHEDULE leaves days out"),
          expect.stringContaining("DRAWBRIDGE_ADDRESS_SCHEDULE leaves days out"),
        ],
      });
    } finally {
      await app.end();
      await azurite.end();
    }
  });

  it("reads its policy from a blob", async () => {
    const storage = BlobServiceClient.fromConnectionString(stack.azurite.connectionString);
    const blob = storage.getContainerClient("policies").getBlockBlobClient("policy.yaml");
    await storage.createContainer("policies");
    const text =
      "name: from a blob\nrules:\n  - { name: r, if: { field: service.sku, equals: x }, then: { effect: hold } }\n";
    await blob.upload(text, text.length);
    const settings = { ...stack.settings, DRAWBRIDGE_POLICY: blob.url, DRAWBRIDGE_POLICY_PARAMETERS: "{}" };
    const app = await startApp({ ...keys, settings });
    try {
      const details = await fetch(`${app.url}/api/health/details`, { headers: { "x-functions-key": "f" } });
      expect(await details.json()).toMatchObject({ status: "ok", policy: { name: "from a blob" } });
    } finally {
      await app.end();
    }
  });

  it("moves old records to its archive, and the command line verifies both together", async () => {
    const { connectionString } = stack.azurite;
    const container = BlobServiceClient.fromConnectionString(connectionString).getContainerClient("archive");
    await container.create();
    const long = { now: () => new Date("2024-01-01T08:00:00Z") };
    const ledger = rowsLedger(
      tableRows(tableClient({ kind: "connection-string", connectionString })),
      () => [],
      long,
    );
    const id = connectionIdOf(`${serviceNamed(stack, "apim-orders").id}/privateEndpointConnections/pe-old`);
    const record = await ledger.add({
      id,
      phase: "Seen",
      firstSeenAt: long.now().toISOString(),
      attempts: 0,
    });
    const outcome = { kind: "outcome", connection: id.text, phase: "Adopted", reason: "long ago" } as const;
    await ledger.append(record, outcome, () => ({ record: { ...record, phase: "Adopted" }, alerts: [] }));
    const settings = { ...stack.settings, DRAWBRIDGE_ARCHIVE: container.url, DRAWBRIDGE_MODE: "off" };
    const app = await startApp({ ...keys, settings });
    try {
      expect(app.functions).toContain("archiveRecords");
      await fetch(`${app.url}/admin/functions/archiveRecords`, {
        method: "POST",
        headers: { "x-functions-key": "m" },
      });
      const folder = mkdtempSync(join(tmpdir(), "drawbridge-archive-"));
      const [out, err]: [string[], string[]] = [[], []];
      const terminal = {
        out: (text: string) => out.push(text),
        err: (text: string) => err.push(text),
        environment: { DRAWBRIDGE_URL: app.url, DRAWBRIDGE_KEY: "f" },
        folder,
        fetch,
        clock: { now: () => new Date() },
      };
      await eventually(async () => {
        out.length = 0;
        await run(["decisions", "--service", id.service.text, "--format", "jsonl"], terminal);
        expect(out.join("")).toContain('"kind":"archival","service"');
        expect(out.join("")).not.toContain("long ago");
      });
      const { blob } = JSON.parse(out.at(-1) ?? "") as { blob: string };
      writeFileSync(join(folder, "left.jsonl"), out.join(""));
      await container.getBlobClient(blob).downloadToFile(join(folder, "old.jsonl"));
      expect(await run(["verify", "old.jsonl", "left.jsonl"], terminal)).toBe(0);
      expect(await run(["verify"], terminal)).toBe(0);
      expect(err).toEqual([]);
      rmSync(folder, { recursive: true });
    } finally {
      await app.end();
    }
  });

  it("holds everything if the policy does not load, and health reports the reason", async () => {
    const settings = {
      ...stack.settings,
      DRAWBRIDGE_POLICY: "package.json",
      DRAWBRIDGE_SWEEP_SCHEDULE: "*/2 * * * * *",
    };
    const app = await startApp({ ...keys, settings });
    try {
      const health = await fetch(`${app.url}/api/health`);
      expect(health.status).toBe(503);
      expect(await health.json()).toEqual({
        status: "degraded",
        problems: ["the policy does not load, so everything is held"],
      });
      // The problem in the policy's text is visible only with a key.
      const details = await fetch(`${app.url}/api/health/details`, { headers: { "x-functions-key": "f" } });
      const { problems } = (await details.json()) as { problems: string[] };
      expect(problems[1]).toMatch(/^package\.json:\d+:\d+: /);
      await stack.app.end();
      await subscribeApp(stack.simulator, app.url);
      const { id: serviceId } = serviceNamed(stack, "apim-orders");
      const request = {
        token: "requester",
        subscriptionId: subscriptions.landingZone,
        name: "pe-held",
        serviceId,
      };
      const id = await makeEndpoint(stack.simulator, request);
      const call = (path: string) => fetch(app.url + path, { headers: { "x-functions-key": "f" } });
      await eventually(async () => expect(await phaseOf({ call }, id)).toBe("Held"));
      expect(putsOn(stack, id)).toBe(0);
      const raisedAlerts = () => app.lines.filter((line) => line.includes("Drawbridge.PolicyInvalid")).length;
      await eventually(() => Promise.resolve(expect(raisedAlerts()).toBe(1)));
      // Two sweeps later there is still only one alert.
      await new Promise((later) => setTimeout(later, 4_500));
      expect(raisedAlerts()).toBe(1);
    } finally {
      await app.end();
    }
  });
});
