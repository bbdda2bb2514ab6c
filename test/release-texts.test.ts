import { describe, expect, it } from "vitest";
import { notesOf, releasePage, templateOf } from "../scripts/release-texts.ts";

describe("the notes of a release", () => {
  const changelog =
    "# Changelog\n\n## Unreleased\n\n- new\n\n## 1.2.0 (2026-12-01)\n\n- one\n\n### Fixed\n\n- two\n\n## 1.1.0\n";

  it("are what the changelog says of that version, whole", () => {
    expect(notesOf(changelog, "v1.2.0", "1.2.0")).toBe("- one\n\n### Fixed\n\n- two");
  });

  it("are refused where the tag is not the version of the package", () => {
    expect(() => notesOf(changelog, "v1.3.0", "1.2.0")).toThrow("the tag v1.3.0 is not v1.2.0");
  });

  it("are refused where the changelog says nothing of the version", () => {
    expect(() => notesOf(changelog, "v1.1.0", "1.1.0")).toThrow('no section "## 1.1.0"');
    expect(() => notesOf(changelog, "v1.2", "1.2")).toThrow('no section "## 1.2"');
  });
});

describe("the template of a release", () => {
  const compiled = JSON.stringify({
    $schema: "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
    parameters: { mode: { type: "string" }, packageUri: { type: "string", defaultValue: "" } },
  });

  it("deploys the archive of the release, and is otherwise as compiled", () => {
    expect(JSON.parse(templateOf(compiled, "https://example.org/drawbridge-1.2.0.zip"))).toEqual({
      $schema: "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
      parameters: {
        mode: { type: "string" },
        packageUri: { type: "string", defaultValue: "https://example.org/drawbridge-1.2.0.zip" },
      },
    });
  });

  it("is refused where it could not say what to deploy", () => {
    expect(() => templateOf(JSON.stringify({ parameters: {} }), "https://example.org/a.zip")).toThrow(
      "no parameter packageUri",
    );
  });
});

describe("the page of the branch release", () => {
  const page = releasePage("contoso/drawbridge", "v1.2.0");
  const links = [...page.matchAll(/\]\((https:[^)]+)\)/g)].map(([, link = ""]) => link);

  it("has the portal's button, with the template and the form of that branch", () => {
    const portal = links.find((link) => link.includes("/uiFormDefinitionUri/")) ?? "";
    const [, template = "", form = ""] = /\/uri\/(\S+)\/uiFormDefinitionUri\/(\S+)$/.exec(portal) ?? [];
    const raw = "https://raw.githubusercontent.com/contoso/drawbridge/release";
    expect([template, form].map(decodeURIComponent)).toEqual([
      `${raw}/azuredeploy.json`,
      `${raw}/uiFormDefinition.json`,
    ]);
    expect(portal).toMatch(/^https:\/\/portal\.azure\.com\/#create\/Microsoft\.Template\/uri\//);
  });

  it("links to the page of the same version that says what follows", () => {
    expect(links).toContain("https://github.com/contoso/drawbridge/blob/v1.2.0/docs/deployment/release.md");
  });
});
