import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { load } from "../../../src/lib/policy/load.ts";
import { formatProblem } from "../../../src/lib/policy/source/problem.ts";
import { noon } from "../policy-makers.ts";

/**
 * Policies as people write them: `wrong/` has each mistake once, with what is said of it in its last lines, and of
 * those in `right/` nothing is said. A new one is a new file; `UPDATE_POLICIES=1` writes down what is said of it now,
 * which is to be read before it is committed.
 */
const says = "# says:";
const folder = (name: string) => join(import.meta.dirname, name);

/** A policy, and what is said of it by its own last lines. */
function readPolicy(path: string): { readonly text: string; readonly said: readonly string[] } {
  const [text = "", said = ""] = readFileSync(path, "utf8").split(`${says}\n`);
  return { text, said: said.split("\n").flatMap((line) => (line === "" ? [] : [line.replace(/^# /, "")])) };
}

function problemsIn(text: string): string[] {
  const loaded = load([{ file: "", text }], connectionCatalogue, { now: noon });
  const problems = loaded.kind === "valid" ? loaded.warnings : loaded.problems;
  return problems.map((each) => formatProblem(each).slice(1));
}

const namesIn = (name: string) => readdirSync(folder(name)).filter((each) => each.endsWith(".yaml"));
const [wrong, right] = [namesIn("wrong"), namesIn("right")];

describe("a policy that is wrong", () => {
  it.each(wrong)("%s is told exactly what is", (name) => {
    const path = join(folder("wrong"), name);
    const { text, said } = readPolicy(path);
    const found = problemsIn(text);
    if (process.env.UPDATE_POLICIES === "1") {
      writeFileSync(path, `${text}${[says, ...found.map((each) => `# ${each}`)].join("\n")}\n`);
      return;
    }
    expect(found).toEqual(said);
    expect(said).not.toEqual([]);
  });

  it("is one of at least sixty", () => {
    expect(wrong.length).toBeGreaterThanOrEqual(60);
  });
});

describe("a policy that is right", () => {
  it.each(right)("%s is told nothing", (name) => {
    expect(problemsIn(readPolicy(join(folder("right"), name)).text)).toEqual([]);
  });

  it("is one of at least sixty", () => {
    expect(right.length).toBeGreaterThanOrEqual(60);
  });
});
