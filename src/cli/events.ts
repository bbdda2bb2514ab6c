import { readArmEndpoint } from "../lib/config/arm-endpoint.ts";
import { readScope, readWatch } from "../lib/config/read-scope.ts";
import type { AppEndpoints } from "../lib/config/config.ts";
import { toSafeJson } from "../lib/json.ts";
import { invisibleWarning } from "../lib/estate/events/event-paths.ts";
import { defineCommand, type Terminal } from "./command.ts";
import type { SubscriptionEvents, EventScope, FoundPaths } from "./event-paths.ts";
import { CannotRun, exitCodes, UsageError } from "./exit-codes.ts";
import { cleaned, printTable, type Rows } from "./rows.ts";

/**
 * The options that name the scope and the app, with the app's setting, or the output of infra/app, that each replaces.
 */
const scopeSettings = {
  subscriptions: "DRAWBRIDGE_SCOPE_SUBSCRIPTIONS",
  "management-groups": "DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS",
  "resource-groups": "DRAWBRIDGE_SCOPE_RESOURCE_GROUPS",
  tags: "DRAWBRIDGE_SCOPE_TAGS",
  ids: "DRAWBRIDGE_SCOPE_IDS",
  exclude: "DRAWBRIDGE_SCOPE_EXCLUDE",
  watch: "DRAWBRIDGE_ADDRESS_WATCH",
  app: "DRAWBRIDGE_APP_ID",
  "state-account": "DRAWBRIDGE_STATE_ACCOUNT_ID",
} as const;

type ScopeOptions = Readonly<Record<keyof typeof scopeSettings, string | undefined>>;

export const events = defineCommand({
  name: "events",
  summary:
    "show whether events of the governed subscriptions reach the app, and write the parameters of infra/events",
  usage: [
    "events [--subscriptions <ids>] [--management-groups <ids>] [--tags <tags>] [--app <id> --state-account <id>] [--format <format>]",
  ],
  description: `Asks Azure Resource Graph with the account that is signed in (az login), and changes nothing. The scope comes from the app's
settings DRAWBRIDGE_SCOPE_… and DRAWBRIDGE_ADDRESS_WATCH; an option replaces its setting. Azure allows one system topic for
each subscription: where another team has one, infra/events adds event subscriptions to it and leaves the topic as it is;
elsewhere it creates one. With --app and --state-account it also reads the event subscriptions on each topic: one that delivers
elsewhere, filters out what the app needs, or has not been provisioned counts as none. --format parameters then leaves a topic
unnamed that infra/events made for this app, and names every other. A topic that the account may not read is not
found, so the account needs Reader on these subscriptions.`,
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
    watch: {
      value: "<ids>",
      description: "ids or tags of public IP addresses that are watched beside the services",
    },
    app: {
      value: "<id>",
      description: "ARM id of the function app (DRAWBRIDGE_APP_ID of azd env get-values)",
    },
    "state-account": {
      value: "<id>",
      description: "ARM id of the account with the queue of events (DRAWBRIDGE_STATE_ACCOUNT_ID)",
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
    success: "every subscription has a system topic, and with --app its events reach the app",
    findings: "events of a subscription do not reach the app, that is not known, or it is not visible",
  },
  run: async ({ options: { format = "table", ...options } }, terminal) => {
    const found = await read(scopeFrom(options, terminal), terminal);
    const { paths } = found;
    if (format === "json") terminal.out(`${toSafeJson(paths.map(jsonOf), 2)}\n`);
    else if (format === "parameters") terminal.out(`${toSafeJson(parametersOf(paths), 2)}\n`);
    else
      terminal.out(
        printTable(
          paths.map(row),
          ["subscription", "services", "topic", "group", "identity", "events"],
          terminal.width,
        ),
      );
    return report(found, terminal) ? exitCodes.success : exitCodes.findings;
  },
});

/** Prints what is wrong. Returns whether nothing is. */
function report({ paths, invisible, empty }: FoundPaths, { err }: Terminal): boolean {
  for (const id of invisible) err(`${invisibleWarning(id)}\n`);
  for (const id of empty) err(`${id} is not listed: it has no governed service and no watched address\n`);
  const missing = paths.filter(({ topic }) => topic === undefined).length;
  if (missing > 0) err(`${missing} of ${paths.length} subscriptions have no system topic\n`);
  const broken = paths.flatMap(({ subscriptionId, topic, events: path }) =>
    topic === undefined || path === undefined || path.state === "present"
      ? []
      : [`${subscriptionId} ${path.state}: ${path.reason}`],
  );
  for (const line of broken) err(`${cleaned(line)}\n`);
  if (paths.some(({ topic, events: path }) => topic !== undefined && path === undefined))
    err(
      "event subscriptions were not read: name the app with --app <ARM id>, and with --state-account <ARM id> where events go to the queue; azd env get-values prints both as DRAWBRIDGE_APP_ID and DRAWBRIDGE_STATE_ACCOUNT_ID, and az functionapp list --query [].id the ids of the function apps\n",
    );
  return missing + broken.length + invisible.length === 0;
}

