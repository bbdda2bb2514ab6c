import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite } from "../../local/azurite.ts";
import { root, startProcess, type ManagedProcess } from "../../local/child-process.ts";
import { subscribeApp } from "../../local/stack.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import { issueCertificates } from "./certificates.ts";
import { hosts, startAzureEndpoints, type AzureEndpoints } from "./azure-endpoints.ts";
import { makeNetwork } from "./network.ts";
import { startTableProxy } from "./table-proxy.ts";

/** An app as deployed: nothing of it knows that Azure is not there. */
export interface Production {
  readonly simulator: Simulator;
  readonly front: AzureEndpoints;
  readonly app: ManagedProcess & { readonly url: string; readonly functions: readonly string[] };
  /** What was asked of the endpoint for identities: a line each. */
  readonly identity: ManagedProcess;
  readonly webhookSecret: string;
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Runs a timer's function now. */
  runTimer(name: string): Promise<void>;
  stop(): Promise<void>;
}

const account = "drawbridgestate";
const storage = (service: string) => `${account}.${service}.core.windows.net`;
/** The app's identity, and the one for its state; each has rights for its own purpose alone. */
const identities = {
  app: "cccccccc-0000-4000-8000-00000000000c",
  state: "dddddddd-0000-4000-8000-00000000000d",
};
const identitySecret = "secret-of-the-identity-endpoint";
const identityPort = 41_741;
const webhookSecret = "secret-of-the-webhook";
const [masterKey, functionKey] = ["master-key-of-production", "function-key-of-production"];

export const authentication = {
  tenant: "aaaaaaaa-0000-4000-8000-00000000000a",
  audience: "api://drawbridge",
} as const;

/** What stands in the app's settings on Azure, and what the platform adds. */
function settings(authorityFile: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    NODE_EXTRA_CA_CERTS: authorityFile,
    IDENTITY_ENDPOINT: `http://127.0.0.1:${identityPort}/msi/token`,
    IDENTITY_HEADER: identitySecret,
    WEBSITE_SITE_NAME: "func-drawbridge",
    WEBSITE_INSTANCE_ID: "instance-1",
    WEBSITE_AUTH_ENABLED: "True",
    FUNCTIONS_WORKER_RUNTIME: "node",
    FUNCTIONS_EXTENSION_VERSION: "~4",
    AZURE_CLIENT_ID: identities.app,
    DrawbridgeState__tableServiceUri: `https://${storage("table")}`,
    DrawbridgeState__queueServiceUri: `https://${storage("queue")}`,
    DrawbridgeState__credential: "managedidentity",
    DrawbridgeState__clientId: identities.state,
    DRAWBRIDGE_MODE: "enforce",
    DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscriptions.platform,
    DRAWBRIDGE_POLICY: `https://${storage("blob")}/policies`,
    DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({ landingZones: [subscriptions.landingZone] }),
    DRAWBRIDGE_ARCHIVE: `https://${storage("blob")}/archive`,
    DRAWBRIDGE_ALERT_TOPIC: `https://${hosts.topic}/api/events`,
    DRAWBRIDGE_ALERT_TEAMS_URL: `https://${hosts.teams}/workflows/1/triggers/manual/paths/invoke?sig=secret-of-the-workflow`,
    DRAWBRIDGE_ALERT_WEBHOOK_URL: `https://${hosts.webhook}/drawbridge`,
    DRAWBRIDGE_ALERT_WEBHOOK_SECRET: webhookSecret,
    DRAWBRIDGE_TELEMETRY: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: `https://${hosts.collector}`,
    DRAWBRIDGE_AUTH: "entra",
    DRAWBRIDGE_AUTH_TENANT: authentication.tenant,
    DRAWBRIDGE_AUTH_AUDIENCE: authentication.audience,
    HOST_MASTER_KEY: masterKey,
    HOST_FUNCTION_KEY: functionKey,
  };
}

/** What of the project is published: nothing of the rest is found where it runs. */
function publish(bundle: string): string {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-package-"));
  for (const name of ["host.json", "package.json", "policies"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  cpSync(bundle, join(folder, "dist"), { recursive: true });
  return folder;
}

/** The app is that of `dist`, or of the folder that DRAWBRIDGE_TEST_BUNDLE names. */
export async function startProduction(): Promise<Production> {
  const bundle = process.env.DRAWBRIDGE_TEST_BUNDLE ?? join(root, "dist");
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const network = makeNetwork();
    undo.push(() => {
      network.stop();
    });
    const [azure, table, queue, blob] = network.outside;
    const addresses = { table, queue, blob };
    const ofStorage = Object.entries(addresses).map(([service, address]) => [storage(service), address]);
    const named = Object.values(hosts).map((host) => [host, azure]);
    network.name(Object.fromEntries([...named, ...ofStorage]) as Record<string, string>);
    const certificates = issueCertificates([...named, ...ofStorage].map(([host = ""]) => host));
    undo.push(() => {
      certificates.remove();
    });
    const { certificateFile, keyFile, authorityFile } = certificates;

    // An approval takes nine seconds, so that it is followed by its operation and not only seen when it is over.
    const simulator = await startSimulator(smallEstate(), { speed: 20 });
    undo.push(() => simulator.stop());
    const azurite = await startAzurite({ account, certificateFile, keyFile, addresses: { queue, blob } });
    undo.push(() => azurite.end());
    const { tableUrl } = azurite;
    const tables = await startTableProxy({ host: storage("table"), address: table, certificates, tableUrl });
    undo.push(() => tables.stop());
    const front = await startAzureEndpoints({
      address: azure,
      certificates,
      simulator: simulator.url,
      identity: identities.app,
    });
    undo.push(() => front.stop());

    const here = (name: string) => join(root, "test/production", name);
    const environment = settings(authorityFile);
    const inside = (file: string, args: readonly string[]) =>
      startProcess(file, { args, environment, within: network.enter });
    const identity = inside(here("identity-endpoint.ts"), [
      Object.values(identities).join(","),
      identitySecret,
      String(identityPort),
    ]);
    undo.push(() => identity.end());
    await identity.waitForLine(/^listening$/, 20_000);
    const seeding = inside(here("seed-storage.ts"), [
      `https://${storage("blob")}`,
      identities.state,
      join(root, "policies/default/policy.yaml"),
    ]);
    undo.push(() => seeding.end());
    await seeding.waitForLine(/^seeded$/, 30_000);

    const folder = publish(bundle);
    undo.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    const child = inside(join(root, "host/main.ts"), [
      "--app",
      folder,
      "--port",
      "0",
      "--address",
      network.app,
    ]);
    undo.push(() => child.end());
    const [, url = "", functions = ""] = await child.waitForLine(/^host: (\S+) \((.*)\)$/, 30_000);
    await subscribeApp(simulator, url);
    return {
      simulator,
      front,
      app: { ...child, url, functions: functions.split(", ") },
      identity,
      webhookSecret,
      call: (path, init = {}) => {
        const headers = new Headers(init.headers);
        headers.set("x-functions-key", functionKey);
        return fetch(url + path, { ...init, headers });
      },
      runTimer: async (name) => {
        const { status } = await fetch(`${url}/admin/functions/${name}`, {
          method: "POST",
          headers: { "x-functions-key": masterKey },
        });
        if (status !== 202) throw new Error(`the timer ${name} was not run: ${status}`);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
