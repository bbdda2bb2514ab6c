import { follow, Unknown, valueAt, type Env } from "./env.ts";
import { fold } from "./fold.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import type { Limit } from "./policy.ts";

/** Where a limit stands for one connection: with room, reached, or not to be told. */
export type Standing =
  | { readonly kind: "free" }
  | { readonly kind: "reached"; readonly approved: number }
  | { readonly kind: "unknown"; readonly field: string; readonly unknown: Unknown };

export interface CompiledLimit {
  readonly limit: Limit;
  readonly standing: (env: Env) => Standing;
}

const free: Standing = { kind: "free" };

/** Limits are over the Approved connections of one service, this one included. */
export function compileLimit(limit: Limit, catalogue: Catalogue): CompiledLimit {
  const member =
    limit.managementGroup === undefined ? undefined : membershipOf(limit.managementGroup, catalogue);
  const count = counted(limit, catalogue);
  const state = fieldOf("connection.state", catalogue);
  return {
    limit,
    standing: (env) => {
      const inside = member?.(env) ?? true;
      if (inside instanceof Unknown)
        return { kind: "unknown", field: "requester.managementGroups", unknown: inside };
      if (!inside) return free;
      const approved = count.read(env);
      if (approved instanceof Unknown) return { kind: "unknown", field: count.field, unknown: approved };
      // A connection that is Approved already has its own place among those that are counted.
      const places = valueAt(state, env) === "Approved" ? approved : approved + 1;
      return places > limit.max ? { kind: "reached", approved } : free;
    },
  };
}

function counted(
  limit: Limit,
  catalogue: Catalogue,
): { field: string; read: (env: Env) => number | Unknown } {
  const field =
    limit.managementGroup !== undefined
      ? "counts.fromManagementGroup"
      : limit.per === undefined
        ? "counts.approved"
        : "counts.fromSubscription";
  const found = fieldOf(field, catalogue);
  const steps =
    limit.managementGroup === undefined ? [] : [{ kind: "key" as const, key: limit.managementGroup }];
  return {
    field,
    read: (env) => {
      const value = follow(valueAt(found, env), steps);
      if (value instanceof Unknown) return value;
      return typeof value === "number" ? value : new Unknown("empty-answer");
    },
  };
}

function membershipOf(group: string, catalogue: Catalogue): (env: Env) => boolean | Unknown {
  const reference = fieldOf("requester.managementGroups", catalogue);
  const wanted = fold(group);
  return (env) => {
    const groups = valueAt(reference, env);
    if (groups instanceof Unknown) return groups;
    return Array.isArray(groups) && groups.some((each) => typeof each === "string" && fold(each) === wanted);
  };
}

/** @throws where limits stand over a catalogue that has nothing to count; `check` refuses such a policy */
function fieldOf(name: string, catalogue: Catalogue): FieldReference {
  const reference = catalogue.resolve(name);
  if ("problem" in reference) throw new Error(`limits need the field ${name}`);
  return reference;
}
