import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";

interface Package {
  readonly bin: { readonly drawbridge: string };
}

/**
 * The package as npm packs and installs it, without dependencies, so it must contain everything that the command needs.
 */
describe("the installed package", () => {
  let folder: string;
  let installed: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "drawbridge-package-"));
    installed = join(folder, "node_modules/@drawbridge/app");
    mkdirSync(installed, { recursive: true });
    // The global set-up built it. Other tests use that build meanwhile, so it is not built again.
    const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [{ filename }] = JSON.parse(packed) as [{ readonly filename: string }];
    execFileSync("tar", ["-xzf", join(folder, filename), "-C", installed, "--strip-components=1"]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const drawbridge = (...args: readonly string[]) => {
    const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Package;
    return spawnSync(process.execPath, [join(installed, bin.drawbridge), ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  };

  it("has the drawbridge command, which checks and tests its policies", () => {
    const policy = join(installed, "policies/default");
    expect(drawbridge("check", policy)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("valid"),
    });
    expect(drawbridge("test", policy)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("0 failed"),
    });
    expect(drawbridge("--version")).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(drawbridge("chek")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("did you mean check?"),
    });
  });

  it("has what a command that asks Azure loads, and loads it for no other command", () => {
    const { bin } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Package;
    expect(readFileSync(join(installed, bin.drawbridge), "utf8")).not.toContain("ResourceGraphClient");
    // Nothing listens there, so the SDK is loaded and its request fails.
    const asked = spawnSync(process.execPath, [join(installed, bin.drawbridge), "events"], {
      cwd: folder,
      encoding: "utf8",
      env: {
        DRAWBRIDGE_ARM_ENDPOINT: "http://127.0.0.1:9",
        DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: "11111111-1111-4111-8111-111111111111",
      },
    });
    expect(asked).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("cannot be read from Resource Graph (failed)"),
    });
  });

  it("has the app that Azure Functions starts, and no sources or tests", () => {
    const files = execFileSync("find", [".", "-type", "f"], { cwd: installed, encoding: "utf8" }).split("\n");
    expect(files).toContain("./dist/index.js");
    expect(files).toContain("./host.json");
    expect(files.filter((each) => /\.test\.|^\.\/(src|test|simulator)\//.test(each))).toEqual([]);
  });
});
