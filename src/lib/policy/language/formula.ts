import type { Unknown, Env } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Catalogue, FieldReference } from "./fields.ts";
import type { Kind } from "./function-parameter.ts";
import type { IpRange } from "../values/ip-range.ts";
import type { Problem } from "../source/problem.ts";

export type Parameters = ReadonlyMap<string, FactValue>;

/** An enclosing count: the name of its element, its list, and the properties of its elements. */
export interface CountScope {
  readonly name?: string;
  readonly reference?: FieldReference;
  readonly element: Pick<Formula, "trust" | "possibleValues">;
}

/** The names in scope of an expression or a condition. */
export interface Names {
  readonly catalogue: Catalogue;
  readonly parameters: Parameters;
  /** The names of the parameters as written. */
  readonly parameterNames?: readonly string[];
  /** The enclosing counts, outermost first. */
  readonly counts: readonly CountScope[];
  /** Receives problems in valid expressions: those that always fail, or mean something else than intended. */
  readonly report?: (message: string, severity: Problem["severity"]) => void;
}

/** A compiled expression with its static properties. */
export interface Formula {
  readonly compute: (env: Env) => FactValue | Unknown;
  readonly references: readonly FieldReference[];
  /** Whether its value depends neither on facts nor on the time. */
  readonly constant: boolean;
  readonly trust: Trust;
  /** All values that it can have, if known at load. */
  readonly possibleValues?: readonly FactValue[];
  /** The constants in it. */
  readonly constants?: readonly FactValue[];
  /** The type of its value if nothing is absent or fails, as far as known at load. */
  readonly kind?: Kind;
  /** The name of the field if it is that field's list; `isCounted` if an enclosing count is over that list. */
  readonly list?: string;
  readonly isCounted?: true;
  /** Set for an instant, as text. */
  readonly isInstant?: true;
  /** Set if all text in its value is lower case. */
  readonly lowerCase?: boolean;
  /** Messages about comparisons in its functions that can never be true. */
  readonly impossible?: readonly string[];
  /** Set for and(), or() and not(). */
  readonly logical?: { readonly by: "and" | "or" | "not"; readonly parts: readonly Formula[] };
  /** Set if it always fails, which has been reported. */
  readonly alwaysFails?: true;
  /** Set for `ipRangeContains` of a constant range and a plain field, which is compiled to a comparison. */
  readonly rangeTest?: { readonly range: IpRange; readonly reference: FieldReference };
  /** Set if null means an absent field, which is null for operators and "" for functions. */
  readonly absentIsNull?: boolean;
  /** Set for a plain field. */
  readonly plain?: FieldReference;
}

/** Who determines a value. Decides whether it suffices for an approve rule. */
export type Trust =
  /** The same for every requester: constants of the policy, the time, and fields that are equal for all connections. */
  | { readonly kind: "constant" }
  /** Asserted by the platform only. `texts` are its possible texts, with a placeholder for parts known later. */
  | { readonly kind: "platform"; readonly texts?: readonly string[] }
  /** Text that begins with an ARM id; the platform asserts these of its segments, counted after splitting at "/". */
  | { readonly kind: "id"; readonly assertedSegments: readonly number[] }
  /** Such a text split at "/". */
  | { readonly kind: "segments"; readonly assertedSegments: readonly number[] }
  /** A boolean that is true only if a platform-asserted condition is. */
  | { readonly kind: "test" }
  /** Influenced by the requester, or not known. */
  | { readonly kind: "requester" };

/** The properties of a value that trust analysis needs. */
export type Trusted = Pick<Formula, "trust" | "possibleValues">;

/** The formulas of a call's arguments, and the properties of the call that follow from them. */
export interface Parts {
  readonly formulas: readonly Formula[];
  readonly base: Pick<
    Formula,
    "references" | "constant" | "constants" | "impossible" | "trust" | "alwaysFails"
  >;
}
