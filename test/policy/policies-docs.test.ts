import { describe, expect, it } from "vitest";
import { functionNames } from "../../src/lib/policy/language/functions.ts";
import { operatorNames } from "../../src/lib/policy/language/operators.ts";
import { examplesOf, prefixIn } from "./docs/examples.ts";
import { fieldNamesOfAzure } from "../../src/lib/policy/language/azure-names.ts";
import { isTransient, unknownReasons } from "../../src/lib/policy/values/unknown-reason.ts";
import { policySchema } from "../../src/lib/policy/schema.ts";
import { describeUnknown } from "../../src/lib/policy/evaluate/verdict.ts";
import { brokenLinks } from "./docs/links.ts";
import { codeIn, pages, partsOf, readPage } from "./docs/page.ts";
import { spoiled } from "./docs/spoil.ts";

/** docs/policies.md and the pages behind it say nothing that is not so: each of their examples is run. */
describe.each(pages)("%s", (path) => {
  const page = readPage(path);
  const examples = examplesOf(page);

  it.runIf(examples.length > 0).each(examples)("$title", async ({ check }) => {
    expect(await check()).toEqual([]);
  });

  it("leads nowhere that is not there", () => {
    expect(brokenLinks(path)).toEqual([]);
  });

  it("has no example that could say something false", async () => {
    for (const { index, markdown, what } of spoiled(page))
      expect(await examplesOf(markdown)[index]?.check(), what).not.toEqual([]);
  });
});

describe("the examples", () => {
  const rows = pages.flatMap((path) => partsOf(readPage(path))).filter(({ kind }) => kind === "row");
  const codes = (head: string, cell: number) =>
    rows.flatMap((row) => (row.kind === "row" && row.head === head ? [codeIn(row.cells[cell] ?? "")] : []));

  it.each(operatorNames)("have the operator %s", (name) => {
    expect(codes("value | condition | result", 1).filter((each) => each.startsWith(`${name}:`))).not.toEqual(
      [],
    );
  });

  it.each(functionNames)("have the function %s", (name) => {
    const call = new RegExp(`(?:^|[^\\w])${name}\\(`);
    expect(codes("expression | value", 0).filter((each) => call.test(each))).not.toEqual([]);
  });

  it("have every name of Azure's that an author is told about", () => {
    const told = rows.flatMap((row) =>
      row.kind === "row" && row.head === "alias | here"
        ? [`${prefixIn(row.above)}${codeIn(row.cells[0] ?? "")}`.toLowerCase()]
        : [],
    );
    expect(told).toEqual(expect.arrayContaining([...fieldNamesOfAzure]));
  });

  it("have every reason why a fact is unknown", () => {
    const head = "reason | meaning | passes by itself";
    const said = codes(head, 0).map((reason, at) => [reason, codes(head, 1)[at], codes(head, 2)[at]]);
    const meaning = /\(\S+: (.*)\)$/;
    expect(said).toEqual(
      unknownReasons.map((reason) => [
        reason,
        meaning.exec(describeUnknown({ field: "x", reason }))?.[1],
        isTransient(reason) ? "perhaps" : "no",
      ]),
    );
  });
});

describe("the tables of keys", () => {
  const schema = policySchema() as {
    readonly properties: object;
    readonly definitions: Readonly<Record<string, { readonly properties: object }>>;
  };
  const sections = readPage("docs/policies/files.md").split(/^##+ /m);
  it.each([
    ["Policy files", "# Policy files", schema.properties],
    ["Rules", "Rules", schema.definitions.rule?.properties],
    ["Limits", "Limits", schema.definitions.limit?.properties],
    ["Exemptions", "Exemptions", schema.definitions.exemption?.properties],
  ])("%s has those of the schema", (_, title, properties = {}) => {
    const section = sections.find((each) => each.startsWith(`${title}\n`)) ?? "";
    const keys = partsOf(section).flatMap((row) =>
      row.kind === "row" && row.head === "key | holds" ? [codeIn(row.cells[0] ?? "")] : [],
    );
    expect(keys.toSorted()).toEqual(Object.keys(properties).toSorted());
  });
});
