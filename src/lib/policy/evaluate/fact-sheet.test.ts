import { describe, expect, it } from "vitest";
import { connectionCatalogue as catalogue } from "../language/fields.ts";
import { openCatalogue } from "../language/open-catalogue.ts";
import { parse } from "../source/parse.ts";
import { problemsOf, type Problem } from "../source/problem.ts";
import { absent, known, unknown, type Fact, type Facts } from "../values/fact.ts";
import { printFacts, readFacts, sheetOf, storedFacts } from "./fact-sheet.ts";

const subscription = "11111111-1111-4111-8111-111111111111";

/** The facts of these sheets by field, without the absent ones, and what was wrong with them. */
function read(...texts: readonly string[]) {
  const found: Problem[] = [];
  const problems = problemsOf("facts.yaml", found);
  const sheets = texts.map((text) => sheetOf(parse(text, problems), problems));
  return {
    facts: byField(readFacts(sheets, catalogue, problems)),
    problems: found.map(({ message, line, column }) => `${line}:${column} ${message}`),
  };
}

function byField(facts: Facts): Readonly<Record<string, Fact>> {
  return Object.fromEntries(
    catalogue.fields.flatMap(({ name }, slot) => {
      const fact = facts[slot] ?? absent;
      return fact.kind === "absent" ? [] : [[name, fact]];
    }),
  );
}

/** The fact of one field in a stored sheet, or that it is lacking. */
function stored(name: string, value: unknown): Fact | "lacking" {
  const { facts, lacking } = storedFacts(
    { known: { [name]: value as string }, unknown: {} },
    catalogue,
    new Set([name]),
  );
  return lacking.includes(name)
    ? "lacking"
    : (facts[catalogue.fields.findIndex((each) => each.name === name)] ?? absent);
}

describe("a sheet of facts", () => {
  it("has known and unknown ones, whatever the case of their names; the others are absent", () => {
    const text = `known: { Endpoint.Name: pe, counts.approved: 3 }\nunknown: { endpoint.tags: forbidden }`;
    expect(read(text)).toEqual({
      facts: {
        "endpoint.name": known("pe"),
        "counts.approved": known(3),
        "endpoint.tags": unknown("forbidden"),
      },
      problems: [],
    });
  });

  it("counts before the one that it is shared with", () => {
    const shared = "known: { endpoint.name: a, service.name: s }\nunknown: { endpoint.tags: forbidden }";
    const own = "known: { endpoint.tags: { team: x } }\nunknown: { endpoint.name: timed-out }";
    expect(read(shared, own).facts).toEqual({
      "endpoint.name": unknown("timed-out"),
      "service.name": known("s"),
      "endpoint.tags": known({ team: "x" }),
    });
  });

  it("may say of a whole source why it is unknown", () => {
    const { facts, problems } = read("unknown: { network: not-attempted }");
    const fields = catalogue.fields.filter(({ source }) => source === "network");
    expect(fields.length).toBeGreaterThan(1);
    expect(facts).toEqual(Object.fromEntries(fields.map(({ name }) => [name, unknown("not-attempted")])));
    expect(problems).toEqual([]);
  });

  it("names the first field of the catalogue like every other", () => {
    expect(read("unknown: { connection.id: forbidden }")).toEqual({
      facts: { "connection.id": unknown("forbidden") },
      problems: [],
    });
  });

  it("has locations in the form in which they are compared", () => {
    expect(
      read('known: { endpoint.location: "West Europe", service.locations: ["North Europe"] }').facts,
    ).toEqual({
      "endpoint.location": known("westeurope"),
      "service.locations": known(["northeurope"]),
    });
    expect(read('known: { endpoint.name: "West Europe" }').facts).toEqual({
      "endpoint.name": known("West Europe"),
    });
  });

  it("is empty where there is none", () => {
    const problems: Problem[] = [];
    expect(sheetOf(undefined, problemsOf("f", problems)).size).toBe(0);
    expect(problems).toEqual([]);
  });

  it.each([
    ["known: [endpoint.name]", ["1:8 expected a mapping of field names to values"]],
    [
      "known: { endpoint.name: a, Endpoint.Name: b }",
      ["1:28 duplicate fact Endpoint.Name; a fact is either known or unknown"],
    ],
    [
      "known: { endpoint.name: a }\nunknown: { endpoint.name: forbidden }",
      ["1:10 duplicate fact endpoint.name; a fact is either known or unknown"],
    ],
    ["known: { endpoint.nam: a }", ['1:10 unknown field "endpoint.nam"; did you mean "endpoint.name"?']],
    ["unknown: { nettwork: forbidden }", ['1:12 unknown field "nettwork"; did you mean "network"?']],
    [
      "unknown: { endpoint.name: maybe }",
      [expect.stringMatching(/^1:27 expected the reason why this fact is unknown, one of forbidden, /)],
    ],
    [
      "unknown: { endpoint.name: [forbidden] }",
      [expect.stringMatching(/^1:27 expected the reason why this fact is unknown, one of /)],
    ],
    ["known: { endpoint.name: 3 }", ["1:25 endpoint.name is of type string, but this value is not"]],
    [
      "known: { requester.tenant: contoso }",
      ['1:28 requester.tenant is never "contoso"; expected one of ours, foreign'],
    ],
    [
      "known: { endpoint.subscriptionId: web }",
      [expect.stringMatching(/^1:35 endpoint\.subscriptionId: "web" is not a subscription id/)],
    ],
  ])("may not say %j", (text, problems) => {
    expect(read(text).problems).toEqual(problems);
  });

  it.each([
    "known: { requester.tenant: null, endpoint.subscriptionId: null }",
    `known: { requester.tenant: ours, endpoint.subscriptionId: ${subscription} }`,
    // A field whose list of values is open takes others.
    "known: { connection.state: Disconnected }",
  ])("may say %j", (text) => {
    expect(read(text).problems).toEqual([]);
  });
});