/** @throws {UsageError} with every problem of the options and settings */
function scopeFrom(options: ScopeOptions, { environment }: Terminal): Omit<EventScope, "endpoint"> {
  const values = new Map(
    Object.entries(scopeSettings).map(([option, setting]) => [
      setting,
      options[option as keyof ScopeOptions] ?? environment[setting] ?? "",
    ]),
  );
  const problems: string[] = [];
  const scope = readScope(values, problems);
  const watch = readWatch(values, problems);
  const app = appFrom(values, problems);
  if (problems.length > 0) throw new UsageError(problems.map((each) => withOption(each, options)).join("; "));
  return { scope, watch, app };
}

/** A problem of a setting names the option instead where that was given. */
function withOption(problem: string, options: ScopeOptions): string {
  const wrong = Object.entries(scopeSettings).find(([, setting]) => problem.startsWith(`${setting}:`));
  if (wrong === undefined) return `${problem}, or name them with options such as --subscriptions`;
  const [option, setting] = wrong;
  return options[option as keyof ScopeOptions] === undefined
    ? problem
    : `--${option}${problem.slice(setting.length)}`;
}

const siteId =
  /^\/subscriptions\/([^/]+)\/resourceGroups\/[^/]+\/providers\/Microsoft\.Web\/sites\/([^/]+)$/i;
const accountId = /\/providers\/Microsoft\.Storage\/storageAccounts\/([^/]+)$/i;

/** Where the app receives events; undefined if neither option is given. */
function appFrom(values: ReadonlyMap<string, string>, problems: string[]): AppEndpoints | undefined {
  const app = values.get("DRAWBRIDGE_APP_ID") ?? "";
  const account = values.get("DRAWBRIDGE_STATE_ACCOUNT_ID") ?? "";
  const [, siteSubscription, site] = siteId.exec(app) ?? [];
  const [, stateAccount] = accountId.exec(account) ?? [];
  if (app !== "" && site === undefined) problems.push(`--app: "${app}" is not the ARM id of a function app`);
  if (account !== "" && stateAccount === undefined)
    problems.push(`--state-account: "${account}" is not the ARM id of a storage account`);
  if (app + account === "") return undefined;
  return {
    ...(site === undefined ? {} : { site }),
    ...(siteSubscription === undefined ? {} : { siteSubscription: siteSubscription.toLowerCase() }),
    ...(stateAccount === undefined ? {} : { stateAccount }),
  };
}

async function read(scope: Omit<EventScope, "endpoint">, terminal: Terminal): Promise<FoundPaths> {
  const problems: string[] = [];
  const endpoint = readArmEndpoint(terminal.environment.DRAWBRIDGE_ARM_ENDPOINT, problems);
  if (problems.length > 0) throw new CannotRun(problems.join("; "));
  // Loaded here: the SDKs would slow the start of every other command down.
  const { readSubscriptionEvents } = await import("./event-paths.ts");
  const found = await readSubscriptionEvents({ ...scope, endpoint }, terminal);
  if (found.paths.length > 0) return found;
  for (const id of found.invisible) terminal.err(`${invisibleWarning(id)}\n`);
  throw new CannotRun(
    "no governed service is visible to the signed-in account; check the scope, and whether the account has Reader there",
  );
}

function row({ subscriptionId, services, topic, events: path }: SubscriptionEvents): Rows[number] {
  return {
    subscription: subscriptionId,
    services: String(services),
    topic: topic?.name ?? "none",
    group: topic?.resourceGroup ?? "",
    identity: topic?.identity ?? "",
    events: path?.state ?? (topic === undefined ? "absent" : "not read"),
  };
}

function jsonOf({ subscriptionId, services, topic, events: path }: SubscriptionEvents) {
  return { subscriptionId, services, topic: topic ?? null, events: path ?? null };
}

/** The names of infra/events for the topics that it makes, and its tag. */
const templateTopic = { group: "rg-drawbridge-events", name: "drawbridge-events", tag: "drawbridge" };

/**
 * Whether infra/events made the topic for the app. It is not named then, so that the template keeps managing it. Its
 * name and tag are those of any installation, so that only its event subscriptions show whose it is.
 */
function isManaged({ topic, events: path }: SubscriptionEvents): boolean {
  if (topic === undefined || path?.state !== "present") return false;
  const isDefault =
    topic.name.toLowerCase() === templateTopic.name &&
    topic.resourceGroup.toLowerCase() === templateTopic.group;
  return isDefault || topic.tags?.[templateTopic.tag] === "events";
}

/**
 * Elements of the parameter `subscriptions` of infra/events/main.bicep. A topic that is not the app's is named, so that
 * it is used and never replaced.
 */
function parametersOf(paths: readonly SubscriptionEvents[]) {
  const value = paths.map((path) => ({
    subscriptionId: path.subscriptionId,
    ...(path.topic === undefined || isManaged(path)
      ? {}
      : {
          topicName: path.topic.name,
          topicResourceGroup: path.topic.resourceGroup,
          ...(path.topic.principalId === undefined ? {} : { topicPrincipalId: path.topic.principalId }),
        }),
  }));
  return {
    $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
    contentVersion: "1.0.0.0",
    parameters: { subscriptions: { value } },
  };
}
