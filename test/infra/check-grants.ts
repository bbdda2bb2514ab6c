import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import {
  at,
  managementGroupId,
  ofType,
  type CaseName,
  type Deployment,
  type Resource,
  type Template,
  type TemplateResource,
} from "./deployment.ts";
import { roles } from "./roles.ts";

/** The ids of Azure's built-in roles, as its documents list them ("Azure built-in roles"). */
const builtInRoles: Readonly<Record<string, string>> = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Storage Queue Data Message Sender": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
  "EventGrid Data Sender": "d5a91429-5739-47e2-a06b-3470a27159e7",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
};

const ofApp = [
  "Storage Blob Data Owner on host",
  "Storage Table Data Contributor on host",
  "Storage Queue Data Contributor on state",
  "Storage Table Data Contributor on state",
  "Storage Blob Data Reader on state/containers/policy",
  "Storage Blob Data Contributor on state/containers/archive",
  "Monitoring Metrics Publisher on components",
];
const deadLetters = "Storage Blob Data Contributor on state/containers/dead-letters";
const events = "Storage Queue Data Message Sender on state/queues/events";

/** Every right that is granted, and nothing else: the role, and the narrowest thing that it is needed on. */
const granted: Readonly<Record<CaseName, readonly string[]>> = {
  app: [...ofApp, "EventGrid Data Sender on topics"],
  "app-full": [...ofApp, "EventGrid Data Sender on topics", "Key Vault Secrets User on vaults"],
  "app-given-network": ofApp,
  // Two of the three topics have an identity.
  events: [deadLetters, deadLetters],
  "events-own": [deadLetters],
  "events-queue": [deadLetters, deadLetters, events, events],
  estate: [
    `Drawbridge Reader on managementGroups/${managementGroupId}`,
    "Drawbridge Approver on 11111111-1111-4111-8111-111111111111",
    "Drawbridge Approver on 22222222-2222-4222-8222-222222222222/rg-apim",
  ],
};

export function grantProblems({ resources }: Deployment): string[] {
  return (Object.keys(granted) as CaseName[]).flatMap((name) => {
    const found = ofType(resources[name], "Microsoft.Authorization/roleAssignments");
    const texts = found.map((each) => `${roleOf(each, resources.estate)} on ${scopeOf(each.id)}`);
    return difference(granted[name], texts).map((each) => `${name}: ${each}`);
  });
}

/**
 * The name of an assignment follows from its principal. A topic or an identity that is created again has a new
 * principal, and Azure refuses to change the one of an existing assignment (RoleAssignmentUpdateNotPermitted). The
 * assignments of infra/app are on resources of the group that its identity is in, and are deleted with it.
 */
export function assignmentNameProblems({ templates }: Deployment): string[] {
  return (["events", "estate"] as const).flatMap((name) =>
    assignmentsOf(templates[name])
      .filter((each) => !String(each.name).includes("parameters('principalId')"))
      .map((each) => `${name}: the assignment ${String(each.name)} is not named after its principal`),
  );
}

function assignmentsOf({ resources }: Template): readonly TemplateResource[] {
  return Object.values(resources).flatMap((each) => {
    const inside = each.properties?.template;
    if (inside !== undefined) return assignmentsOf(inside);
    return each.type === "Microsoft.Authorization/roleAssignments" ? [each] : [];
  });
}