describe("a value's type", () => {
  it.each([
    ["endpoint.name", "pe", [3, true, ["pe"], { a: "b" }]],
    ["endpoint.location", "westeurope", [3, ["westeurope"]]],
    ["time.now", "2026-03-01T10:00:00Z", ["soon", 3]],
    ["endpoint.privateAddresses", ["10.0.0.1"], ["10.0.0.1", [1], { a: "b" }]],
    ["service.locations", ["westeurope"], ["westeurope", [true]]],
    ["counts.approved", 3, ["3", true]],
    ["endpoint.manual", false, ["false", 0]],
    ["endpoint.tags", { a: "b" }, ["a", ["a"], 3]],
  ])("of %s", (name, good, bad) => {
    expect(stored(name, good)).toEqual(known(good));
    for (const each of bad) expect([each, stored(name, each)]).toEqual([each, "lacking"]);
  });

  it("may be any in a document", () => {
    const open = openCatalogue();
    const any = open.fields.find(({ type }) => type === "any");
    const name = any?.name ?? "";
    expect(any).toBeDefined();
    for (const value of ["a", 3, true, ["a"], { a: "b" }])
      expect(storedFacts({ known: { [name]: value }, unknown: {} }, open, new Set([name])).lacking).toEqual(
        [],
      );
  });
});

describe("a stored sheet", () => {
  const used = new Set(["endpoint.name", "endpoint.tags", "endpoint.manual", "service.name"]);

  it("gives what it has of the used fields, and names those that it lacks", () => {
    const sheet = {
      known: { "endpoint.name": "pe", "endpoint.manual": null, "counts.approved": 3 },
      unknown: { "endpoint.tags": "forbidden" },
    } as const;
    const { facts, lacking } = storedFacts(sheet, catalogue, used);
    expect(lacking).toEqual(["service.name"]);
    const of = (name: string) => facts[catalogue.fields.findIndex((each) => each.name === name)];
    expect(of("endpoint.name")).toEqual(known("pe"));
    expect(of("endpoint.tags")).toEqual(unknown("forbidden"));
    expect(of("endpoint.manual")).toEqual(absent);
    expect(of("service.name")).toEqual(unknown("not-attempted"));
    expect(of("counts.approved")).toEqual(unknown("not-attempted"));
  });

  it("has no fact whose reason is not one of this version, nor one from an object's prototype", () => {
    const strange = { known: {}, unknown: { "endpoint.name": "who knows" } } as unknown as Parameters<
      typeof storedFacts
    >[0];
    expect(storedFacts(strange, catalogue, new Set(["endpoint.name"])).lacking).toEqual(["endpoint.name"]);
    const inherited = {
      known: Object.create({ "endpoint.name": "pe" }) as object,
      unknown: Object.create({ "endpoint.name": "forbidden" }) as object,
    };
    expect(
      storedFacts(inherited as Parameters<typeof storedFacts>[0], catalogue, new Set(["endpoint.name"]))
        .lacking,
    ).toEqual(["endpoint.name"]);
  });

  it("is what is printed of facts, without the absent ones", () => {
    const facts = catalogue.fields.map(({ name }): Fact => {
      if (name === "endpoint.name") return known("pe");
      return name === "endpoint.tags" ? unknown("forbidden") : absent;
    });
    expect(printFacts(facts, catalogue)).toStrictEqual({
      known: { "endpoint.name": "pe" },
      unknown: { "endpoint.tags": "forbidden" },
    });
    expect(printFacts([], catalogue)).toStrictEqual({ known: {}, unknown: {} });
  });
});
