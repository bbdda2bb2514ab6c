import { readArmEndpoint } from "../lib/config/arm-endpoint.ts";
import type { ScopeConfig } from "../lib/config/config.ts";
import { readScope } from "../lib/config/read-scope.ts";
import { toSafeJson } from "../lib/json.ts";
import { defineCommand, type Terminal } from "./command.ts";
import type { EventPath } from "./event-paths.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { printTable, type Rows } from "./rows.ts";

/** The options that name the scope, with the app's setting that each replaces. */
const scopeSettings = {
  subscriptions: "DRAWBRIDGE_SCOPE_SUBSCRIPTIONS",
  "management-groups": "DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS",
  "resource-groups": "DRAWBRIDGE_SCOPE_RESOURCE_GROUPS",
  tags: "DRAWBRIDGE_SCOPE_TAGS",
  ids: "DRAWBRIDGE_SCOPE_IDS",
  exclude: "DRAWBRIDGE_SCOPE_EXCLUDE",
} as const;

type ScopeOptions = Readonly<Record<keyof typeof scopeSettings, string | undefined>>;

export const events = defineCommand({
  name: "events",
  summary: "show which governed subscriptions have a system topic, and write the parameters of infra/events",
  usage: ["events [--subscriptions <ids>] [--management-groups <ids>] [--tags <tags>] [--format <format>]"],
  description: `Asks Azure Resource Graph with the account that is signed in (az login), and changes nothing. The scope comes from the app's
settings DRAWBRIDGE_SCOPE_…; an option replaces its setting. Azure allows one system topic for each subscription: where there
is one, infra/events adds event subscriptions to it and leaves the topic as it is; where there is none, it creates one. A
topic that the account may not read is not found, so the account needs Reader on these subscriptions.`,
  options: {
    subscriptions: { value: "<ids>", description: "subscription ids, comma-separated" },
    "management-groups": { value: "<ids>", description: "ids of management groups" },
    "resource-groups": { value: "<ids>", description: "ARM ids of resource groups" },
    tags: { value: "<tags>", description: "tags of services, name or name=value" },
    ids: { value: "<ids>", description: "ARM ids of services" },
    exclude: {
      value: "<ids>",
      description: "ids of subscriptions, resource groups and services to leave out",
    },
    format: {
      choices: ["table", "json", "parameters"],
      description: "output (default table); parameters is a parameter file for infra/events/main.bicep",
    },
  },
  noPaths: "name a subscription with --subscriptions",
  examples: [
    "events --subscriptions 11111111-1111-4111-8111-111111111111",
    "events --management-groups platform --format parameters > events.parameters.json",
  ],
  exit: {
    success: "every governed subscription has a system topic",
    findings: "a governed subscription has none",
  },
  run: async ({ options: { format = "table", ...options } }, terminal) => {
    const scope = scopeFrom(options, terminal);
    const paths = await read(scope, terminal);
    if (format === "json") terminal.out(`${toSafeJson(paths.map(jsonOf), 2)}\n`);
    else if (format === "parameters") terminal.out(`${toSafeJson(parametersOf(paths), 2)}\n`);
    else terminal.out(printTable(paths.map(row), ["subscription", "services", "topic", "group", "identity"]));
    const missing = paths.filter(({ topic }) => topic === undefined).length;
    if (missing > 0)
      terminal.err(`${missing} of ${paths.length} governed subscriptions have no system topic\n`);
    return missing === 0 ? exitCodes.success : exitCodes.findings;
  },
});

/** @throws {UsageError} with every problem of the options and settings */
function scopeFrom(options: ScopeOptions, { environment }: Terminal): ScopeConfig {
  const values = new Map(
    Object.entries(scopeSettings).map(([option, setting]) => [
      setting,
      options[option as keyof ScopeOptions] ?? environment[setting] ?? "",
    ]),
  );
  const problems: string[] = [];
  const scope = readScope(values, problems);
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  return scope;
}

async function read(scope: ScopeConfig, terminal: Terminal): Promise<readonly EventPath[]> {
  const problems: string[] = [];
  const endpoint = readArmEndpoint(terminal.environment.DRAWBRIDGE_ARM_ENDPOINT, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  // Loaded here: the SDKs would slow the start of every other command down.
  const { readEventPaths } = await import("./event-paths.ts");
  const paths = await readEventPaths(scope, endpoint, terminal);
  if (paths.length > 0) return paths;
  throw new CannotRun(
    "no governed service is visible to the signed-in account; check the scope, and whether the account has Reader there",
  );
}

function row({ subscriptionId, services, topic }: EventPath): Rows[number] {
  return {
    subscription: subscriptionId,
    services: String(services),
    topic: topic?.name ?? "none",
    group: topic?.resourceGroup ?? "",
    identity: topic?.identity ?? "",
  };
}

function jsonOf({ subscriptionId, services, topic }: EventPath) {
  return { subscriptionId, services, topic: topic ?? null };
}

/** The type `governed` of infra/events/main.bicep. A topic that exists is named, so that it is used and never replaced. */
function parametersOf(paths: readonly EventPath[]) {
  const value = paths.map(({ subscriptionId, topic }) => ({
    subscriptionId,
    ...(topic === undefined
      ? {}
      : {
          topicName: topic.name,
          topicResourceGroup: topic.resourceGroup,
          ...(topic.principalId === undefined ? {} : { topicPrincipalId: topic.principalId }),
        }),
  }));
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
    contentVersion: "1.0.0.0",
    parameters: { subscriptions: { value } },
  };
}
