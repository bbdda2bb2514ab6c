import { checkInstant } from "./check-rule.ts";
import { entriesOf, textAt } from "./keys.ts";
import type { Source } from "./parse.ts";
import type { Exemption, Limit } from "./policy.ts";
import type { Problems } from "./problem.ts";
import { foldCase } from "../fold-case.ts";

export function checkLimits(source: Source | undefined, problems: Problems): readonly Limit[] {
  return itemsOf(source, "limits", problems).flatMap((item) => checkLimit(item, problems) ?? []);
}

function checkLimit(source: Source, problems: Problems): Limit | undefined {
  const keys = entriesOf(source, ["name", "per", "managementGroup", "max"], problems);
  const name = textAt(source, keys, "name", problems);
  const per = keys.has("per") ? textAt(source, keys, "per", problems) : undefined;
  if (per !== undefined && per.toLowerCase() !== "endpoint.subscriptionid")
    problems.add(keys.get("per")?.at ?? source.at, 'a limit counts per "endpoint.subscriptionId", or in all');
  const managementGroup = keys.has("managementGroup")
    ? textAt(source, keys, "managementGroup", problems)
    : undefined;
  if (per !== undefined && managementGroup !== undefined)
    problems.add(source.at, "a limit counts per subscription or by management group; make two of it");
  const max = keys.get("max");
  const value = max?.kind === "scalar" ? max.value : undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    problems.add(max?.at ?? source.at, "max must be a whole number, zero or more");
    return undefined;
  }
  return {
    name,
    max: value,
    ...(per === undefined ? {} : { per: "endpoint.subscriptionId" as const }),
    ...(managementGroup === undefined ? {} : { managementGroup }),
    at: { file: problems.file, ...source.at },
  };
}

const endpointId =
  /^\/subscriptions\/[^/\s]+\/resourcegroups\/[^/\s]+\/providers\/microsoft\.network\/privateendpoints\/[^/\s]+$/i;

export function checkExemptions(source: Source | undefined, problems: Problems): readonly Exemption[] {
  return itemsOf(source, "exemptions", problems).map((item) => checkExemption(item, problems));
}

function checkExemption(source: Source, problems: Problems): Exemption {
  const keys = entriesOf(source, ["name", "rule", "endpoint", "owner", "ticket", "expiresOn"], problems);
  const name = textAt(source, keys, "name", problems);
  const rule = textAt(source, keys, "rule", problems);
  const endpoint = textAt(source, keys, "endpoint", problems);
  if (endpoint !== "" && !endpointId.test(endpoint))
    problems.add(
      keys.get("endpoint")?.at ?? source.at,
      "endpoint must be the ARM id of a private endpoint: /subscriptions/…/resourceGroups/…/providers/Microsoft.Network/privateEndpoints/…",
    );
  const owner = keys.has("owner") ? textAt(source, keys, "owner", problems) : undefined;
  const ticket = keys.has("ticket") ? textAt(source, keys, "ticket", problems) : undefined;
  const expiresOn = checkInstant(keys.get("expiresOn"), "expiresOn", problems);
  return {
    name,
    rule,
    endpoint: foldCase(endpoint),
    ...(owner === undefined ? {} : { owner }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(expiresOn === undefined ? {} : { expiresOn }),
    at: { file: problems.file, ...source.at },
  };
}

function itemsOf(source: Source | undefined, key: string, problems: Problems): readonly Source[] {
  if (source === undefined) return [];
  if (source.kind === "list") return source.items;
  problems.add(source.at, `${key} must be a list`);
  return [];
}
