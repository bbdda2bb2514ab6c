import type { ScopeConfig } from "../config/config.ts";
import { subscriptionsOf } from "../estate/scope.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { nearest } from "../policy/source/nearest.ts";
import { sanitizeText } from "../sanitize-text.ts";
import type { ConnectionFilter, Listings } from "./listings.ts";

interface Known {
  readonly listings: Pick<Listings, "services" | "summaries">;
  readonly policy: () => Promise<LoadedPolicy>;
  readonly scope: ScopeConfig;
}

type Filter = Pick<ConnectionFilter, "subscription" | "requester" | "rule">;

/** A value of a filter that names nothing known, and what is known instead. */
interface UnknownValue {
  readonly parameter: keyof Filter;
  readonly detail: string;
}

/** Thrown for a list that is empty because of values that name nothing known; they come from a caller. */
export class ValuesUnknown extends Error {
  override readonly name = "ValuesUnknown";
  readonly values: readonly UnknownValue[];
  constructor(values: readonly UnknownValue[]) {
    super(values.map(({ detail }) => detail).join("; "));
    this.values = values;
  }
}

/**
 * For a list that came out empty: a mistyped subscription or rule must not read like "nothing is held". What is recorded stays
 * known, also where the policy or the scope has changed since.
 * @throws {ValuesUnknown}
 */
export async function assertKnown(services: Known, filter: Filter): Promise<void> {
  const values = await unknownValues(services, filter);
  if (values.length > 0) throw new ValuesUnknown(values);
}

async function unknownValues(
  { listings, policy, scope }: Known,
  { subscription, requester, rule }: Filter,
): Promise<readonly UnknownValue[]> {
  if (subscription === undefined && requester === undefined && rule === undefined) return [];
  const [summaries, services] = await Promise.all([listings.summaries(), listings.services()]);
  const ids = [...services.map(({ text }) => text), ...summaries.map(({ service }) => service)];
  const loaded = rule === undefined ? undefined : await policy();
  const inPolicy = loaded?.kind === "valid" ? loaded.compiled.policy.rules.map(({ name }) => name) : [];
  return [
    ...unknown("subscription", subscription, [...subscriptionsOf(scope), ...ids.map(subscriptionIn)], {
      says: "neither the scope nor a known service names the subscription",
    }),
    ...unknown(
      "requester",
      requester,
      summaries.map((each) => each.requester),
      { says: "no known connection comes from subscription" },
    ),
    ...unknown("rule", rule, [...inPolicy, ...summaries.map((each) => each.rule)], {
      says: "neither the policy nor the last decision of a connection has the rule",
      ...(loaded?.kind === "invalid"
        ? { caveat: "; the policy does not load, so its rules are unknown" }
        : {}),
    }),
  ];
}

function subscriptionIn(id: string): string | undefined {
  return id.split("/")[2];
}

function unknown(
  parameter: keyof Filter,
  value: string | undefined,
  names: readonly (string | undefined)[],
  { says, caveat = "" }: { readonly says: string; readonly caveat?: string },
): UnknownValue[] {
  const known = [...new Set(names)].filter((each) => each !== undefined).toSorted();
  if (value === undefined || known.includes(value)) return [];
  const detail = `${says} "${sanitizeText(value, 60)}"${suggestion(value, known)}${caveat}`;
  return [{ parameter, detail }];
}

const shownMax = 10;

/** The nearest known value, or else those that are known. */
function suggestion(value: string, known: readonly string[]): string {
  const near = nearest(value, known);
  if (near !== undefined) return `; did you mean "${near}"?`;
  if (known.length === 0) return "";
  const more = known.length > shownMax ? ` and ${known.length - shownMax} more` : "";
  return `; known: ${known.slice(0, shownMax).join(", ")}${more}`;
}
