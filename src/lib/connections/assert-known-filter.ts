import type { ScopeConfig } from "../config/config.ts";
import { isByTraits, subscriptionsOf } from "../estate/scope.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { unknownValue, UnknownFilterValues, type UnknownValue } from "../estate/unknown-filter-value.ts";
import type { ConnectionFilter, Listings } from "./listings.ts";

interface FilterServices {
  readonly listings: Pick<Listings, "services" | "summaries" | "entries">;
  readonly policy: () => Promise<LoadedPolicy>;
  readonly scope: ScopeConfig;
}

type Filter = Pick<ConnectionFilter, "subscription" | "requester" | "rule">;

/**
 * For a list that came out empty: a mistyped subscription or rule must not read like "nothing is held". What is
 * recorded stays known, also where the policy or the scope has changed since.
 * @throws {UnknownFilterValues}
 */
export async function assertKnown(services: FilterServices, filter: Filter): Promise<void> {
  const values = await unknownValues(services, filter);
  if (values.length > 0) throw new UnknownFilterValues(values);
}

async function unknownValues(
  { listings, policy, scope }: FilterServices,
  { subscription, requester, rule }: Filter,
): Promise<readonly UnknownValue[]> {
  if (subscription === undefined && requester === undefined && rule === undefined) return [];
  const [summaries, services] = await Promise.all([listings.summaries(), listings.services()]);
  const ids = [...services.map(({ id }) => id.text), ...summaries.map(({ service }) => service)];
  return [
    // Which subscriptions a management group or a tag takes in is known to Azure alone: one without a service may be
    // among them.
    ...(isByTraits(scope)
      ? []
      : unknownValue("subscription", subscription, [...subscriptionsOf(scope), ...ids.map(subscriptionIn)], {
          says: "neither the scope nor a known service names the subscription",
        })),
    ...unknownValue(
      "requester",
      requester,
      summaries.map((each) => each.requester),
      { says: "no known connection comes from subscription" },
    ),
    ...(rule === undefined
      ? []
      : await unknownRule(
          rule,
          summaries.map((each) => each.rule),
          { listings, policy: await policy() },
        )),
  ];
}

/** Decisions that are searched for a rule. Each costs a read of the table, at every request with a mistyped rule. */
const searchedMax = 100;

/** A rule that was renamed or removed is still known to the decisions that it made. */
async function unknownRule(
  rule: string,
  lastRules: readonly (string | undefined)[],
  { listings, policy }: { readonly listings: Pick<Listings, "entries">; readonly policy: LoadedPolicy },
): Promise<readonly UnknownValue[]> {
  const inPolicy = policy.kind === "valid" ? policy.compiled.policy.rules.map(({ name }) => name) : [];
  const known = new Set([...inPolicy, ...lastRules]);
  if (known.has(rule)) return [];
  const { items, continuation } = await listings.entries({ kind: "decision" }, { top: searchedMax });
  for (const entry of items) if (entry.kind === "decision") known.add(entry.verdict.rule);
  const decisions =
    continuation === undefined ? "any recorded decision" : `the newest ${searchedMax} decisions`;
  return unknownValue("rule", rule, [...known], {
    says: `neither the policy, nor the last decision of a connection, nor ${decisions} has the rule`,
    ...(policy.kind === "invalid" ? { caveat: "; the policy does not load, so its rules are unknown" } : {}),
  });
}

function subscriptionIn(id: string): string | undefined {
  return id.split("/")[2];
}
