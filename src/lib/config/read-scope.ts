import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig, WatchConfig } from "./config.ts";
import { foldName } from "../fold-name.ts";
import { isGuid } from "../guid.ts";

/** Reads the scope. An empty one is an error: the app would govern nothing, and nobody would notice. */
export function readScope(values: ReadonlyMap<string, string>, problems: string[]): ScopeConfig {
  const list = (name: string) => listAt(values, name).map(foldName);
  const scope: ScopeConfig = {
    subscriptions: list("DRAWBRIDGE_SCOPE_SUBSCRIPTIONS"),
    resourceGroups: list("DRAWBRIDGE_SCOPE_RESOURCE_GROUPS"),
    ids: list("DRAWBRIDGE_SCOPE_IDS").map((id) => foldName(parseServiceId(id)?.text ?? id)),
    managementGroups: list("DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS"),
    tags: readTags(listAt(values, "DRAWBRIDGE_SCOPE_TAGS")),
    exclude: list("DRAWBRIDGE_SCOPE_EXCLUDE"),
  };
  const wrong = (setting: string, value: string, expected: string) =>
    problems.push(`${setting}: "${value}" is not ${expected}`);
  for (const each of scope.subscriptions)
    if (!isGuid(each)) wrong("DRAWBRIDGE_SCOPE_SUBSCRIPTIONS", each, "a subscription id (a UUID)");
  for (const each of scope.resourceGroups)
    if (!isResourceGroupId(each))
      wrong("DRAWBRIDGE_SCOPE_RESOURCE_GROUPS", each, "a resource group's ARM id");
  for (const each of scope.ids)
    if (parseServiceId(each) === undefined)
      wrong("DRAWBRIDGE_SCOPE_IDS", each, "the ARM id of an API Management service");
  for (const each of scope.exclude)
    if (!isGuid(each) && !isResourceGroupId(each) && parseServiceId(each) === undefined)
      wrong("DRAWBRIDGE_SCOPE_EXCLUDE", each, "a subscription id, a resource group's or a service's ARM id");
  for (const each of scope.managementGroups)
    if (!/^[a-z0-9_().-]{1,90}$/.test(each))
      wrong("DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS", each, "the id of a management group");
  for (const { name } of scope.tags)
    if (name === "") wrong("DRAWBRIDGE_SCOPE_TAGS", "=", "a tag (name, or name=value)");
  const { subscriptions, resourceGroups, ids, managementGroups, tags } = scope;
  if ([subscriptions, resourceGroups, ids, managementGroups, tags].every(({ length }) => length === 0))
    problems.push(
      "nothing is governed; set DRAWBRIDGE_SCOPE_SUBSCRIPTIONS, or another of DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS, " +
        "_RESOURCE_GROUPS, _TAGS and _IDS",
    );
  return scope;
}

function listAt(values: ReadonlyMap<string, string>, name: string): readonly string[] {
  return (values.get(name) ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `environment=prod, governed`: a tag with this value, or with any value. */
function readTags(parts: readonly string[]): ScopeConfig["tags"] {
  return parts.map((part) => {
    const [name = "", ...value] = part.split("=");
    const folded = foldName(name.trim());
    return value.length === 0 ? { name: folded } : { name: folded, value: value.join("=").trim() };
  });
}

/** Entries that begin with a slash are ids; the others are tags. */
export function readWatch(values: ReadonlyMap<string, string>, problems: string[]): WatchConfig {
  const parts = listAt(values, "DRAWBRIDGE_ADDRESS_WATCH");
  const ids = parts.filter((part) => part.startsWith("/"));
  const tags = readTags(parts.filter((part) => !part.startsWith("/")));
  for (const id of ids)
    if (parsePublicIpId(id) === undefined)
      problems.push(`DRAWBRIDGE_ADDRESS_WATCH: "${id}" is not the ARM id of a public IP address`);
  if (tags.some(({ name }) => name === ""))
    problems.push('DRAWBRIDGE_ADDRESS_WATCH: "=" is not a tag (name, or name=value)');
  return { ids: ids.flatMap((id) => parsePublicIpId(id) ?? []), tags };
}

function isResourceGroupId(text: string): boolean {
  return parseServiceId(`${text}/providers/Microsoft.ApiManagement/service/x`) !== undefined;
}
