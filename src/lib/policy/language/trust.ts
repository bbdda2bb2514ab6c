import type { Trust, Trusted } from "./formula.ts";
import type { FieldReference } from "./field.ts";
import { pins } from "./pinned-id.ts";
import { hole, joined, textsOf } from "./trusted-text.ts";

export const requester: Trust = { kind: "requester" };
export const ofConstant: Trust = { kind: "constant" };

export function isFirm({ trust }: Trusted): boolean {
  return trust.kind === "constant" || trust.kind === "platform";
}

export function trustOfField({ field, steps }: FieldReference): Trust {
  if (field.platformSegments !== undefined && steps.length === 0)
    return { kind: "id", vouched: field.platformSegments };
  if (field.source === "time" || field.ofEverybody === true) return ofConstant;
  if (field.assertedBy === "requester") return requester;
  return field.source === "service" ? { kind: "platform", texts: [hole] } : { kind: "platform" };
}

/** Of one element of a list that a count goes through. */
export function trustOfElement({ trust }: Trusted): Trust {
  return trust.kind === "constant" || trust.kind === "platform" ? { kind: trust.kind } : requester;
}

/** What a function gives; what is not known to keep the platform's part apart is the requester's. */
export function trustOfCall(name: string, parts: readonly Trusted[]): Trust {
  if (parts.every(isFirm)) return firm(name, parts);
  const [first, second] = parts;
  if (first === undefined) return requester;
  switch (name) {
    case "tolower":
    case "toupper":
    case "string":
    case "concat":
      // What stands behind an id does not move its segments.
      return first.trust.kind === "id" ? first.trust : requester;
    case "split":
      return first.trust.kind === "id" && second?.among?.length === 1 && second.among[0] === "/"
        ? { kind: "segments", vouched: first.trust.vouched }
        : requester;
    case "equals":
    case "startswith":
    case "contains":
      return second !== undefined && pins(name, first, second) ? { kind: "test" } : requester;
    case "and":
      return parts.some(restsWhereTrue) ? { kind: "test" } : requester;
    case "or":
      return parts.every(restsWhereTrue) ? { kind: "test" } : requester;
    default:
      return requester;
  }
}

/** `[2]` of an id's segments is the subscription; of everything else nothing is known unless all of it is the platform's. */
export function trustOfMember(of: Trusted, key: Trusted): Trust {
  if (isFirm(of) && isFirm(key)) return firm("", [of, key]);
  // Which member is compared must not be the requester's choice either.
  if (of.trust.kind !== "segments" || !isFirm(key) || key.among === undefined) return requester;
  const { vouched } = of.trust;
  const all = key.among.every((index) => typeof index === "number" && vouched.includes(index));
  return all ? { kind: "platform" } : requester;
}

function restsWhereTrue({ trust }: Trusted): boolean {
  return trust.kind === "test" || trust.kind === "platform";
}

function firm(name: string, parts: readonly Trusted[]): Trust {
  if (parts.every(({ trust }) => trust.kind === "constant")) return ofConstant;
  const texts = name === "concat" ? joined(parts.map(textsOf)) : undefined;
  return texts === undefined ? { kind: "platform" } : { kind: "platform", texts };
}
