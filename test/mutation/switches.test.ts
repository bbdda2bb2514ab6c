import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { mutantsOf } from "./mutants.ts";
import { withSwitches } from "./switches.ts";
import { targets } from "./targets.ts";

const switched = (source: string) =>
  withSwitches(
    source,
    mutantsOf(source).map((mutant, id) => ({ ...mutant, id })),
  ).replace(/^const isOn = .+?; /, "");

describe("a source with switches", () => {
  it("has an expression beside what would replace it", () => {
    expect(switched("const x = true;")).toBe("const x = (isOn(0) ? (false) : (true));");
  });

  it("has several replacements of one expression, and those within it", () => {
    expect(switched("const x = a === !b ? 1 : 2;")).toBe(
      "const x = (isOn(0) ? (true) : isOn(1) ? (false) : isOn(2) ? (((a) !== (!b))) : " +
        "(a === (isOn(3) ? ((b)) : (!b)))) ? 1 : 2;",
    );
  });

  it("has statements that are left out, and functions that return nothing", () => {
    expect(switched("if (a) b();")).toContain("{ if (!isOn(2)) { b(); } }");
    expect(switched("function f() { return !a; }")).toBe(
      "function f() { { if (isOn(0)) return undefined; return (isOn(1) ? ((a)) : (!a)); } }",
    );
  });
});

describe.each(Object.entries(targets))("each source of %s", (_, { sources }) => {
  const files = globSync([...sources], { cwd: root }).filter((file) => !file.endsWith(".test.ts"));

  it.each(files)("%s can be parsed with all switches, on the lines where it was", (file) => {
    const source = readFileSync(join(root, file), "utf8");
    const code = switched(source);
    expect(() => parseAst(code, { lang: "ts" })).not.toThrow();
    // What is replaced stands in its own lines, too.
    const ids = new Set(Array.from(code.matchAll(/isOn\((\d+)\)/g), ([, id]) => id));
    expect(ids.size).toBe(mutantsOf(source).length);
  });
});
