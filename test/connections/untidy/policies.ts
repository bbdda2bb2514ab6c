import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import type { FactSheet } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import type { FactValue } from "../../../src/lib/policy/values/fact.ts";
import type { LoadedPolicy } from "../../../src/lib/policy/loaded-policy.ts";

export interface Judged {
  readonly name: string;
  readonly policy: LoadedPolicy;
}

type Condition = Readonly<Record<string, unknown>>;

/** A condition that a field has exactly this value. */
function has(field: string, value: FactValue): readonly Condition[] {
  if (field === "time.now") return [{ field, exists: true }];
  if (Array.isArray(value)) {
    const list = { field: `${field}[*]` };
    const count = (member: unknown): Condition => ({
      count: { ...list, where: { value: "[current()]", equals: member } },
      equals: 1,
    });
    return [{ count: list, equals: value.length }, ...value.map(count)];
  }
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, each]) => has(`${field}.${key}`, each));
  return [{ field, equals: value }];
}

function policy(name: string, rules: readonly object[], limits: readonly object[] = []): Judged {
  const text = JSON.stringify({ name, limits, rules, default: "hold" });
  const loaded = policyFrom([{ file: `${name}.yaml`, text }], { policyParameters: {}, mode: "observe" });
  if (loaded.kind === "invalid") throw new Error(loaded.problems.join("\n"));
  return { name, policy: loaded };
}

const rule = (effect: string, condition: Condition) => ({ name: effect, if: condition, then: { effect } });
const always: Condition = { field: "time.now", exists: true };

/**
 * Policies that together name every field, and whose verdict changes as soon as any fact is known to differ or to be
 * absent. Only an unknown fact holds.
 */
export function policiesFor(facts: FactSheet): readonly Judged[] {
  const { known } = facts;
  const same = Object.entries(known).flatMap(([field, value]) => has(field, value));
  const other = { anyOf: same.map((each) => ({ not: each })) };
  const missing = { anyOf: Object.keys(known).map((field) => ({ field, exists: false })) };
  return [
    policy("approves what is as it was", [rule("approve", { allOf: same })]),
    policy("approves, and rejects what is another", [rule("reject", other), rule("approve", always)]),
    policy("rejects what is as it was, and approves the rest", [
      rule("reject", { allOf: same }),
      rule("approve", always),
    ]),
    policy("approves what is another", [rule("approve", other)]),
    policy("rejects what is another", [rule("reject", other)]),
    policy("approves what has something missing", [rule("approve", missing)]),
    ...limitsFor(facts),
  ];
}

/** Limits that are just reached: with one connection fewer, they approve. */
function limitsFor({ known }: FactSheet): readonly Judged[] {
  const byGroup = known["counts.fromManagementGroup"] as Readonly<Record<string, number>>;
  // It is unknown for an endpoint in another tenant.
  const ofNetwork = known["counts.fromVirtualNetwork"];
  const byTag = known["counts.fromSubscriptionTag"] as Readonly<Record<string, number>>;
  const limited = (name: string, limit: object) =>
    policy(name, [rule("approve", always)], [{ name, ...limit }]);
  return [
    limited("limits a service", { max: known["counts.approved"] }),
    limited("limits a subscription", {
      max: known["counts.fromSubscription"],
      per: "endpoint.subscriptionId",
    }),
    ...(ofNetwork === undefined
      ? []
      : [limited("limits a virtual network", { max: ofNetwork, per: "endpoint.virtualNetwork.id" })]),
    limited("limits a team", { max: byTag["team"], per: "requester.subscriptionTags['team']" }),
    limited("limits every management group", { max: byGroup["corp"], per: "requester.managementGroups" }),
    limited("limits a management group", { max: byGroup["corp"], managementGroup: "corp" }),
  ];
}
