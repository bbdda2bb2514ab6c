import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";

/**
 * What the gallery of azd templates asks for: the file rules of its validator
 * (microsoft/template-validation-action, src/rules.json).
 */
describe("the repository has what the gallery of azd templates asks for", () => {
  it.each([
    "LICENSE",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    ".github/ISSUE_TEMPLATE",
    ".github/workflows/azure-dev.yml",
    ".devcontainer",
    "azure.yaml",
    "infra",
  ])("%s", (path) => {
    expect(existsSync(join(root, path))).toBe(true);
  });

  it.each(["## Features", "## Getting Started", "## Guidance", "## Resources"])(
    "the heading %s in README.md",
    (heading) => {
      expect(readFileSync(join(root, "README.md"), "utf8").split("\n")).toContain(heading);
    },
  );

  it("issue templates that GitHub shows: each with a name and what it is for", () => {
    const folder = join(root, ".github/ISSUE_TEMPLATE");
    const templates = readdirSync(folder).filter((file) => file.endsWith(".md"));
    expect(templates.length).toBeGreaterThan(0);
    for (const file of templates)
      expect(readFileSync(join(folder, file), "utf8")).toMatch(/^---\nname: .+\nabout: .+\n/);
  });

  it("azd in the development container", () => {
    const container = JSON.parse(readFileSync(join(root, ".devcontainer/devcontainer.json"), "utf8")) as {
      readonly features: Readonly<Record<string, unknown>>;
    };
    expect(Object.keys(container.features)).toContain("ghcr.io/azure/azure-dev/azd:latest");
  });

  it("no .funcignore in the root: azd refuses to package then, or builds remotely without the sources", () => {
    expect(existsSync(join(root, ".funcignore"))).toBe(false);
  });
});
