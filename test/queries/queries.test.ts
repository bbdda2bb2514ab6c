import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../local/child-process.ts";
import { kustoProblems } from "./kusto.ts";
import { unknownNames } from "./names.ts";

const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".md"),
);
const queries = documents.flatMap((file) =>
  [...readFileSync(join(root, "docs", file), "utf8").matchAll(/^```kusto\n(.*?)^```/gms)].map(
    ([, query = ""], index) => ({ name: `${file}, query ${index + 1}`, query }),
  ),
);

describe("the queries in the documents", () => {
  it("are there to be checked", () => {
    expect(queries.length).toBeGreaterThan(2);
  });

  it.each(queries)("$name is one that Kusto's parser takes", ({ query }) => {
    expect(kustoProblems(query)).toEqual([]);
  });

  it.each(queries)("$name names only log messages, fields, metrics and alerts of the app", ({ query }) => {
    expect(unknownNames(query)).toEqual([]);
  });
});

describe("a mistake in a query is found", () => {
  it.each([
    ["AppTracez | take 1", "AppTracez"],
    ["AppTraces | where Mesage has 'x'", "Mesage"],
    ["AppTraces | summarise count()", "Query operator expected"],
    ["AppTraces | where TimeGenerated > agoo(1d)", "agoo"],
  ])("by Kusto's parser: %s", (query, problem) => {
    expect(kustoProblems(query).join("\n")).toContain(problem);
  });

  it.each([
    ['AppTraces | extend said = "x" | where said == "swepped"', 'does not log "swepped"'],
    ['AppTraces | extend said = "x" | where said in ("swept", "reviewd")', 'does not log "reviewd"'],
    ["AppTraces | extend line = parse_json(Message) | where line.verdikt == 1", "the field verdikt"],
    ['AppMetrics | where Name == "drawbridge.found_by_sweeps"', "no metric drawbridge.found_by_sweeps"],
    ['AppTraces | where Message has "Drawbridge.SinkGone"', "no alert Drawbridge.SinkGone"],
  ])("by the app's own names: %s", (query, problem) => {
    expect(unknownNames(query).join("\n")).toContain(problem);
  });
});
