import { listOf } from "../values/scalar.ts";
import type { Trusted } from "./formula.ts";
import { textOf, textsOf } from "./trusted-text.ts";
import { isGuid } from "../../guid.ts";

/**
 * Whether a comparison with an id fixes a segment that the platform asserts, such as the subscription, so that only
 * requesters with that segment can satisfy it. `name` is the operator or function in lower case.
 */
export function pinsPlatformPart(name: string, left: Trusted, right: Trusted): boolean {
  if (left.trust.kind === "id") return pinsSegments(name, left.trust.assertedSegments, right);
  if (right.trust.kind !== "id") return false;
  const { assertedSegments } = right.trust;
  if (name === "equals") return pinsSegments("equals", assertedSegments, left);
  return name === "contains" && isListOfConstants(left) && pinsSegments("in", assertedSegments, left);
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

function pinsSegments(name: string, assertedSegments: readonly number[], other: Trusted): boolean {
  const every = (texts: readonly string[] | undefined, pinned: (text: string) => boolean) =>
    texts !== undefined && texts.every(pinned);
  switch (name) {
    case "equals":
      return every(textsOf(other), (text) => writesOut(text, assertedSegments));
    case "in":
      return isListOfConstants(other) && every(membersOf(other), (text) => writesOut(text, assertedSegments));
    case "like":
      return every(textsOf(other), (text) => startWritesOut(text, assertedSegments));
    case "startswith":
      return every(textsOf(other), (text) => startWritesOut(`${text}*`, assertedSegments));
    default:
      return false;
  }
}

function writesOut(id: string, assertedSegments: readonly number[]): boolean {
  const segments = id.split("/");
  return assertedSegments.some((index) => (segments[index] ?? "") !== "");
}

/** Whether a pattern contains such a segment in full before its first `*`. A GUID needs no following slash. */
function startWritesOut(pattern: string, assertedSegments: readonly number[]): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return writesOut(pattern, assertedSegments);
  const segments = pattern.slice(0, star).split("/");
  const open = segments.pop() ?? "";
  const ended = isGuid(open) ? [...segments, open] : segments;
  return assertedSegments.some((index) => (ended[index] ?? "") !== "");
}
