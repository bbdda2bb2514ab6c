import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmType } from "./arm-types.ts";
import type { Bicep, Place } from "./bicep.ts";

/** A resource of a template that is compiled, with the resources of its modules inside. */
export interface TemplateResource {
  readonly type: string;
  readonly name?: string;
  readonly dependsOn?: readonly string[];
  readonly properties?: { readonly template?: Template };
}

export interface Template {
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly parameters?: Readonly<Record<string, ArmType>>;
  readonly definitions?: Readonly<Record<string, ArmType>>;
  readonly outputs?: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>;
}

/** A resource as it would be deployed. What only Azure knows stays an expression, `[reference(...).property]`. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly [property: string]: unknown;
}

/** The file of parameters of each case, by the template that it is for. */
export const cases = {
  app: ["app", "app-full", "app-given-network"],
  events: ["events", "events-own", "events-queue"],
  estate: ["estate"],
} as const;

export type TemplateName = keyof typeof cases;
export type CaseName = (typeof cases)[TemplateName][number];

/** What the checks look at: the templates, compiled and resolved, and the JSON files beside them. */
export interface Deployment {
  /** What the compiler and its linter say, of any level: nothing is right. */
  readonly diagnostics: readonly string[];
  readonly templates: Readonly<Record<TemplateName, Template>>;
  readonly resources: Readonly<Record<CaseName, readonly Resource[]>>;
  readonly snapshots: Readonly<Record<CaseName, string>>;
  /** A JSON file below `infra`. */
  readonly json: (path: string) => unknown;
}

const tenantId = "c0c0c0c0-0000-4000-8000-00000000c0de";
const subscriptionId = "11111111-1111-4111-8111-111111111111";
export const managementGroupId = "contoso";

const place = { tenantId, location: "westeurope", deploymentName: "main" };
const places: Readonly<Record<TemplateName, Place>> = {
  app: { ...place, subscriptionId },
  events: { ...place, subscriptionId },
  estate: { ...place, managementGroupId },
};

/**
 * Compiles templates below a root, and resolves each of their cases. A template that does not compile has no resources:
 * its diagnostics say why. Templates that are not named are those of `base`.
 */
export async function compileDeployment(
  bicep: Bicep,
  root: string,
  base?: Deployment,
  names: readonly TemplateName[] = Object.keys(cases) as TemplateName[],
): Promise<Deployment> {
  const diagnostics: string[] = [];
  const templates: Record<string, Template> = { ...base?.templates };
  const resources: Record<string, readonly Resource[]> = { ...base?.resources };
  const snapshots: Record<string, string> = { ...base?.snapshots };
  for (const name of names) {
    const compiled = await bicep.compile(join(root, "infra", name, "main.bicep"));
    for (const { source, range, code, message } of compiled.diagnostics)
      diagnostics.push(`${source.slice(root.length + 1)}:${range.start.line + 1}: ${code}: ${message}`);
    templates[name] = JSON.parse(compiled.contents ?? '{"resources":{}}') as Template;
    for (const each of cases[name]) {
      const file = join(root, "test/infra/cases", `${each}.bicepparam`);
      const snapshot = await resolve(bicep, file, places[name]).catch((error: unknown) => {
        diagnostics.push(`${each}: ${String(error)}`);
        return { predictedResources: [], diagnostics: [] };
      });
      diagnostics.push(...snapshot.diagnostics.map((found) => `${each}: ${JSON.stringify(found)}`));
      snapshots[each] = JSON.stringify(sorted(snapshot), null, 2);
      resources[each] = snapshot.predictedResources;
    }
  }
  return {
    diagnostics,
    templates: templates as Deployment["templates"],
    resources: resources as Deployment["resources"],
    snapshots: snapshots as Deployment["snapshots"],
    json: (path) => JSON.parse(readFileSync(join(root, "infra", path), "utf8")) as unknown,
  };
}

async function resolve(bicep: Bicep, file: string, where: Place): Promise<Snapshot> {
  return JSON.parse(await bicep.snapshot(file, where)) as Snapshot;
}

/** With its keys in order: the compiler's own order of outputs is another one in each process. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]));
}

interface Snapshot {
  readonly predictedResources: readonly Resource[];
  readonly diagnostics: readonly unknown[];
}

export function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((each) => each.type.toLowerCase() === type.toLowerCase());
}

/** A property by its path, `properties.siteConfig.minTlsVersion`; undefined where it is not there. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split("."))
    found = (found as Readonly<Record<string, unknown>> | null | undefined)?.[key];
  return found;
}
