import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../../local/child-process.ts";
import { printAlertTable } from "../../src/cli/alert-table.ts";
import { alert, type AlertType } from "../../src/lib/alerts/alert.ts";
import { alertKinds } from "../../src/lib/alerts/catalogue.ts";
import { cloudEvent, eventDataSchema } from "../../src/lib/alerts/sinks/cloud-event.ts";
import { printAddressSchema, printSchema } from "../../src/cli/schema.ts";
import { noon } from "./policy-makers.ts";
import { runFolder } from "../../src/cli/test.ts";
import { readPolicyFiles } from "../../src/lib/config/policy-files.ts";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { printFieldTable, printFunctionTable } from "../../src/lib/policy/language/print-fields.ts";
import { load } from "../../src/lib/policy/load.ts";
import { formatProblem } from "../../src/lib/policy/source/problem.ts";
import { policySchema } from "../../src/lib/policy/schema.ts";

/** The policies that are shipped, and what is generated from the language's own tables. */
const folders = readdirSync(join(root, "policies"), { recursive: true, encoding: "utf8" })
  .filter((path) => basename(path) === "policy.yaml")
  .map((path) => join("policies", dirname(path)))
  .toSorted();

const valid = new Ajv({ strict: false, allErrors: true }).compile(policySchema());

describe.each(folders)("%s", (folder) => {
  it("loads without a warning", () => {
    const loaded = load(readPolicyFiles(root, folder), connectionCatalogue);
    expect((loaded.kind === "valid" ? loaded.warnings : loaded.problems).map(formatProblem)).toEqual([]);
  });

  it("fits the schema that editors check it with", () => {
    for (const { text } of readPolicyFiles(root, folder)) {
      valid(parse(text));
      expect(valid.errors).toBeNull();
    }
  });

  const { results, problems } = runFolder(folder, { folder: root, clock: { now: () => new Date(noon) } });
  it("has cases that can be run", () => {
    expect(problems.map(formatProblem)).toEqual([]);
    expect(results.length).toBeGreaterThan(3);
  });

  it.each(results)("$name", ({ differences }) => {
    expect(differences).toEqual([]);
  });
});

describe("the kinds of alerts", () => {
  it("are documented as the code has them", () => {
    const hint = "run: npm run drawbridge -- schema --of alerts --write docs/alerts.md";
    expect(readFileSync(join(root, "docs/alerts.md"), "utf8"), hint).toBe(printAlertTable());
  });

  it("have examples whose subject is what is documented", () => {
    const events = [...printAlertTable().matchAll(/```json\n(\{\n {2}"specversion"[^]*?)```/g)].map(
      ([, text = ""]) =>
        JSON.parse(text) as { type: AlertType; subject: string; data: { tag?: string; sink?: string } },
    );
    expect(events.length).toBe(Object.keys(alertKinds).length);
    const kinds = events.map(({ type, subject, data: { tag, sink } }) => {
      const { subject: documented } = alertKinds[type];
      if (documented.startsWith("the connection's ARM id"))
        return [type, /\/privateEndpointConnections\//.test(subject)];
      if (documented.startsWith("the name of the tag")) return [type, subject === tag];
      return [type, sink === undefined || subject === `sink/${sink}`];
    });
    expect(kinds.filter(([, isRight]) => isRight !== true)).toEqual([]);
  });

  it.each(Object.entries(alertKinds))("%s has an example that its schema takes", (name, kind) => {
    const type = name as AlertType;
    const { data } = cloudEvent(
      alert(type, "subject", { version: "1", time: "2026-11-24T12:00:00.000Z", data: kind.example }),
    );
    expect(new Ajv({ strict: false }).validate(eventDataSchema(type, kind), data)).toBe(true);
    const { severity: _, ...without } = data;
    expect(new Ajv({ strict: false }).validate(eventDataSchema(type, kind), without)).toBe(false);
  });
});

describe("the schema", () => {
  it("is the one that stands in policies/", () => {
    const hint = "run: npm run drawbridge -- schema --write policies/policy.schema.json";
    expect(readFileSync(join(root, "policies/policy.schema.json"), "utf8"), hint).toBe(printSchema());
  });

  it("of declared addresses is the one that the loader reads by", () => {
    const hint = "run: npm run drawbridge -- schema --of addresses --write addresses/addresses.schema.json";
    expect(readFileSync(join(root, "addresses/addresses.schema.json"), "utf8"), hint).toBe(
      printAddressSchema(),
    );
  });

  const rule = (condition: unknown) => ({
    name: "p",
    rules: [{ name: "r", if: condition, then: { effect: "hold" } }],
  });
  it.each([
    ["a misspelt field", rule({ field: "endpoint.locaton", equals: "x" })],
    ["a misspelt operator", rule({ field: "endpoint.location", equal: "x" })],
    ["two operators", rule({ field: "endpoint.location", equals: "x", like: "y" })],
    ["no operator", rule({ field: "endpoint.location" })],
    ["an empty allOf", rule({ allOf: [] })],
    ["a list for equals", rule({ field: "endpoint.location", equals: ["x"] })],
    ["a text for in", rule({ field: "endpoint.location", in: "x" })],
    [
      "an effect that is not there",
      { name: "p", rules: [{ name: "r", if: { value: 1, equals: 1 }, then: { effect: "deny" } }] },
    ],
    ["a default of approve", { name: "p", rules: [], default: "approve" }],
  ])("refuses %s", (_, policy) => {
    expect(valid(policy)).toBe(false);
  });

  it.each([
    ["a key of tags", rule({ field: "endpoint.tags['cost center']", exists: true })],
    ["members of a list", rule({ field: "endpoint.subnet.addressPrefixes[*]", like: "10.*" })],
    ["an expression for in", rule({ field: "endpoint.location", in: "[parameters('x')]" })],
    [
      "a nested count",
      rule({
        count: { value: [1], where: { count: { field: "service.locations[*]" }, equals: 1 } },
        greater: 0,
      }),
    ],
  ])("takes %s", (_, policy) => {
    valid(policy);
    expect(valid.errors).toBeNull();
  });
});

describe("the documentation", () => {
  const page = (name: string) => readFileSync(join(root, "docs/policies", name), "utf8");
  it("has the table of fields as the catalogue gives it", () => {
    expect(page("fields.md"), "run: npm run drawbridge -- schema --of fields").toContain(printFieldTable());
  });

  it("has the list of functions as the table gives it", () => {
    const hint = "run: npm run drawbridge -- schema --of functions";
    const words = page("functions.md").replaceAll(/\s+/g, " ");
    expect(words, hint).toContain(printFunctionTable().trim());
  });
});
