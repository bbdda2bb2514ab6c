import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { mutantsOf, mutated } from "./mutants.ts";
import { targets } from "./targets.ts";

const of = (source: string) => mutantsOf(source).map((mutant) => mutated(source, mutant));

describe("mutants", () => {
  it("exchange operators, with parentheses where precedence would change", () => {
    expect(of("x(a === b)")).toEqual([";", "x(((a) !== (b)))"]);
    expect(of("const x = a && b;")).toEqual(["const x = ((a) || (b));"]);
    expect(of("const x = a ?? b;")).toEqual(["const x = ((a) && (b));"]);
    expect(of('const x = "a" + b;')).toEqual([]);
  });

  it("set conditions, drop negations, returned values and statements, and turn truth values round", () => {
    expect(of("const x = a ? 1 : 2;")).toEqual(["const x = true ? 1 : 2;", "const x = false ? 1 : 2;"]);
    expect(of("const x = !a;")).toEqual(["const x = (a);"]);
    expect(of("const f = () => a;")).toEqual(["const f = () => undefined;"]);
    expect(of("function f() { return a; }")).toEqual(["function f() { return undefined; }"]);
    expect(of("const x = true;")).toEqual(["const x = false;"]);
  });

  it("leave types alone", () => {
    expect(of("type A = true | false; interface B { readonly kind: true }")).toEqual([]);
    expect(of("const x = true as const;")).toEqual(["const x = false as const;"]);
  });
});

describe.each(Object.entries(targets))("the target %s", (_, { sources, tests }) => {
  const filesOf = (pattern: string) => globSync(pattern, { cwd: root });

  it("has sources and tests behind each of its patterns", () => {
    for (const pattern of [...sources, ...tests])
      expect([pattern, filesOf(pattern).length]).not.toEqual([pattern, 0]);
  });

  it("has tests that need no storage, since the set-up would take most of the time", () => {
    const needsStorage = (file: string) => /\binject\(/.test(readFileSync(join(root, file), "utf8"));
    expect(tests.flatMap(filesOf).filter(needsStorage)).toEqual([]);
  });
});
