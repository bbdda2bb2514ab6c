import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { findBicep } from "../../scripts/find-bicep.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { parseNcrontab } from "../../src/lib/config/ncrontab.ts";
import { defaultSchedules } from "../../src/lib/config/read-schedules.ts";
import { startBicep, type Bicep } from "./bicep.ts";
import { nameProblems } from "./check-names.ts";
import { at, ofType, type Resource } from "./deployment.ts";

const subscriptionId = "11111111-1111-4111-8111-111111111111";
const place = { tenantId: subscriptionId, subscriptionId, location: "westeurope", deploymentName: "main" };
const subnet = (name: string) =>
  `'/subscriptions/${subscriptionId}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/${name}'`;
const bothSubnets = `integrationSubnetId: ${subnet("flex")}, endpointSubnetId: ${subnet("endpoints")}`;
const zones = `zoneIds: { blob: 'b', queue: 'q', table: 't', sites: 's', vault: 'v' }`;

const mistakenNetworks = [
  [
    "one subnet without the other",
    `{ enabled: true, endpointSubnetId: ${subnet("endpoints")} }`,
    "both, or neither",
  ],
  [
    "the other without the one",
    `{ enabled: true, integrationSubnetId: ${subnet("flex")} }`,
    "both, or neither",
  ],
  ["subnets while it is not enabled", `{ enabled: false, ${bothSubnets} }`, "is not enabled"],
  ["zones for a network that is made", `{ enabled: true, ${zones} }`, "but no subnets"],
  [
    "two owners of the DNS records",
    `{ enabled: true, ${bothSubnets}, ${zones}, dnsByPolicy: true }`,
    "one of them",
  ],
] as const;

const schedules = [
  defaultSchedules.sweep,
  "0 */1 * * * *",
  "30 */7 * * * *",
  "0 */30 * * * *",
  "0 0 */1 * * *",
  "0 15 */6 * * *",
];
const irregularSchedules = ["0 0 8 * * *", "0 */5 8-18 * * 1-5", "0 */5,7 * * * *", "0 */10 */2 * * *"];

/** The minutes of the windows that Azure takes, as its reference of `scheduledQueryRules` lists them. */
const windows = [5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1_440, 2_880];

function minutesOf(duration: string): number {
  const [, days = 0, hours = 0, minutes = 0] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return Number(days) * 1_440 + Number(hours) * 60 + Number(minutes);
}

