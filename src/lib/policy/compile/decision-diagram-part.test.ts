import { describe, expect, it } from "vitest";
import { envWithoutFacts } from "../language/env.ts";
import { not, type Truth } from "../values/truth.ts";
import { decide, type Diagram } from "./decision-diagram.ts";
import {
  askCondition,
  conjunction,
  diagramOf,
  disjunction,
  negate,
  type DiagramPart,
} from "./decision-diagram-part.ts";

const truths: readonly Truth[] = [0, 1, 2];
const constantly = (truth: Truth) => askCondition(() => truth);
const truthOf = (part: DiagramPart) => decide(diagramOf(part), envWithoutFacts);

describe("a diagram", () => {
  const triples = truths.flatMap((a) => truths.flatMap((b) => truths.map((c) => [a, b, c] as const)));

  it.each(triples)("of all, any and not has Kleene's truth for %i, %i and %i", (a, b, c) => {
    const [first, second, third] = [constantly(a), constantly(b), constantly(c)];
    expect(truthOf(conjunction([first, second, third]))).toBe(Math.min(a, b, c));
    expect(truthOf(disjunction([first, second, third]))).toBe(Math.max(a, b, c));
    expect(truthOf(negate(first))).toBe(not(a));
    expect(truthOf(conjunction([first, disjunction([second, negate(third)])]))).toBe(
      Math.min(a, Math.max(b, not(c))),
    );
    expect(truthOf(disjunction([first, conjunction([negate(second), third])]))).toBe(
      Math.max(a, Math.min(not(b), c)),
    );
  });

  it("asks no further question once the truth is certain", () => {
    let asked = 0;
    const counted = (truth: Truth) =>
      askCondition(() => {
        asked++;
        return truth;
      });
    expect(truthOf(conjunction([counted(1), counted(0), counted(2)]))).toBe(0);
    expect(truthOf(disjunction([counted(1), counted(2), counted(0)]))).toBe(2);
    expect(asked).toBe(4);
  });

  it("compiles each member once after true and once after unknown, and the first one only once", () => {
    const compiled = [0, 0, 0];
    const members = compiled.map((_, index): DiagramPart => (...next) => {
      compiled[index] = (compiled[index] ?? 0) + 1;
      return constantly(2)(...next);
    });
    diagramOf(conjunction(members));
    expect(compiled).toEqual([1, 2, 2]);
  });

  it("copies a question at most once for each level of nesting, so that no condition makes it large", () => {
    const levels = 16;
    let nested: DiagramPart = constantly(2);
    for (let level = 0; level < levels; level++)
      nested = (level % 2 === 0 ? conjunction : disjunction)([constantly(1), nested, negate(constantly(1))]);
    const questions = 1 + 2 * levels;
    expect(sizeOf(diagramOf(nested))).toBeLessThanOrEqual(questions * (levels + 1));
  });
});

function sizeOf(diagram: Diagram, seen = new Set<Diagram>()): number {
  if (typeof diagram === "number" || seen.has(diagram)) return seen.size;
  seen.add(diagram);
  for (const next of [diagram.whenTrue, diagram.whenUnknown, diagram.whenFalse]) sizeOf(next, seen);
  return seen.size;
}
