import { describe, expect, it } from "vitest";
import { QueryInvalid, runQuery } from "./kusto.ts";

const rows = [
  { id: "/b", type: "Microsoft.X/y", size: 2, properties: { color: "red", inner: { a: [1] } } },
  { id: "/A", type: "microsoft.x/Y", size: 1, properties: { color: "Red" } },
  { id: "/c", type: "other", properties: null },
];
const run = (query: string) => runQuery(query, { things: () => rows }).map(({ id }) => id);

describe("a query", () => {
  it.each([
    ["things", ["/b", "/A", "/c"]],
    ["things | where type =~ 'MICROSOFT.X/Y'", ["/b", "/A"]],
    ["things | where type == 'other'", ["/c"]],
    ["things | where properties.color in ('red', 'blue')", ["/b"]],
    ["things | where properties.color in~ ('red')", ["/b", "/A"]],
    ["things | where type =~ 'microsoft.x/y' and properties.color == 'Red'", ["/A"]],
    ["things | order by id asc", ["/A", "/b", "/c"]],
    ["things | where type =~ 'microsoft.x/y' | project id | order by id desc", ["/b", "/A"]],
  ])("%s", (query, ids) => {
    expect(run(query)).toEqual(ids);
  });

  it("projects paths under aliases, and missing values as null", () => {
    const query =
      "things | where id == '/b' | project id, color = properties.color, none = properties.no.such, text = tostring(properties.inner)";
    expect(runQuery(query, { things: () => rows })).toEqual([
      { id: "/b", color: "red", none: null, text: '{"a":[1]}' },
    ]);
  });

  it.each([
    "",
    "others",
    "constructor",
    "things | summarize count()",
    "things | where size > 1",
    "things | where id startswith '/'",
    "things | project f(id)",
    "things | order by lower(id)",
  ])("outside the simulated part of the language is refused: %s", (query) => {
    expect(() => run(query)).toThrow(QueryInvalid);
  });
});
