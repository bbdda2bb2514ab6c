import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes a policy of this many rules, each for a team with two subscriptions, as people write them. */
export function writePolicy(folder: string, rules: number): string {
  const name = `${rules}-rules`;
  mkdirSync(join(folder, name), { recursive: true });
  const teams = Array.from({ length: rules }, (_, index) => teamRule(index)).join("");
  const text = `name: teams\nlimits:\n  - { name: keep headroom, max: 90 }\nrules:\n${teams}default: hold\n`;
  writeFileSync(join(folder, name, "policy.yaml"), text);
  return name;
}

function teamRule(index: number): string {
  return `  - name: team ${index}
    description: The landing zones of team ${index}.
    if:
      allOf:
        - { field: endpoint.subscriptionId, in: [${subscription(2 * index)}, ${subscription(2 * index + 1)}] }
        - { field: endpoint.subnet.name, like: "snet-endpoints*" }
        - { field: connection.groupId, equals: Gateway }
    then: { effect: approve }
`;
}

function subscription(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
}
