import { compileCondition } from "./compile-condition.ts";
import type { Decider } from "./decider.ts";
import type { Layout } from "../language/env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Catalogue, FieldName } from "../language/field.ts";
import type { Condition, Exempted, Exemption } from "../language/policy.ts";
import type { Position } from "../source/problem.ts";
import { FALSE, least, TRUE, truthOf } from "../values/truth.ts";
import { neverSatisfied } from "../language/vacuity.ts";

export interface CompiledExemption {
  readonly exemption: Exemption;
  /** Who it is for, as a condition. */
  readonly whom: Condition;
  /** Whether it is for this requester, now; unknown where the requester is, since it might be. */
  readonly applies: Decider;
}

export function compileExemption(
  exemption: Exemption,
  catalogue: Catalogue,
  layout: Layout,
): CompiledExemption {
  const { expiresOn, of, at } = exemption;
  const whom = conditionOf(of, catalogue, at);
  const isFor: Decider = isEmpty(of) ? () => FALSE : compileCondition(whom, layout, neverSatisfied);
  const applies: Decider = (env) =>
    least(expiresOn === undefined ? TRUE : truthOf(env.now < expiresOn), isFor(env));
  return { exemption, whom, applies };
}

/** A list that is yet to be filled exempts nobody, not even an endpoint that is unknown. */
function isEmpty(of: Exempted): boolean {
  return (of.kind === "resourceGroup" ? of.groups : of.ids).length === 0;
}

function conditionOf(of: Exempted, catalogue: Catalogue, at: Position): Condition {
  switch (of.kind) {
    case "endpoint":
      return among("endpoint.id", of.ids, catalogue, at);
    case "subscription":
      return among("endpoint.subscriptionId", of.ids, catalogue, at);
    case "resourceGroup":
      return {
        kind: "anyOf",
        members: of.groups.map(({ subscriptionId, name }) => ({
          kind: "allOf",
          members: [
            among("endpoint.subscriptionId", [subscriptionId], catalogue, at),
            among("endpoint.resourceGroup", [name], catalogue, at),
          ],
        })),
      };
  }
}

/** @throws where exemptions stand over a catalogue without requesters */
function among(
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
