import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadAddresses } from "./load-addresses.ts";

const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/a";
const entry = `addresses:\n  - { resource: ${service}, location: westeurope, public: [203.0.113.1] }\n`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drawbridge-addresses-"));
});
afterEach(() => rmSync(root, { recursive: true }));

describe("the declared addresses of the package", () => {
  it("are those of every file in the folder", () => {
    writeFileSync(join(root, "prod.yaml"), entry);
    writeFileSync(join(root, "notes.txt"), "not a list");
    expect(loadAddresses(root, ".").declared.get(service)).toMatchObject([{ addresses: ["203.0.113.1"] }]);
  });

  it("pin nothing where one file is wrong: half a list would make the other half drift", () => {
    writeFileSync(join(root, "a.yaml"), entry);
    writeFileSync(join(root, "b.yaml"), "addresses: 7");
    const { declared, problems } = loadAddresses(root, ".");
    expect(declared.size).toBe(0);
    expect(problems).toEqual([expect.stringContaining("b.yaml:1:12: addresses is missing")]);
  });

  it("are reported as a problem if they cannot be read", () => {
    expect(loadAddresses(root, "nowhere").problems).toEqual([
      expect.stringContaining("the declared addresses nowhere cannot be read (ENOENT)"),
    ]);
  });
});
