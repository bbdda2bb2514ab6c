import type { Unknown, Env } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import type { Kind } from "./function-parameter.ts";
import type { IpRange } from "../values/ip-range.ts";
import type { Problem } from "../source/problem.ts";

export type Parameters = ReadonlyMap<string, FactValue>;

/** A count around a condition: how its element is called, the list that it goes through, and what its elements are. */
export interface CountScope {
  readonly name?: string;
  readonly reference?: FieldReference;
  readonly element: Pick<Formula, "trust" | "possibleValues">;
}

/** What an expression or a condition may name where it stands. */
export interface Names {
  readonly catalogue: Catalogue;
  readonly parameters: Parameters;
  /** Their names as the policy's author wrote them. */
  readonly parameterNames?: readonly string[];
  /** The counts around it, outermost first. */
  readonly counts: readonly CountScope[];
  /** Told what can be read and yet is a mistake, or says something else than its author thinks. */
  readonly report?: (message: string, severity: Problem["severity"]) => void;
}

/** An expression ready to be computed, and the fields that it looks at. */
export interface Formula {
  readonly compute: (env: Env) => FactValue | Unknown;
  readonly references: readonly FieldReference[];
  /** Whether its value is the same for all facts, at all times. */
  readonly constant: boolean;
  readonly trust: Trust;
  /** The values that it can come to, where they are known when the policy loads. */
  readonly possibleValues?: readonly FactValue[];
  /** The constants in it, of which its value on facts is made. */
  readonly constants?: readonly FactValue[];
  /** Of what kind it is where nothing is absent or fails, as far as that is known when the policy loads. */
  readonly kind?: Kind;
  /** Set where it is the list that a field holds, by the field's name; `isCounted` where a count around it goes through that. */
  readonly list?: string;
  readonly isCounted?: true;
  /** Set where it is an instant, as text. */
  readonly isInstant?: true;
  /** Set where no text in it has a capital. */
  readonly lowerCase?: boolean;
  /** What its functions are given and can never be so, in words for the policy's author. */
  readonly impossible?: readonly string[];
  /** Set where it is true as its parts are. */
  readonly logical?: { readonly by: "and" | "or" | "not"; readonly parts: readonly Formula[] };
  /** Set where it can only fail, which its author has been told. */
  readonly alwaysFails?: true;
  /** Set where it is `ipRangeContains` of a constant range and a plain field, which is compiled to a comparison. */
  readonly rangeTest?: { readonly range: IpRange; readonly reference: FieldReference };
  /** Set where its null means that a field is absent: null to an operator, and "" to a function. */
  readonly absentIsNull?: boolean;
  /** Set where it is a plain field. */
  readonly plain?: FieldReference;
}

/** Who has a say in a value: what decides whether an approve rule may rest on it. */
export type Trust =
  /** The policy's own text, the time, or what every connection has alike: the same for every requester. */
  | { readonly kind: "constant" }
  /** What the platform vouches for, and nothing else. `texts` are what it can read as, with a hole for what is known later. */
  | { readonly kind: "platform"; readonly texts?: readonly string[] }
  /** Text that begins with an ARM id of which the platform vouches for these segments, counted in the text split at "/". */
  | { readonly kind: "id"; readonly vouched: readonly number[] }
  /** The list that such a text is when it is split at "/". */
  | { readonly kind: "segments"; readonly vouched: readonly number[] }
  /** A truth value that is true only where something is so that the platform vouches for. */
  | { readonly kind: "test" }
  /** What the requester has a say in, and whatever cannot be told. */
  | { readonly kind: "requester" };

/** A value as far as trust in it goes. */
export type Trusted = Pick<Formula, "trust" | "possibleValues">;

/** The formulas of a call's arguments, and what a formula of them has in common with them. */
export interface Parts {
  readonly formulas: readonly Formula[];
  readonly base: Pick<
    Formula,
    "references" | "constant" | "constants" | "impossible" | "trust" | "alwaysFails"
  >;
}
