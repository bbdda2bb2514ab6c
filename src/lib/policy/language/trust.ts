import type { Trust, Trusted } from "./formula.ts";
import type { FieldReference } from "./field.ts";
import { pinsPlatformPart } from "./pinned-id.ts";
import { placeholder, joined, textsOf } from "./trusted-text.ts";

export const requesterTrust: Trust = { kind: "requester" };
export const constantTrust: Trust = { kind: "constant" };

export function isIndependentOfRequester({ trust }: Trusted): boolean {
  return trust.kind === "constant" || trust.kind === "platform";
}

export function trustOfField({ field, steps }: FieldReference): Trust {
  if (field.platformSegments !== undefined && steps.length === 0)
    return { kind: "id", vouched: field.platformSegments };
  if (field.source === "time" || field.sameForEveryone === true) return constantTrust;
  if (field.assertedBy === "requester") return requesterTrust;
  return field.source === "service" ? { kind: "platform", texts: [placeholder] } : { kind: "platform" };
}

/** Of one element of a list that a count goes through. */
export function trustOfElement({ trust }: Trusted): Trust {
  return trust.kind === "constant" || trust.kind === "platform" ? { kind: trust.kind } : requesterTrust;
}

/** What a function gives; what is not known to keep the platform's part apart is the requester's. */
export function trustOfCall(name: string, parts: readonly Trusted[]): Trust {
  if (parts.every(isIndependentOfRequester)) return trustOfIndependent(name, parts);
  const [first, second] = parts;
  if (first === undefined) return requesterTrust;
  switch (name) {
    case "tolower":
    case "toupper":
    case "string":
    case "concat":
      // What stands behind an id does not move its segments.
      return first.trust.kind === "id" ? first.trust : requesterTrust;
    case "split":
      return first.trust.kind === "id" &&
        second?.possibleValues?.length === 1 &&
        second.possibleValues[0] === "/"
        ? { kind: "segments", vouched: first.trust.vouched }
        : requesterTrust;
    case "equals":
    case "startswith":
    case "contains":
      return second !== undefined && pinsPlatformPart(name, first, second)
        ? { kind: "test" }
        : requesterTrust;
    case "and":
      return parts.some(requiresPlatformWhenTrue) ? { kind: "test" } : requesterTrust;
    case "or":
      return parts.every(requiresPlatformWhenTrue) ? { kind: "test" } : requesterTrust;
    default:
      return requesterTrust;
  }
}

/** `[2]` of an id's segments is the subscription; of everything else nothing is known unless all of it is the platform's. */
export function trustOfMember(of: Trusted, key: Trusted): Trust {
  if (isIndependentOfRequester(of) && isIndependentOfRequester(key)) return trustOfIndependent("", [of, key]);
  // Which member is compared must not be the requester's choice either.
  if (of.trust.kind !== "segments" || !isIndependentOfRequester(key) || key.possibleValues === undefined)
    return requesterTrust;
  const { vouched } = of.trust;
  const all = key.possibleValues.every((index) => typeof index === "number" && vouched.includes(index));
  return all ? { kind: "platform" } : requesterTrust;
}

function requiresPlatformWhenTrue({ trust }: Trusted): boolean {
  return trust.kind === "test" || trust.kind === "platform";
}

function trustOfIndependent(name: string, parts: readonly Trusted[]): Trust {
  if (parts.every(({ trust }) => trust.kind === "constant")) return constantTrust;
  const texts = name === "concat" ? joined(parts.map(textsOf)) : undefined;
  return texts === undefined ? { kind: "platform" } : { kind: "platform", texts };
}
