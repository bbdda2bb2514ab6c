import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigInvalid, readConfig, settings as known } from "../../src/lib/config/read-config.ts";
import { root } from "../../local/child-process.ts";
import { difference } from "./check-grants.ts";
import { at, cases, ofType, type CaseName, type Deployment } from "./deployment.ts";

interface Setting {
  readonly name: string;
  /**
   * Who sets it: a parameter of the template, a secret of it, the template by itself, a laptop, or nobody but by hand.
   */
  readonly from: "parameter" | "secret" | "template" | "local" | "by hand";
}

/**
 * Flex Consumption refuses these, or takes them and does something else (Microsoft's list for the move from
 * Consumption).
 */
const notOnFlex =
  /^(FUNCTIONS_EXTENSION_VERSION|FUNCTIONS_WORKER_RUNTIME(_VERSION)?|WEBSITE_RUN_FROM_PACKAGE|WEBSITE_NODE_DEFAULT_VERSION|WEBSITE_CONTENT\w*|WEBSITE_VNET_ROUTE_ALL|WEBSITE_TIME_ZONE|WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT|FUNCTIONS_WORKER_PROCESS_COUNT|SCM_DO_BUILD_DURING_DEPLOYMENT|ENABLE_ORYX_BUILD|AzureWebJobsStorage|AzureWebJobsDashboard)$/;

/** What the parameter extraSettings brings, in the case that has it. */
const further: Readonly<Record<string, string>> = { WEBSITE_DNS_SERVER: "10.0.0.4" };

export function settingProblems(deployment: Deployment): string[] {
  const { settings } = deployment.json("settings.json") as { readonly settings: readonly Setting[] };
  const from = (...kinds: readonly Setting["from"][]) =>
    settings.filter((each) => kinds.includes(each.from)).map(({ name }) => name);
  return [
    ...difference(
      known,
      settings.map(({ name }) => name).filter((name) => name.startsWith("DRAWBRIDGE_")),
    ).map((each) => `settings.json: ${each}`),
    ...typeProblems(deployment, "appSettings", from("parameter")),
    ...difference(
      from("secret"),
      (deployment.templates.app.definitions?.["secretName"]?.allowedValues ?? []) as readonly string[],
    ).map((each) => `the type secretName: ${each}`),
    ...parameterProblems(deployment, from("parameter")),
    ...cases.app.flatMap((name) =>
      appSettingProblems(deployment, name, from("parameter", "secret", "template")),
    ),
    ...appSettingOf(deployment, "app", "DRAWBRIDGE_MODE", "observe"),
    ...Object.entries(further).flatMap(([setting, value]) =>
      appSettingOf(deployment, "app-full", setting, value),
    ),
    ...sampleProblems(settings.map(({ name }) => name)),
  ];
}

/** The type of the parameter has just the settings of the list. */
function typeProblems({ templates }: Deployment, type: string, names: readonly string[]): string[] {
  const definition = templates.app.definitions?.[type];
  const found = Object.keys(definition?.properties ?? {});
  return difference(names, found).map((each) => `the type ${type}: ${each}`);
}

/** azd gives every setting from its environment, so that nothing is asked for. */
function parameterProblems({ json }: Deployment, names: readonly string[]): string[] {
  const given = at(json("app/main.parameters.json"), "parameters.settings.value") as object | undefined;
  return difference(names, Object.keys(given ?? {})).map((each) => `app/main.parameters.json: ${each}`);
}

function settingsOf({ resources }: Deployment, name: CaseName): Readonly<Record<string, string>> {
  const found = ofType(resources[name], "Microsoft.Web/sites/config").find(({ id }) =>
    id.endsWith("/appsettings"),
  );
  return (found?.["properties"] ?? {}) as Readonly<Record<string, string>>;
}

function appSettingOf(deployment: Deployment, name: CaseName, setting: string, wanted: string): string[] {
  const found = settingsOf(deployment, name)[setting];
  return found === wanted ? [] : [`${name}: ${setting} is ${found}, not ${wanted}`];
}

function appSettingProblems(deployment: Deployment, name: CaseName, names: readonly string[]): string[] {
  const found = settingsOf(deployment, name);
  const problems = Object.keys(found).flatMap((setting) => [
    ...(names.includes(setting) || setting in further ? [] : [`${setting} is not in settings.json`]),
    ...(notOnFlex.test(setting) ? [`${setting} is not for Flex Consumption`] : []),
  ]);
  return [...problems, ...configProblems(found)].map((each) => `${name}: ${each}`);
}

/** What the app says to these settings, once Azure has filled in what only Azure knows. */
function configProblems(found: Readonly<Record<string, string>>): readonly string[] {
  const filled = Object.entries(found).map(([setting, value]) => [setting, filledIn(setting, value)]);
  const environment = Object.fromEntries(filled) as Readonly<Record<string, string>>;
  try {
    readConfig({ ...environment, WEBSITE_AUTH_ENABLED: "True" });
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

const endpoints: Readonly<Record<string, string>> = {
  DRAWBRIDGE_ALERT_TOPIC: "https://topic.westeurope-1.eventgrid.azure.net/api/events",
  DRAWBRIDGE_ALERT_TEAMS_URL: "https://prod-1.westeurope.logic.azure.com/workflows/1",
};

/** A value as the app gets it. The name of a vault's secret is the setting's own: it cannot hold an underscore. */
function filledIn(setting: string, value: string): string {
  const isSecret =
    value.includes("@Microsoft.KeyVault(") && value.endsWith(`'${setting.replaceAll("_", "-")}')]`);
  if (isSecret || value.startsWith("[reference("))
    return endpoints[setting] ?? "https://filled.in.by.azure.example/";
  return /^\[format\('\{0\}\{1\}', reference\(.*\)\.primaryEndpoints\.blob, '\w+'\)\]$/.test(value)
    ? "https://account.blob.core.windows.net/container"
    : value;
}

/** What people copy to begin with knows no other settings, and the documents name each. */
function sampleProblems(names: readonly string[]): string[] {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const sample = JSON.parse(read("local.settings.sample.json")) as { readonly Values: object };
  const guide = read("docs/operations.md");
  const isNamed = (name: string) =>
    guide.includes(name) || [...guide.matchAll(/`…(_\w+)`/g)].some(([, end = "-"]) => name.endsWith(end));
  return [
    ...Object.keys(sample.Values)
      .filter((name) => !names.includes(name))
      .map((name) => `local.settings.sample.json: ${name} is not in settings.json`),
    ...known.filter((name) => !isNamed(name)).map((name) => `docs/operations.md does not name ${name}`),
  ];
}
