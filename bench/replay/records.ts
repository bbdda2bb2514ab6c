import { openSync, writeSync, closeSync } from "node:fs";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { explainVerdict } from "../../src/lib/policy/evaluate/explain.ts";
import { printFacts } from "../../src/lib/policy/evaluate/fact-sheet.ts";
import type { CompiledPolicy } from "../../src/lib/policy/compile/compile.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { connectionCatalogue, fields, type FieldName } from "../../src/lib/policy/language/fields.ts";
import { known, unknown, type Fact, type Facts, type FactValue } from "../../src/lib/policy/values/fact.ts";
import { Chance } from "../policy/world.ts";

/** How many records differ; a longer file repeats them. */
const distinct = 2_000;

const at = "2026-11-24T12:00:00.000Z";
export const subscriptions: readonly string[] = Array.from(
  { length: 40 },
  (_, index) => `${String(index).padStart(8, "0")}-0000-4000-8000-000000000000`,
);
const locations = ["westeurope", "northeurope", "eastus"];

/** The facts of a record, as long as those of a review. */
function factsOf(chance: Chance, index: number): Facts {
  const subscription = chance.pick(subscriptions);
  const group = `/subscriptions/${subscription}/resourcegroups/rg-team-${index}`;
  const network = `${group}/providers/microsoft.network/virtualnetworks/vnet-app`;
  const service = `/subscriptions/${subscriptions[0]}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-${index % 50}`;
  const values: Partial<Record<FieldName, FactValue>> = {
    "connection.id": `${service}/privateEndpointConnections/pe-${index}`,
    "connection.name": `pe-${index}`,
    "connection.state": "Pending",
    "connection.groupId": "Gateway",
    "connection.message": `please connect team ${index}`,
    "endpoint.id": `${group}/providers/microsoft.network/privateendpoints/pe-${index}`,
    "endpoint.subscriptionId": subscription,
    "endpoint.resourceGroup": `rg-team-${index}`,
    "endpoint.name": `pe-${index}`,
    "endpoint.location": chance.pick(locations),
    "endpoint.tags": {
      owner: `team-${index % 90}`,
      environment: chance.pick(["prod", "dev"]),
      costCenter: "4711",
    },
    "endpoint.subnet.id": `${network}/subnets/snet-endpoints`,
    "endpoint.subnet.name": chance.pick(["snet-endpoints", "snet-endpoints-2", "default"]),
    "endpoint.subnet.addressPrefixes": [`10.${index % 250}.0.0/24`],
    "endpoint.virtualNetwork.id": network,
    "requester.tenant": "ours",
    "requester.managementGroups": ["corp", "landing-zones", "contoso"],
    "service.id": service,
    "counts.approved": chance.below(60),
    "time.now": at,
  };
  return fields.map(({ name, type }): Fact => {
    if (values[name] !== undefined) return known(values[name]);
    if (chance.happens(0.02)) return unknown("forbidden");
    return known(
      type === "number"
        ? 1
        : type === "boolean"
          ? true
          : type === "object"
            ? {}
            : type.endsWith("s")
              ? []
              : "x",
    );
  });
}

/** Recorded decisions of a policy: their facts, and their lines in an export. */
export function createRecords(
  policy: CompiledPolicy,
  seed = 42,
): { readonly facts: readonly Facts[]; readonly lines: readonly string[] } {
  const chance = new Chance(seed);
  const facts = Array.from({ length: distinct }, (_, index) => factsOf(chance, index));
  const lines = facts.map((each, index) => {
    const env = prepare(each, policy.layout, Date.parse(at));
    return `${JSON.stringify({
      kind: "decision",
      connection: `pe-${index}`,
      cause: "event",
      actor: "queue:event",
      mode: "enforce",
      policy: { name: policy.policy.name, hash: "0".repeat(64) },
      verdict: evaluate(policy, env),
      action: "none",
      fingerprint: "0".repeat(64),
      facts: printFacts(each, connectionCatalogue),
      trace: explainVerdict(policy, env),
      id: `service-${String(index).padStart(12, "0")}`,
      sequence: index,
      at,
      previous: "0".repeat(64),
      hashVersion: 2,
      hash: "0".repeat(64),
    })}\n`;
  });
  return { facts, lines };
}

/** Writes an export with so many decisions; returns its size in bytes. */
export function writeExport(path: string, lines: readonly string[], count: number): number {
  const file = openSync(path, "w");
  let size = 0;
  for (let written = 0; written < count; written += lines.length)
    size += writeSync(file, lines.slice(0, count - written).join(""));
  closeSync(file);
  return size;
}
