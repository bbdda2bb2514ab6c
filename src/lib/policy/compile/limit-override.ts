import { Unknown, follow, valueAt, type Env, type Slot } from "../language/env.ts";
import type { Catalogue } from "../language/fields.ts";
import { foldText } from "../values/fold-text.ts";
import type { Limit, OverrideKind } from "../language/policy.ts";

/** The bounds of a maximum if the fact that selects its override is unknown. */
export interface MaximumRange {
  readonly least: number;
  readonly most: number;
  readonly field: string;
  readonly unknown: Unknown;
}

interface Choice {
  readonly field: string;
  readonly read: (env: Env) => Slot;
  /** The least and the greatest of the maxima. */
  readonly least: number;
  readonly most: number;
  /** Maxima by the folded value that an override names. */
  readonly maxima: ReadonlyMap<string, number>;
}

/** Most specific first, so that the override that applies does not depend on their order in the file. */
const ranked: readonly OverrideKind[] = ["virtualNetwork", "subscription", "tagValue", "managementGroup"];

/** The maximum for a requester: that of the most specific override that matches, else the limit's own. */
export function maximumOf(limit: Limit, catalogue: Catalogue): (env: Env) => number | MaximumRange {
  const { overrides, max } = limit;
  if (overrides.length === 0) return () => max;
  const choices = ranked.flatMap((kind): Choice[] => {
    const named = overrides.filter((each) => each.kind === kind && each.values.length > 0);
    if (named.length === 0) return [];
    const maxima = new Map(
      named.flatMap((each) => each.values.map((value) => [foldText(value), each.max] as const)),
    );
    const ordered = named.map((each) => each.max).toSorted((a, b) => a - b);
    const [least, most] = [ordered[0] ?? max, ordered.at(-1) ?? max];
    return [{ ...reader(kind, limit, catalogue), maxima, least, most }];
  });
  return (env) => chooseMaximum(choices, max, env);
}

function chooseMaximum(choices: readonly Choice[], max: number, env: Env): number | MaximumRange {
  let open: MaximumRange | undefined;
  for (const { field, read, maxima, least, most } of choices) {
    const value = read(env);
    if (value instanceof Unknown) {
      open = widen(open ?? { least, most, field, unknown: value }, least, most);
      continue;
    }
    const found = overrideFor(value, maxima);
    if (found !== undefined) return open === undefined ? found : widen(open, found, found);
  }
  return open === undefined ? max : widen(open, max, max);
}

function widen(open: MaximumRange, least: number, most: number): MaximumRange {
  return { ...open, least: Math.min(open.least, least), most: Math.max(open.most, most) };
}

/** The maximum for a value; for a list of groups, that of the first match, which is the nearest group. */
function overrideFor(value: Slot, maxima: ReadonlyMap<string, number>): number | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const text of texts) {
    const found = typeof text === "string" ? maxima.get(foldText(text)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function reader(kind: OverrideKind, { per }: Limit, catalogue: Catalogue): Pick<Choice, "field" | "read"> {
  const fields = {
    subscription: "endpoint.subscriptionId",
    virtualNetwork: "endpoint.virtualNetwork.id",
    tagValue: "requester.subscriptionTags",
    managementGroup: "requester.managementGroups",
  };
  const field = fields[kind];
  const reference = catalogue.resolve(field);
  if ("problem" in reference) throw new Error(`overrides need the field ${field}`);
  const steps = kind === "tagValue" && per?.kind === "tag" ? [{ kind: "key" as const, key: per.tag }] : [];
  return { field, read: (env) => follow(valueAt(reference, env), steps) };
}
