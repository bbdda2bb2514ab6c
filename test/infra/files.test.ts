import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";

interface AzureYaml {
  readonly infra: { readonly layers: readonly { readonly name: string; readonly path: string }[] };
  readonly services: Readonly<Record<string, { readonly dist: string; readonly remoteBuild: boolean }>>;
  readonly workflows: { readonly up: { readonly steps: readonly { readonly azd: string }[] } };
}

interface ParameterFile {
  readonly parameters: Readonly<Record<string, { readonly value: unknown }>>;
}

const read = (path: string) => readFileSync(join(root, path), "utf8");
const azure = parse(read("azure.yaml")) as AzureYaml;

describe("azure.yaml", () => {
  it("provisions the app, deploys it, and then subscribes to events", () => {
    const { layers } = azure.infra;
    expect(azure.workflows.up.steps.map(({ azd }) => azd)).toEqual([
      "provision app",
      "deploy --all",
      "provision events",
    ]);
    expect(layers.map(({ name }) => name)).toEqual(["app", "events"]);
    expect(layers.filter(({ path }) => !existsSync(join(root, path, "main.bicep")))).toEqual([]);
  });

  it("uploads what npm run build assembles, and lets Azure build nothing", () => {
    expect(azure.services).toEqual({
      app: expect.objectContaining({ host: "function", dist: "package", remoteBuild: false }) as unknown,
    });
    // azd would build remotely, or refuse, where such a file excludes node_modules.
    expect(existsSync(join(root, ".funcignore"))).toBe(false);
  });
});

describe.each(["app", "events"])("infra/%s/main.parameters.json", (name) => {
  it("gives each list that is one variable the default of an empty list, since azd refuses an empty text", () => {
    const { parameters } = JSON.parse(read(`infra/${name}/main.parameters.json`)) as ParameterFile;
    const lists = [...read(`infra/${name}/main.bicep`).matchAll(/^param (\w+) \w+\[\]/gm)]
      .map(([, list = ""]) => parameters[list]?.value)
      .filter((value) => typeof value === "string");
    expect(lists.length).toBeGreaterThan(0);
    expect(lists.filter((value) => !/^\$\{\w+=\[\]\}$/.test(value))).toEqual([]);
  });
});

describe(".azdignore", () => {
  const list = (...options: readonly string[]) =>
    execFileSync("git", ["ls-files", "--cached", ...options], { cwd: root, encoding: "utf8" })
      .split("\n")
      .filter((file) => file !== "");
  const left = new Set(list("--ignored", "--exclude-from=.azdignore"));
  const kept = list().filter((file) => !left.has(file));

  it("leaves tests and benchmarks out of a project that azd init makes, and keeps what is deployed", () => {
    expect(left.size).toBeGreaterThan(100);
    expect([...left].filter((file) => !/^(test|bench|\.ci|\.github)\/|\.test\.ts$/.test(file))).toEqual([]);
    const needed = [
      "azure.yaml",
      "infra/app/main.bicep",
      "src/index.ts",
      "scripts/build.ts",
      "local/start.ts",
    ];
    expect(needed.filter((file) => !kept.includes(file))).toEqual([]);
    expect(kept).toContain(".github/workflows/azure-dev.yml");
  });

  it("keeps every file that a file of the app, of its build or of the simulator imports", () => {
    const imports = kept
      .filter((file) => /^(src|scripts|local|host|simulator)\/.*\.ts$/.test(file))
      .flatMap((file) =>
        [...read(file).matchAll(/\bfrom "(\.[^"]+)"/g)].map(([, to = ""]) => join(dirname(file), to)),
      );
    expect(imports.length).toBeGreaterThan(1_000);
    expect(imports.filter((file) => left.has(file))).toEqual([]);
  });
});

describe("the app roles", () => {
  it("are those that the HTTP API asks for", () => {
    const roles = JSON.parse(read("infra/app/app-roles.json")) as readonly { readonly value: string }[];
    const asked = [...read("src/functions/access.ts").matchAll(/"(Drawbridge\.\w+)"/g)].map(
      ([, role]) => role,
    );
    expect(roles.map(({ value }) => value)).toEqual([...new Set(asked)]);
  });
});

describe("the workbook", () => {
  it("has fewer than 200 lines", () => {
    expect(read("infra/workbook.json").split("\n").length).toBeLessThan(200);
  });
});
