import { Unknown, follow, valueAt, type Env, type Slot } from "./env.ts";
import type { Catalogue } from "./field.ts";
import { fold } from "./fold.ts";
import type { Limit, OverrideKind } from "./policy.ts";

/** What a maximum lies between where a fact is unknown that chooses it. */
export interface Maximum {
  readonly least: number;
  readonly most: number;
  readonly field: string;
  readonly unknown: Unknown;
}

interface Choice {
  readonly field: string;
  readonly read: (env: Env) => Slot;
  /** By what an override names, folded. */
  readonly maxima: ReadonlyMap<string, number>;
}

/** The more particular first: which override holds must not hang on their order. */
const ranked: readonly OverrideKind[] = ["virtualNetwork", "subscription", "tagValue", "managementGroup"];

/** The maximum that holds for a requester: of the most particular override that names it, else the limit's own. */
export function maximumOf(limit: Limit, catalogue: Catalogue): (env: Env) => number | Maximum {
  const { overrides, max } = limit;
  if (overrides.length === 0) return () => max;
  const choices = ranked.flatMap((kind): Choice[] => {
    const maxima = new Map(
      overrides
        .filter((each) => each.kind === kind)
        .flatMap((each) => each.values.map((value) => [fold(value), each.max] as const)),
    );
    return maxima.size === 0 ? [] : [{ ...reader(kind, limit, catalogue), maxima }];
  });
  return (env) => chosen(choices, max, env);
}

function chosen(choices: readonly Choice[], max: number, env: Env): number | Maximum {
  let open: Maximum | undefined;
  for (const { field, read, maxima } of choices) {
    const value = read(env);
    if (value instanceof Unknown) {
      const [least, most] = [Math.min(...maxima.values()), Math.max(...maxima.values())];
      open = widened(open ?? { least, most, field, unknown: value }, least, most);
      continue;
    }
    const found = namedIn(value, maxima);
    if (found !== undefined) return open === undefined ? found : widened(open, found, found);
  }
  return open === undefined ? max : widened(open, max, max);
}

function widened(open: Maximum, least: number, most: number): Maximum {
  return { ...open, least: Math.min(open.least, least), most: Math.max(open.most, most) };
}

/** Of several groups the first counts, which is the nearest. */
function namedIn(value: Slot, maxima: ReadonlyMap<string, number>): number | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const text of texts) {
    const found = typeof text === "string" ? maxima.get(fold(text)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function reader(kind: OverrideKind, { per }: Limit, catalogue: Catalogue): Omit<Choice, "maxima"> {
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
