import { compileCondition } from "./compile-condition.ts";
import { decide, type Predicate } from "./decision-diagram.ts";
import type { Layout } from "../language/env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Catalogue, FieldName } from "../language/fields.ts";
import type { Condition, ExemptionTarget, Exemption } from "../language/policy.ts";
import type { Position } from "../source/problem.ts";
import { FALSE, and, TRUE, truthOf } from "../values/truth.ts";
import { neverSatisfied } from "../language/vacuity.ts";

export interface CompiledExemption {
  readonly exemption: Exemption;
  /** The condition that its target satisfies. */
  readonly target: Condition;
  /** Whether it applies to this requester now; unknown if the facts about the requester are. */
  readonly applies: Predicate;
}

export function compileExemption(
  exemption: Exemption,
  catalogue: Catalogue,
  layout: Layout,
): CompiledExemption {
  const { expiresOn, at } = exemption;
  const target = targetCondition(exemption.target, catalogue, at);
  const isFor = isEmpty(exemption.target) ? FALSE : compileCondition(target, layout, neverSatisfied);
  return {
    exemption,
    target,
    applies: (env) => and(expiresOn === undefined ? TRUE : truthOf(env.now < expiresOn), decide(isFor, env)),
  };
}

/** Whether the list of targets is empty. Such an exemption applies to none, not even to an unknown endpoint. */
function isEmpty(of: ExemptionTarget): boolean {
  return (of.kind === "resourceGroup" ? of.groups : of.ids).length === 0;
}

function targetCondition(of: ExemptionTarget, catalogue: Catalogue, at: Position): Condition {
  switch (of.kind) {
    case "endpoint":
      return fieldIn("endpoint.id", of.ids, catalogue, at);
    case "subscription":
      return fieldIn("endpoint.subscriptionId", of.ids, catalogue, at);
    case "resourceGroup":
      return {
        kind: "anyOf",
        members: of.groups.map(({ subscriptionId, name }) => ({
          kind: "allOf",
          members: [
            fieldIn("endpoint.subscriptionId", [subscriptionId], catalogue, at),
            fieldIn("endpoint.resourceGroup", [name], catalogue, at),
          ],
        })),
      };
  }
}

/** @throws if the catalogue has no such field */
function fieldIn(
  field: FieldName,
  values: readonly FactValue[],
  catalogue: Catalogue,
  at: Position,
): Condition {
  const reference = catalogue.resolve(field);
  if ("problem" in reference) throw new Error(`exemptions need the field ${field}`);
  return {
    kind: "comparison",
    text: field,
    subject: { kind: "field", reference },
    operator: "in",
    operand: { kind: "constant", value: values },
    at,
  };
}
