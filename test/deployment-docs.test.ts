import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { alertKinds } from "../src/lib/alerts/catalogue.ts";
import { approvingStep } from "../src/cli/probe/approving-step.ts";
import { readingSteps } from "../src/cli/probe/reading-steps.ts";
import { parseConnectionId, type ConnectionId } from "../src/lib/azure/resource-id.ts";
import { readEvent } from "../src/lib/connections/event-targets.ts";
import { runIn } from "./command-line.ts";

/** The pages on deployment name only commands, settings, alerts, operations and parameters that exist. */
const folder = join(root, "docs/deployment");
const pages = readdirSync(folder).map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }));

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Files below a folder, with their text. */
const textsIn = (path: string, extension: string) =>
  readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension))
    .map((file) => readFileSync(join(root, path, file), "utf8"));

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name = ""]) => name);

/** Outputs of the template of the app, which azd keeps in its environment. */
const outputs = found(
  readFileSync(join(root, "infra/app/main.bicep"), "utf8"),
  /^output (DRAWBRIDGE_\w+) /gm,
);

/** Dimensions of Event Grid's metrics, which look like alerts. */
const dimensions = ["EventSubscriptionName"];

const subscription = "11111111-1111-4111-8111-111111111111";
const service = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim`;
const scope = {
  subscriptions: [subscription],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};

describe.each(pages)("docs/deployment/$file", ({ text }) => {
  it("calls scripts of package.json", () => {
    const called = [...found(text, /npm run (?:-s )?([\w:]+)/g), ...found(text, /npm (start)/g)];
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("calls commands of the command line, with options that they have", async () => {
    for (const [, command = "", options = ""] of text.matchAll(/drawbridge -- (\w+)([^`\n|>]*)/g)) {
      const { code, out: help } = await runIn(root, [command, "--help"]);
      expect(code, command).toBe(0);
      for (const option of found(options, /(--[\w-]+)/g))
        expect(help, `${command} ${option}`).toContain(option);
    }
  });

  it("names alerts that exist", () => {
    const named = found(
      text,
      /`((?:Connection|Policy|Sweep|Event|Sink|Capacity|Breaker|Service|Observe|Held|Address)[A-Z]\w+)`/g,
    );
    const unknown = named.filter((name) => !(`Drawbridge.${name}` in alertKinds));
    expect(unknown.filter((name) => !dimensions.includes(name))).toEqual([]);
  });

  it("names settings that the app, its command line or its deployment knows", () => {
    const sources = [...textsIn("src", ".ts"), ...textsIn(".github/workflows", ".yml"), ...outputs].join(
      "\n",
    );
    const names = found(text, /\b(DRAWBRIDGE_[A-Z_]+[A-Z])\b/g);
    expect(names.filter((name) => !sources.includes(name))).toEqual([]);
  });

  it("filters for operations that the app reads events of", () => {
    const operations = found(text, /"(Microsoft\.ApiManagement\/service\/privateEndpointConnection[^"]+)"/g);
    for (const operationName of operations) {
      const collection = operationName.split("/")[2];
      const resourceUri = `${service}/${collection}/pe-1`;
      expect(readEvent({ data: { operationName, resourceUri } }, scope).kind, operationName).toBe("targets");
    }
  });
});

describe("unverified.md", () => {
  it("names each question of probe with its step, and no other", () => {
    const id = parseConnectionId(`${service}/privateEndpointConnections/pe-1`) as ConnectionId;
    const steps = [...readingSteps(id.service), approvingStep({ id, endpoint: "", message: "" })];
    const page = readFileSync(join(folder, "unverified.md"), "utf8");
    const rows = [...page.matchAll(/^\| (.*\?) +\| ([a-z-]+) +\|$/gm)].map(([, asks = "", step]) => [
      asks.trim(),
      step,
    ]);
    expect(rows).toEqual(steps.flatMap(({ name, questions }) => questions.map(({ asks }) => [asks, name])));
  });
});

const templates = textsIn("infra", ".bicep").join("\n");

describe("the parameters and outputs of the templates that the pages name", () => {
  const declared = new Set(found(templates, /^(?:param|output) (\w+)/gm));

  it.each([
    "actionGroupIds",
    "alertEmails",
    "approverScopes",
    "archiveImmutabilityDays",
    "availabilityTest",
    "environmentName",
    "eventDelivery",
    "nodeVersion",
    "packageUri",
    "policyContainer",
    "principalId",
    "secretNames",
    "settings",
    "stateLock",
    "stateSku",
    "subscriptions",
    "AZURE_FUNCTION_NAME",
    "AZURE_RESOURCE_GROUP",
    ...outputs,
  ])("%s", (name) => {
    expect(pages.some(({ text }) => text.includes(name))).toBe(true);
    expect(declared).toContain(name);
  });
});

describe("the refusals that approve-held.md explains", () => {
  const page = readFileSync(join(folder, "approve-held.md"), "utf8");

  it.each([
    ["refuses the key or the token", "src/cli/app-client.ts"],
    ["Entra ID is not switched on", "src/functions/access.ts"],
    ["the token was issued by another tenant", "src/functions/access.ts"],
    ["the token is for another audience", "src/functions/access.ts"],
    ["the token lacks the role ", "src/functions/access.ts"],
    ["the caller is not listed in DRAWBRIDGE_AUTH_CALLERS", "src/functions/access.ts"],
    ["not governed", "src/functions/decide-connection.ts"],
    ["no such connection", "src/functions/decide-connection.ts"],
    ["it is not held: its phase is ", "src/lib/connections/decide-held.ts"],
    ["the policy rejects it (", "src/lib/connections/review/person.ts"],
    ["the policy does not load", "src/lib/connections/review/person.ts"],
    ["an approval", "src/lib/connections/review/person.ts"],
    [" is not applied", "src/lib/connections/review/person.ts"],
  ])("%s is a text of %s", (text, source) => {
    expect(page).toContain(text);
    expect(readFileSync(join(root, source), "utf8")).toContain(text);
  });
});
