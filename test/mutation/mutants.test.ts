import { readFileSync, globSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { entryOf, isEquivalent, readEquivalents } from "./equivalent.ts";
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

describe("the list of equivalent mutants", () => {
  const markdown = readFileSync(join(root, "test/mutation/equivalent.md"), "utf8");
  const entries = readEquivalents(markdown);

  it("has only entries that can be parsed, once each", () => {
    expect(entries.length).toBeGreaterThan(10);
    expect(entries).toHaveLength(markdown.match(/^ *[-*|] /gm)?.length ?? 0);
    const named = entries.map(({ file, line, original, replacement }) =>
      [file, line, original, replacement].join(" "),
    );
    expect(named.filter((each, index) => named.indexOf(each) !== index)).toEqual([]);
  });

  it("has only entries that are mutants of the source", () => {
    const stale = entries.filter((entry) => {
      const source = readFileSync(join(root, entry.file), "utf8");
      return !mutantsOf(source).some((mutant) => isEquivalent(entry, entry.file, source, mutant));
    });
    expect(stale).toEqual([]);
  });

  it("has the entries that a run prints", () => {
    const source = "const x = 1;\n  const y = a || `b`;";
    const [mutant] = mutantsOf(source);
    if (mutant === undefined) throw new Error("there is a mutant");
    const entry = entryOf("src/a.ts", source, mutant);
    expect(entry).toBe(
      "## `src/a.ts`\n\n- ``const y = a || `b`;``: `` a || `b` `` becomes ``((a) && (`b`))``.",
    );
    const [read] = readEquivalents(`${entry}\n  Because.\n`);
    if (read === undefined) throw new Error("the entry was not parsed");
    expect(read.why).toBe("Because.");
    expect(isEquivalent(read, "src/a.ts", source, mutant)).toBe(true);
    expect(isEquivalent(read, "src/b.ts", source, mutant)).toBe(false);
    expect(isEquivalent({ ...read, line: "const z = a || b;" }, "src/a.ts", source, mutant)).toBe(false);
    expect(isEquivalent({ ...read, original: "a" }, "src/a.ts", source, mutant)).toBe(false);
    expect(isEquivalent({ ...read, replacement: "true" }, "src/a.ts", source, mutant)).toBe(false);
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