/** Every role that any case assigns is in the tables of docs/operations.md, on the same scope, and no other is. */
export function documentedGrantProblems({ resources }: Deployment): string[] {
  const [, rights = ""] = readFileSync(join(root, "docs/operations.md"), "utf8").split("\n## Rights\n");
  const [section = ""] = rights.split("\n## ");
  const rows = [...section.matchAll(/^\| ([A-Z][\w ]+?) +\| ([\w`\- ]+?) +\|/gm)]
    .map(([, role = "", scope = ""]) => `${role} on ${scope}`)
    .filter((row) => row !== "Role on Where");
  const assigned = Object.values(resources).flatMap((each) =>
    ofType(each, "Microsoft.Authorization/roleAssignments").map(
      (one) => `${roleOf(one, resources.estate)} on ${inWords(scopeOf(one.id))}`,
    ),
  );
  return difference([...new Set(assigned)], rows).map((each) => `docs/operations.md, Rights: ${each}`);
}

/** A scope as the document names it. */
function inWords(scope: string): string {
  if (scope.startsWith("managementGroups/")) return "management group";
  if (/^[\da-f-]{36}(\/|$)/.test(scope)) return "governed scopes";
  const named: Readonly<Record<string, string>> = {
    host: "host account",
    state: "state account",
    components: "Application Insights",
    topics: "alert topic",
    vaults: "key vault",
  };
  return named[scope] ?? scope.replace(/^state\/(container|queue)s\/(.*)$/, "$1 `$2`");
}

/** The two roles hold what the JSON says, and can be assigned below one management group. */
export function roleProblems({ resources, json }: Deployment): string[] {
  const definitions = ofType(resources.estate, "Microsoft.Authorization/roleDefinitions");
  const problems = definitions.length === 2 ? [] : [`estate: ${definitions.length} roles are defined`];
  for (const [file, { name, actions }] of Object.entries(roles)) {
    const definition = definitions.find((each) => at(each, "properties.roleName") === name);
    const wanted = [{ actions: actions.map(({ action }) => action), notActions: [] }];
    const scopes = [`/providers/Microsoft.Management/managementGroups/${managementGroupId}`];
    const read = json(`estate/roles/${file}.json`) as {
      readonly actions: readonly { readonly action: string }[];
    };
    problems.push(
      ...same(`estate: the actions of ${name}`, at(definition, "properties.permissions"), wanted),
      ...same(`estate: the scopes of ${name}`, at(definition, "properties.assignableScopes"), scopes),
      ...same(
        `estate/roles/${file}.json`,
        read.actions.map(({ action }) => action),
        wanted[0]?.actions,
      ),
    );
  }
  return [...problems, ...same("built-in-roles.json", json("built-in-roles.json"), builtInRoles)];
}

function same(what: string, found: unknown, wanted: unknown): string[] {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  return a === b ? [] : [`${what} is ${a}, not ${b}`];
}

/** What is missing and what is too many, each as often as it is. */
export function difference(wanted: readonly string[], found: readonly string[]): string[] {
  const left = [...found];
  const missing = wanted.filter((each) => {
    const index = left.indexOf(each);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return [...missing.map((each) => `${each} is missing`), ...left.map((each) => `${each} is too many`)];
}

function roleOf(assignment: Resource, estate: readonly Resource[]): string {
  const id = String(at(assignment, "properties.roleDefinitionId"));
  const guid = id.split("/").at(-1);
  const builtIn = Object.entries(builtInRoles).find(([, each]) => each === guid)?.[0];
  const own = ofType(estate, "Microsoft.Authorization/roleDefinitions").find((each) => each.id === id);
  return builtIn ?? (at(own, "properties.roleName") as string | undefined) ?? id;
}

/** The scope of an assignment, in short: the account by what it is for, other resources by their type. */
function scopeOf(id: string): string {
  // The id stays an expression where the name follows from a principal that only Azure knows.
  const [, unresolved] = /^\[extensionResourceId\('([^']+)'/.exec(id) ?? [];
  const scope = unresolved ?? id.slice(0, id.lastIndexOf("/providers/Microsoft.Authorization/"));
  return scope
    .replace(/^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)$/, "$1/$2")
    .replace(/^\/subscriptions\/([^/]+)$/, "$1")
    .replace(/^.*\/Microsoft\.Management\//, "")
    .replace(/^.*\/storageAccounts\/sth[^/]*/, "host")
    .replace(/^.*\/storageAccounts\/sts[^/]*/, "state")
    .replace(/\/(?:blob|queue)Services\/default/, "")
    .replace(/^.*\/(components|topics|vaults)\/[^/]*$/, "$1");
}
