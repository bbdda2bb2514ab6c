import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { temporaryFolder } from "../folder.ts";
import { warmVitest, type WarmVitest } from "./warm-vitest.ts";

describe("the process that runs tests for mutants", () => {
  const folder = temporaryFolder();
  let vitest: WarmVitest;
  beforeEach(() => {
    symlinkSync(join(root, "node_modules"), join(folder.path(), "node_modules"));
    const config = "test/threats/lean.config.ts";
    folder.write("package.json", `{ "type": "module" }`);
    folder.write(config, readFileSync(join(root, config), "utf8"));
    folder.write("src/tested.ts", "export const tested = () => 1;");
    folder.write("src/untested.ts", "export const untested = () => 2;");
    folder.write(
      "src/both.test.ts",
      `import { expect, it } from "vitest";
       import { tested } from "./tested.ts";
       import { untested } from "./untested.ts";
       it("notices one of two", () => expect([tested(), typeof untested]).toEqual([1, "function"]));`,
    );
    vitest = warmVitest(folder.path(), ["src/*.test.ts"]);
  });
  afterEach(() => vitest.end());

  const outcomeOf = async (name: string, mutant: string) => {
    const path = join(folder.path(), `src/${name}.ts`);
    const source = readFileSync(path, "utf8");
    folder.write(`src/${name}.ts`, mutant);
    const outcome = await vitest.run(path, 120_000);
    folder.write(`src/${name}.ts`, source);
    return outcome;
  };

  it("runs them with one change at a time", async () => {
    expect(await outcomeOf("tested", "export const tested = () => 0;")).toBe("failed");
    expect(await outcomeOf("untested", "export const untested = () => undefined;")).toBe("passed");
    expect(await outcomeOf("tested", "export const tested = () => undefined;")).toBe("failed");
  });
});
