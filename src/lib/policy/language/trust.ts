import type { Trust, Trusted } from "./formula.ts";
import type { FieldReference } from "./fields.ts";
import { pinsPlatformPart } from "./pinned-id.ts";
import { placeholder, joined, textsOf } from "./trusted-text.ts";

export const requesterTrust: Trust = { kind: "requester" };
export const constantTrust: Trust = { kind: "constant" };

export function isIndependentOfRequester({ trust }: Trusted): boolean {
  return trust.kind === "constant" || trust.kind === "platform";
}

export function trustOfField({ field, steps }: FieldReference): Trust {
  if (field.platformSegments !== undefined && steps.length === 0)
    return { kind: "id", assertedSegments: field.platformSegments };
  if (field.source === "time" || field.sameForEveryone === true) return constantTrust;
  if (field.assertedBy === "requester") return requesterTrust;
  return field.source === "service" ? { kind: "platform", texts: [placeholder] } : { kind: "platform" };
}

/** The trust in one element of a counted list. */
export function trustOfElement({ trust }: Trusted): Trust {
  return trust.kind === "constant" || trust.kind === "platform" ? { kind: trust.kind } : requesterTrust;
}

/** The trust in the result of a function; functions not known to keep platform segments intact give requester trust. */
export function trustOfCall(name: string, parts: readonly Trusted[]): Trust {
  if (parts.every(isIndependentOfRequester)) return trustOfIndependent(name, parts);
  const [first, second] = parts;
  if (first === undefined) return requesterTrust;
  switch (name) {
    case "tolower":
    case "toupper":
    case "string":
    case "concat":
      // Text appended to an id does not move its segments.
      return first.trust.kind === "id" ? first.trust : requesterTrust;
    case "split":
      return first.trust.kind === "id" &&
        second?.possibleValues?.length === 1 &&
        second.possibleValues[0] === "/"
        ? { kind: "segments", assertedSegments: first.trust.assertedSegments }
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

/** The trust in a member: `[2]` of an id's segments is the subscription; other members need trust in the whole. */
export function trustOfMember(of: Trusted, key: Trusted): Trust {
  if (isIndependentOfRequester(of) && isIndependentOfRequester(key)) return trustOfIndependent("", [of, key]);
  // The requester must not be able to choose the index either.
  if (of.trust.kind !== "segments" || !isIndependentOfRequester(key) || key.possibleValues === undefined)
    return requesterTrust;
  const { assertedSegments } = of.trust;
  const all = key.possibleValues.every(
    (index) => typeof index === "number" && assertedSegments.includes(index),
  );
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
