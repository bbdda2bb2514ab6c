import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { runIn } from "./command-line.ts";

const tutorial = readFileSync(join(root, "docs/deployment/tutorial.md"), "utf8");

/** What the tutorial says of policies, done as it says. */
describe("the tutorial's policy", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drawbridge-tutorial-"));
    cpSync(join(root, "policies/default"), join(folder, "policies/mine"), { recursive: true });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Makes a replacement that the tutorial names, everywhere in a file. */
  const change = (file: string, from: string, to: string) => {
    expect(tutorial).toContain(`\`${from}\``);
    expect(tutorial).toContain(`\`${to}\``);
    const path = join(folder, file);
    const text = readFileSync(path, "utf8");
    expect(text).toContain(from);
    writeFileSync(path, text.replaceAll(from, to));
  };

  it("loads with another name for the subnets, and its cases notice", async () => {
    expect(tutorial).toContain("cp -r policies/default policies/mine");
    change("policies/mine/policy.yaml", "name: default", "name: mine");
    change("policies/mine/policy.yaml", "snet-endpoints*", "snet-private*");
    expect(await runIn(folder, ["check", "policies/mine"])).toMatchObject({ code: 0, err: "" });
    const { code, out } = await runIn(folder, ["test", "policies/mine"]);
    expect(code).toBe(1);
    expect(tutorial).toContain("three of the seven cases");
    expect(out).toContain("7 cases, 3 failed");
  });

  it("passes its cases when these expect the new name", async () => {
    change("policies/mine/cases/cases.yaml", "snet-endpoints", "snet-private");
    change("policies/mine/cases/cases.yaml", "SNET-Endpoints", "SNET-Private");
    const { code, out } = await runIn(folder, ["test", "policies/mine"]);
    expect(out).toContain("7 cases, 0 failed");
    expect(code).toBe(0);
  });
});

describe("the tutorial quotes", () => {
  it.each([
    ["Create a private endpoint", "local/start.ts"],
    ["curl -s -X PUT", "local/start.ts"],
    ["local-key", "local/stack.ts"],
    ["11111111-1111-4111-8111-111111111111", "simulator/estate/estate.ts"],
    ["22222222-2222-4222-8222-222222222222", "simulator/estate/estate.ts"],
  ])("%s as %s has it", (quoted, file) => {
    expect(tutorial).toContain(quoted);
    expect(readFileSync(join(root, file), "utf8")).toContain(quoted);
  });
});
