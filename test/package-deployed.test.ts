import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { Ajv, type AnySchema } from "ajv";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../local/child-process.ts";
import { makeEndpoint } from "../local/requester.ts";
import { startStack, type Stack } from "../local/stack.ts";
import { subscriptions } from "../simulator/estate/estate.ts";
import { writeReleaseFiles, zipOf } from "../scripts/release-files.ts";
import { functionNames } from "./function-names.ts";
import { eventually, phaseOf, serviceNamed } from "./scenarios/inspect.ts";

/** A copy of what the build assembled, in a folder from which nothing of the repository can be imported. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-deployed-"));
  cpSync(join(root, "package"), folder, { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

describe("the package that is deployed", () => {
  it("holds the app, its policies and the licences, and nothing else", () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      "LICENSE",
      "THIRD-PARTY-LICENSES.txt",
      "addresses",
      "dist",
      "host.json",
      "package.json",
      "policies",
      "sbom.cdx.json",
    ]);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => /\.(map|ts)$|node_modules/.test(file))).toEqual([]);
  });

  it("holds no sign-in that a local host plays", () => {
    const local = readFileSync(join(root, "local/signed-in.ts"), "utf8");
    const [tenant = ""] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(local) ?? [];
    expect(tenant).not.toBe("");
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((each) =>
      each.endsWith(".js"),
    )) {
      const text = readFileSync(join(folder, file), "utf8");
      expect(["HOST_PRINCIPAL", "as-operator", tenant].filter((each) => text.includes(each))).toEqual([]);
    }
  });

  it("declares no dependencies, since the bundle has them", () => {
    const manifest = readJson(join(folder, "package.json")) as Record<string, unknown>;
    expect(manifest).toMatchObject({ type: "module", main: "dist/index.js" });
    for (const field of ["dependencies", "devDependencies", "scripts"])
      expect(manifest).not.toHaveProperty(field);
  });

  it("has the drawbridge command, which needs nothing beside it", () => {
    const command = join(folder, "dist/cli/drawbridge.js");
    const output = execFileSync(process.execPath, [command, "test", "policies/default"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(output).toContain("0 failed");
  });
});

describe("the package, started in a folder of its own", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ folder });
  });
  afterAll(() => stack.stop());

  it("registers exactly the functions of the app", () => {
    expect(stack.app.functions.toSorted()).toEqual(functionNames);
  });

  it("decides on a request and approves it on Azure", async () => {
    const id = await makeEndpoint(stack.simulator, {
      token: "requester",
      subscriptionId: subscriptions.landingZone,
      name: "pe-deployed",
      serviceId: serviceNamed(stack, "apim-orders").id,
    });
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Applied"));
  });

  it("logs the lines that the service level is measured by", async () => {
    const lineOf = (message: string) =>
      stack.app.lines
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find((line) => line.message === message);
    const instant = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(lineOf("reviewed")).toMatchObject({
      time: instant,
      requestedAt: instant,
      cause: "event",
      verdict: "approve",
    });
    await fetch(`${stack.app.url}/admin/functions/sweepConnections`, {
      method: "POST",
      headers: { "x-functions-key": stack.masterKey },
    });
    await eventually(async () => expect(lineOf("swept")).toMatchObject({ time: instant, unread: 0 }));
    expect(lineOf("swept")).not.toHaveProperty("stopped");
  });

  it("says in health which policy of the package is in force", async () => {
    const details = await (await stack.call("/api/health/details")).json();
    expect(details).toMatchObject({ policy: { name: "default" } });
  });
});

interface Bill {
  readonly components: readonly {
    readonly name: string;
    readonly group?: string;
    readonly version: string;
    readonly licenses: readonly unknown[];
    readonly hashes: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

describe("the bill of materials", () => {
  const bill = () => readJson(join(folder, "sbom.cdx.json")) as Bill;
  const namesOf = ({ components }: Bill) =>
    components.map(
      ({ group, name, version }) => `${group === undefined ? "" : `${group}/`}${name}@${version}`,
    );

  it("satisfies CycloneDX's own schema", () => {
    const library = createRequire(import.meta.url).resolve("@cyclonedx/cyclonedx-library/package.json");
    const schemaOf = (name: string) =>
      readJson(join(dirname(library), "res/schema", `${name}.SNAPSHOT.schema.json`)) as AnySchema;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    // The library's copies refer to each other by these names.
    for (const name of ["spdx", "jsf-0.82"])
      ajv.addSchema(schemaOf(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(schemaOf("bom-1.6"));
    expect(validate(bill())).toBe(true);
    expect(validate({ ...bill(), components: [{ type: "library" }] })).toBe(false);
  });

  it("names what is bundled, and not what the app is built or tested with", () => {
    const { dependencies } = readJson(join(root, "package.json")) as { dependencies: Record<string, string> };
    const names = namesOf(bill());
    for (const name of ["@azure/functions", "@azure/arm-apimanagement", "@azure/data-tables", "yaml"])
      expect(names).toContain(`${name}@${dependencies[name]}`);
    expect(names.filter((name) => /^(vitest|esbuild|azurite|typescript|fflate|ajv)@/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("says which package imports which, from ours on", () => {
    const { components, dependencies } = bill();
    const app = dependencies.find(({ ref }) => ref.includes("drawbridge"));
    expect(app?.dependsOn).toEqual(expect.arrayContaining([expect.stringContaining("pkg:npm/yaml@")]));
    expect(dependencies).toHaveLength(components.length + 1);
    const reached = new Set(dependencies.flatMap(({ dependsOn = [] }) => dependsOn));
    expect(reached.size).toBe(components.length);
  });

  it("gives every component a licence and the hash of its archive", () => {
    for (const { licenses, hashes } of bill().components) {
      expect(licenses).toHaveLength(1);
      expect(hashes).toHaveLength(1);
    }
  });

  it("has the same packages as the file of licences, which has the text of each", () => {
    const text = readFileSync(join(folder, "THIRD-PARTY-LICENSES.txt"), "utf8");
    const sections = text.split(`\n\n${"-".repeat(80)}\n\n`).slice(1);
    const titles = sections.map((section) => section.split(": ", 1)[0]);
    expect(new Set(titles)).toEqual(new Set(namesOf(bill())));
    const without = sections.filter((section) => section.includes("It ships no text of it."));
    // Its archive in the registry has no licence file; its package.json says MIT.
    expect(without.map((section) => section.split("@3", 1)[0])).toEqual(["@nodable/entities"]);
  });
});

describe("a release", () => {
  /** A few files in folders show it: packing the whole app takes a second. */
  const parts = ["addresses", "host.json", "package.json", "policies"];

  function folderOf(names: readonly string[]): string {
    const copy = mkdtempSync(join(tmpdir(), "drawbridge-again-"));
    for (const name of names) cpSync(join(folder, name), join(copy, name), { recursive: true });
    return copy;
  }

  it("is the same archive whatever the files' times and the order in which they were written", () => {
    const [one, other] = [folderOf(parts), folderOf(parts.toReversed())];
    try {
      utimesSync(join(other, "host.json"), new Date(0), new Date(0));
      expect(Buffer.compare(zipOf(one), zipOf(other))).toBe(0);
      writeFileSync(join(other, "host.json"), "{}");
      expect(Buffer.compare(zipOf(one), zipOf(other))).not.toBe(0);
    } finally {
      for (const each of [one, other]) rmSync(each, { recursive: true });
    }
  });

  it("has the package in its archive, and checksums that fit", () => {
    const to = join(folder, "..", `${basename(folder)}-release`);
    try {
      const [archive, bill, sums] = writeReleaseFiles(root, to);
      const unpacked = unzipSync(readFileSync(archive ?? ""));
      const host = Buffer.from(unpacked["host.json"] ?? []);
      expect(host.equals(readFileSync(join(root, "host.json")))).toBe(true);
      expect(Object.keys(unpacked)).toContain("dist/index.js");
      const lines = readFileSync(sums ?? "", "utf8")
        .trim()
        .split("\n");
      expect(lines).toEqual(
        [archive ?? "", bill ?? ""].map(
          (file) => `${createHash("sha256").update(readFileSync(file)).digest("hex")}  ${basename(file)}`,
        ),
      );
    } finally {
      rmSync(to, { recursive: true, force: true });
    }
  });
});