const program = findBicep();
describe.skipIf(program === undefined)("the parameters of the templates", () => {
  let bicep: Bicep;
  let folder: string;
  let networkProblems: ReadonlyMap<string, string>;
  let alertWindows: ReadonlyMap<string, string>;
  beforeAll(async () => {
    bicep = startBicep(program ?? "");
    folder = mkdtempSync(join(tmpdir(), "drawbridge-parameters-"));
    const networks = mistakenNetworks.map(([, network]) => network);
    networkProblems = await resultsOf("networkProblemOf", networks, (each) => each);
    const all = [...schedules, ...irregularSchedules];
    alertWindows = await resultsOf("windowOf", all, (schedule) => `'${schedule}'`);
  });
  afterAll(() => {
    bicep.stop();
    rmSync(folder, { recursive: true });
  });

  const pathTo = (template: string) => relative(folder, join(root, "infra", template)).replaceAll("\\", "/");

  /** The resources that a template would deploy with these parameters. Rejects where the template refuses them. */
  const resolve = (parameters: string, name = "app") => resolveAt(pathTo(`${name}/main.bicep`), parameters);

  async function resolveAt(template: string, parameters = ""): Promise<readonly Resource[]> {
    const file = join(folder, "case.bicepparam");
    writeFileSync(file, `using '${template}'\n${parameters}\n`);
    const snapshot = JSON.parse(await bicep.snapshot(file, place)) as { predictedResources: Resource[] };
    return snapshot.predictedResources;
  }

  /**
   * What a function of `derive.bicep` returns for each of the inputs, from a template that puts all of it into the
   * properties of one resource: resolving the whole app for each input would take a third of a second.
   */
  async function resultsOf(
    name: string,
    inputs: readonly string[],
    literal: (input: string) => string,
  ): Promise<ReadonlyMap<string, string>> {
    writeFileSync(
      join(folder, "results.bicep"),
      `targetScope = 'subscription'
import { ${name} } from '${pathTo("app/modules/derive.bicep")}'
var inputs = [${inputs.map(literal).join(", ")}]
resource results 'Microsoft.Resources/tags@2024-03-01' = {
  name: 'default'
  properties: { tags: toObject(range(0, ${inputs.length}), each => string(each), each => ${name}(any(inputs[each]))) }
}
`,
    );
    const results = at((await resolveAt("results.bicep"))[0], "properties.tags") as Record<string, string>;
    return new Map(inputs.map((input, index) => [input, results[index] ?? "there is no result"]));
  }

  it.each(mistakenNetworks)("refuse a network with %s", (_, network, problem) => {
    expect(networkProblems.get(network)).toContain(problem);
  });

  it("say what is wrong with a network where they refuse it", async () => {
    await expect(resolve(`param network = { enabled: true, ${zones} }`)).rejects.toThrow("but no subnets");
  });

  it("leave zones and DNS records to a policy of the landing zone, if told so", async () => {
    const resources = await resolve(`param network = { enabled: true, ${bothSubnets}, dnsByPolicy: true }`);
    expect(ofType(resources, "Microsoft.Network/privateEndpoints").length).toBeGreaterThan(6);
    expect(ofType(resources, "Microsoft.Network/privateEndpoints/privateDnsZoneGroups")).toEqual([]);
    expect(ofType(resources, "Microsoft.Network/privateDnsZones")).toEqual([]);
  });

  it.each([
    [
      "without its resource group",
      "topicName: 'theirs'",
      "function",
      "has topicName, and needs topicResourceGroup",
    ],
    [
      "without an identity, if events go to the queue",
      "topicName: 'theirs', topicResourceGroup: 'rg-theirs'",
      "queue",
      `the topic of subscription ${subscriptionId} has no topicPrincipalId`,
    ],
  ])("refuse a topic that exists already %s", async (_, topic, delivery, problem) => {
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-drawbridge/providers`;
    const given = `param appId = '${group}/Microsoft.Web/sites/func'
param stateAccountId = '${group}/Microsoft.Storage/storageAccounts/sts'
param eventDelivery = '${delivery}'
param subscriptions = [{ subscriptionId: '${subscriptionId}', ${topic} }]`;
    await expect(resolve(given, "events")).rejects.toThrow(problem);
  });

  it.each(["prod_eu.west", "(Team_A)", "-a-", "x".repeat(24)])(
    "derive valid names from the environment %s",
    async (name) => {
      const resources = await resolve(
        `param environmentName = '${name}'\nparam secretNames = ['DRAWBRIDGE_ALERT_TEAMS_URL']`,
      );
      expect(ofType(resources, "Microsoft.KeyVault/vaults")).toHaveLength(1);
      expect(nameProblems(resources)).toEqual([]);
    },
  );

  it("refuse an environment of which no name is left", async () => {
    await expect(resolve("param environmentName = '_._'")).rejects.toThrow("neither a letter nor a digit");
  });

  it("create the vault under a given name, and recover it only if told so", async () => {
    const secret = "param secretNames = ['DRAWBRIDGE_ALERT_TEAMS_URL']\nparam vaultName = 'kv-second'";
    const [vault] = ofType(await resolve(secret), "Microsoft.KeyVault/vaults");
    expect([vault?.name, at(vault, "properties.createMode")]).toEqual(["kv-second", "default"]);
    const [recovered] = ofType(
      await resolve(`${secret}\nparam recoverVault = true`),
      "Microsoft.KeyVault/vaults",
    );
    expect(at(recovered, "properties.createMode")).toBe("recover");
  });

  it.each(schedules)('wait three periods of the schedule "%s" for a sweep', (schedule) => {
    const parsed = parseNcrontab(schedule);
    if (!("periodMs" in parsed)) throw new Error("the schedule is not valid");
    const wanted = windows.find((each) => each >= (3 * parsed.periodMs) / minuteMs);
    expect(minutesOf(alertWindows.get(schedule) ?? "")).toBe(wanted);
  });

  it.each(irregularSchedules)('derive no window from "%s"', (schedule) => {
    expect(alertWindows.get(schedule)).toBe("");
  });

  const windowIn = (resources: readonly Resource[]) =>
    at(
      ofType(resources, "Microsoft.Insights/scheduledQueryRules").find(({ name }) =>
        name.endsWith("-sweep-overdue"),
      ),
      "properties.windowSize",
    );
  const scheduled = (schedule: string) => `param settings = { DRAWBRIDGE_SWEEP_SCHEDULE: '${schedule}' }`;

  it.each([
    ["a schedule that is given", "0 15 */6 * * *", "P1D"],
    ["the default, if the schedule is empty", "", "PT15M"],
  ])("make the alert rule wait for %s", async (_, schedule, window) => {
    expect(windowIn(await resolve(scheduled(schedule)))).toBe(window);
  });

  it("ask for the window where it cannot be derived, and take it", async () => {
    const daily = scheduled("0 0 8 * * *");
    await expect(resolve(daily)).rejects.toThrow("sweepAlertWindow is needed");
    expect(windowIn(await resolve(`${daily}\nparam sweepAlertWindow = 'P1D'`))).toBe("P1D");
  });
});
