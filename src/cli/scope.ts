import type { ScopeConfig } from "../lib/config/config.ts";
import { readScope } from "../lib/config/read-scope.ts";
import { foldName } from "../lib/fold-name.ts";
import { isGuid } from "../lib/guid.ts";
import type { Terminal } from "./command.ts";
import { UsageError } from "./exit-codes.ts";

/** The settings of the scope, in the app's spelling. */
const settings = [
  "DRAWBRIDGE_SCOPE_SUBSCRIPTIONS",
  "DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS",
  "DRAWBRIDGE_SCOPE_RESOURCE_GROUPS",
  "DRAWBRIDGE_SCOPE_IDS",
  "DRAWBRIDGE_SCOPE_TAGS",
  "DRAWBRIDGE_SCOPE_EXCLUDE",
] as const;
type Setting = (typeof settings)[number];

const managementGroup = /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/;

/**
 * The scope that `--scope` names: ids, comma-separated, of subscriptions, management groups, resource groups and
 * services. Without it, the app's settings DRAWBRIDGE_SCOPE_…. What the settings exclude stays excluded.
 * @throws {UsageError} with every problem
 */
export function scopeFrom(
  named: string | undefined,
  { environment }: Pick<Terminal, "environment">,
): ScopeConfig {
  const problems: string[] = [];
  const exclude = environment.DRAWBRIDGE_SCOPE_EXCLUDE ?? "";
  const values =
    named === undefined
      ? new Map(settings.map((setting) => [setting, environment[setting] ?? ""]))
      : new Map([...valuesIn(named, problems), ["DRAWBRIDGE_SCOPE_EXCLUDE", exclude]]);
  if (problems.length > 0) throw new UsageError(problems.join("; "));
  const scope = readScope(values, problems);
  if (problems.length > 0)
    throw new UsageError(
      `${problems.join("; ")}${named === undefined ? "; --scope replaces these settings" : ""}`,
    );
  return scope;
}

function valuesIn(named: string, problems: string[]): Map<string, string> {
  const values = new Map<Setting, string[]>();
  for (const part of named.split(",").map((each) => each.trim().replace(/\/$/, ""))) {
    const found = settingOf(part);
    if (found === undefined)
      problems.push(
        `--scope: "${part}" is not the id of a subscription, management group, resource group or service (names are not looked up, since this does not ask the app)`,
      );
    else values.set(found[0], [...(values.get(found[0]) ?? []), found[1]]);
  }
  return new Map([...values].map(([setting, ids]) => [setting, ids.join(",")]));
}

function settingOf(id: string): readonly [Setting, string] | undefined {
  const folded = foldName(id);
  if (isGuid(folded)) return ["DRAWBRIDGE_SCOPE_SUBSCRIPTIONS", folded];
  const [, group] = managementGroup.exec(folded) ?? [];
  if (group !== undefined) return ["DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS", group];
  const segments = folded.split("/");
  if (segments[1] !== "subscriptions") return undefined;
  if (!isGuid(segments[2] ?? "")) return undefined;
  if (segments.length === 3) return ["DRAWBRIDGE_SCOPE_SUBSCRIPTIONS", segments[2] ?? ""];
  if (segments.length === 5) return ["DRAWBRIDGE_SCOPE_RESOURCE_GROUPS", folded];
  return segments.length === 9 ? ["DRAWBRIDGE_SCOPE_IDS", id] : undefined;
}
