import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { temporaryFolder } from "../folder.ts";
import { mutantsOf } from "./mutants.ts";
import { tryMutants } from "./try-mutants.ts";

/**
 * A program of which tests notice some mutants, in each of the ways in which that is possible. What is called outside
 * of tests, or cannot be repeated, has a mutant each: they are tried in a process of their own.
 */
const source = `
export const loaded = !0;
export const either = !1;
export const equal = (a: number, b: number) => a === b;
export const lessThan = (a: number, b: number) => a < b;
export const unreached = () => 1;
export const inDescribe = () => 2;
export function countTo(end: number): number {
  let at = 0;
  while (at !== end) at += 1;
  return at;
}
let calls = 0;
export const once = () => calls++;
export const rejected = async (a: boolean) => {
  void Promise.resolve().then(() => { if (!a) throw new Error("not awaited"); });
};
`;
const tests = `
import { describe, expect, it } from "vitest";
import { countTo, either, equal, inDescribe, lessThan, loaded, once, rejected } from "./program.ts";
it("notices what is loaded", () => expect(loaded).toBe(true));
it("notices nothing of what it takes either way", () => expect([1, false]).toContain(either));
it("calls much", () => expect(countTo(150_000)).toBe(150_000));
it("notices a return value", () => expect(equal(1, 1)).toBe(true));
it("notices no limit", () => expect(lessThan(1, 2)).toBe(true));
it("ends", () => expect(countTo(3)).toBe(3));
it("cannot be repeated", () => expect(once()).toBe(0));
it("notices a promise that nobody awaits", () => rejected(true));
describe("outside of a test", () => {
  const value = inDescribe();
  it("uses it", () => expect(value).toBe(2));
});
`;

describe("mutants that are tried", () => {
  const folder = temporaryFolder();
  beforeEach(() => {
    symlinkSync(join(root, "node_modules"), join(folder.path(), "node_modules"));
    mkdirSync(join(folder.path(), "run"));
    for (const file of ["test/threats/lean.config.ts", "test/mutation"])
      cpSync(join(root, file), join(folder.path(), file), { recursive: true });
    folder.write("package.json", `{ "type": "module" }`);
    folder.write("src/program.ts", source);
    folder.write("src/program.test.ts", tests);
  });

  it("have the outcome that they have one by one", async () => {
    const mutants = mutantsOf(source).map((mutant, id) => ({ ...mutant, id, file: "src/program.ts" }));
    const run = { copy: folder.path(), folder: join(folder.path(), "run"), tests: ["src/*.test.ts"] };
    const outcomes = await tryMutants(run, mutants, () => undefined);
    const left = mutants
      .filter(({ id }) => outcomes.get(id) !== "failed")
      .map(({ id, original, replacement }) => [original, replacement, outcomes.get(id)]);
    expect(left).toEqual([
      ["!1", "(1)", "passed"],
      ["a < b", "((a) <= (b))", "passed"],
      ["1", "undefined", "unreached"],
      [expect.stringContaining("void Promise"), ";", "passed"],
      ["!a", "false", "passed"],
    ]);
    expect(outcomes.size).toBe(16);
  });
});
