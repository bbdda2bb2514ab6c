import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAzurite } from "../../local/azurite.ts";
import { root, startProcess, type ManagedProcess } from "../../local/child-process.ts";
import { subscribeApp } from "../../local/stack.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import { hosts, startAzureEndpoints, type AzureEndpoints } from "./azure-endpoints.ts";
import { issueCertificates, type Certificates } from "./certificates.ts";
import { makeNetwork, type Network } from "./network.ts";
import { startTableProxy } from "./table-proxy.ts";

/** The app as deployed: none of its settings or code depends on Azure being simulated. */
export interface Production {
  readonly simulator: Simulator;
  readonly endpoints: AzureEndpoints;
  readonly app: ManagedProcess & { readonly url: string; readonly functions: readonly string[] };
  /** The identity endpoint. It prints a line for each request. */
  readonly identity: ManagedProcess;
  readonly webhookSecret: string;
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Runs a timer function now. */
  runTimer(name: string): Promise<void>;
  stop(): Promise<void>;
}

const account = "drawbridgestate";
const storage = (service: string) => `${account}.${service}.core.windows.net`;
/** The app's identity, and the one for its state. Each has permissions for its own purpose only. */
export const identities = {
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

/** The app's settings on Azure, and those that the platform adds. */
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

/** Copies the published files to a folder of their own, so that the app finds nothing else of the repository. */
function publish(bundle: string): string {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-package-"));
  for (const name of ["host.json", "package.json", "policies"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  cpSync(bundle, join(folder, "dist"), { recursive: true });
  return folder;
}

/** Registers a step that undoes something that was started. */
type Defer = (undo: () => unknown) => void;

/** Starts the app from `dist`, or from the folder that DRAWBRIDGE_TEST_BUNDLE names. */
export async function startProduction(): Promise<Production> {
  const undo: (() => unknown)[] = [];
  const defer: Defer = (step) => undo.push(step);
  const stop = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const outside = await startOutside(defer);
    const { identity, app } = await startInside(outside, defer);
    const { simulator, endpoints } = outside;
    await subscribeApp(simulator, app.url);
    return { simulator, endpoints, app, identity, webhookSecret, stop, ...clientOf(app.url) };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Outside {
  readonly network: Network;
  readonly certificates: Certificates;
  readonly simulator: Simulator;
  readonly endpoints: AzureEndpoints;
}

/**
 * Starts everything that is outside the app's network: Azure, its storage, and the receivers of alerts and telemetry.
 */
async function startOutside(defer: Defer): Promise<Outside> {
  const network = makeNetwork();
  defer(() => {
    network.stop();
  });
  const [azure, table, queue, blob] = network.outside;
  const ofStorage = Object.entries({ table, queue, blob }).map(
    ([service, address]) => [storage(service), address] as const,
  );
  const named = [...Object.values(hosts).map((host) => [host, azure] as const), ...ofStorage];
  network.name(Object.fromEntries(named));
  const certificates = issueCertificates(named.map(([host]) => host));
  defer(() => {
    certificates.remove();
  });

  // An approval takes nine seconds, long enough that the app polls its operation instead of only reading the result.
  const simulator = await startSimulator(smallEstate(), { speed: 20 });
  defer(() => simulator.stop());
  const { certificateFile, keyFile } = certificates;
  const azurite = await startAzurite({ account, certificateFile, keyFile, addresses: { queue, blob } });
  defer(() => azurite.end());
  const { tableUrl } = azurite;
  const tables = await startTableProxy({ host: storage("table"), address: table, certificates, tableUrl });
  defer(() => tables.stop());
  const endpoints = await startAzureEndpoints({
    address: azure,
    certificates,
    simulator: simulator.url,
    identity: identities.app,
  });
  defer(() => endpoints.stop());
  return { network, certificates, simulator, endpoints };
}

/** Starts what runs in the app's network: the identity endpoint and the app, after its storage has been prepared. */
async function startInside({ network, certificates }: Outside, defer: Defer) {
  const environment = settings(certificates.authorityFile);
  const start = (file: string, args: readonly string[]) => {
    const child = startProcess(join(root, file), { args, environment, within: network.enter });
    defer(() => child.end());
    return child;
  };
  const known = Object.values(identities).join(",");
  const identity = start("test/production/identity-endpoint.ts", [
    known,
    identitySecret,
    String(identityPort),
  ]);
  await identity.waitForLine(/^listening$/, 20_000);
  const policy = join(root, "policies/default/policy.yaml");
  const seeding = start("test/production/seed-storage.ts", [
    `https://${storage("blob")}`,
    identities.state,
    policy,
  ]);
  await seeding.waitForLine(/^seeded$/, 30_000);

  const folder = publish(process.env.DRAWBRIDGE_TEST_BUNDLE ?? join(root, "dist"));
  defer(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const host = start("host/main.ts", ["--app", folder, "--port", "0", "--address", network.app]);
  const [, url = "", functions = ""] = await host.waitForLine(/^host: (\S+) \((.*)\)$/, 30_000);
  return { identity, app: { ...host, url, functions: functions.split(", ") } };
}

function clientOf(url: string): Pick<Production, "call" | "runTimer"> {
  return {
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
      if (status !== 202) throw new Error(`running the timer ${name} returned ${status}`);
    },
  };
}
