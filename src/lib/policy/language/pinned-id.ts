import { listOf } from "../values/scalar.ts";
import type { Trusted } from "./formula.ts";
import { textOf, textsOf } from "./trusted-text.ts";
import { isGuid } from "../../guid.ts";

/**
 * Whether one side of a comparison, with an id on the other, leaves the requester no choice of the platform's part:
 * a subscription is written out, so that only who has it can satisfy the comparison.
 * `name` is the operator or function in lower case.
 */
export function pinsPlatformPart(name: string, left: Trusted, right: Trusted): boolean {
  if (left.trust.kind === "id") return pinsSegments(name, left.trust.vouched, right);
  if (right.trust.kind !== "id") return false;
  const { vouched } = right.trust;
  if (name === "equals") return pinsSegments("equals", vouched, left);
  return name === "contains" && isListOfConstants(left) && pinsSegments("in", vouched, left);
}

function isListOfConstants({ trust, possibleValues }: Trusted): boolean {
  return (
    trust.kind === "constant" &&
    possibleValues !== undefined &&
    possibleValues.every((each) => Array.isArray(each))
  );
}

function membersOf({ possibleValues = [] }: Trusted): string[] {
  return possibleValues.flatMap(listOf).map((each) => textOf(each) ?? "");
}

function pinsSegments(name: string, vouched: readonly number[], other: Trusted): boolean {
  const every = (texts: readonly string[] | undefined, pinned: (text: string) => boolean) =>
    texts !== undefined && texts.every(pinned);
  switch (name) {
    case "equals":
      return every(textsOf(other), (text) => writesOut(text, vouched));
    case "in":
      return isListOfConstants(other) && every(membersOf(other), (text) => writesOut(text, vouched));
    case "like":
      return every(textsOf(other), (text) => startWritesOut(text, vouched));
    case "startswith":
      return every(textsOf(other), (text) => startWritesOut(`${text}*`, vouched));
    default:
      return false;
  }
}

function writesOut(id: string, vouched: readonly number[]): boolean {
  const segments = id.split("/");
  return vouched.some((index) => (segments[index] ?? "") !== "");
}

/** A pattern does where a segment ends before its first `*`; a subscription's id ends by itself. */
function startWritesOut(pattern: string, vouched: readonly number[]): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return writesOut(pattern, vouched);
  const segments = pattern.slice(0, star).split("/");
  const open = segments.pop() ?? "";
  const ended = isGuid(open) ? [...segments, open] : segments;
  return vouched.some((index) => (ended[index] ?? "") !== "");
}
