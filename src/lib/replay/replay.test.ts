import { describe, expect, it } from "vitest";
import { policyOf } from "../../../test/policy/policy-makers.ts";
import { fields } from "../policy/language/fields.ts";
import type { FactValue } from "../policy/values/fact.ts";
import { replayer } from "./replay.ts";

/** test/policy/replay-properties.test.ts has the properties of a replay. */
const sample: Readonly<Record<string, FactValue>> = {
  string: "x",
  location: "westeurope",
  number: 1,
  boolean: true,
  strings: [],
  locations: [],
  object: {},
  instant: "2026-01-01T00:00:00Z",
  any: "x",
};

describe("a record that cannot be replayed", () => {
  const replay = replayer(
    policyOf(
      JSON.stringify({
        name: "p",
        rules: [
          {
            name: "zone",
            if: { field: "endpoint.location", equals: "westeurope" },
            then: { effect: "approve" },
          },
          { name: "blocked", if: { field: "endpoint.name", equals: "bad" }, then: { effect: "reject" } },
        ],
      }),
    ),
  );
  const entry = (facts: object | undefined) =>
    JSON.stringify({
      id: "s-1",
      kind: "decision",
      at: "2026-01-01T00:00:00Z",
      connection: "c",
      verdict: { kind: "hold" },
      ...(facts === undefined ? {} : { facts }),
    });

  it.each([
    ["has no facts", undefined, "the record has no facts"],
    [
      "lacks a field",
      { known: { "endpoint.location": "westeurope" }, unknown: {} },
      "the record lacks endpoint.name",
    ],
    [
      "has a value of another type",
      { known: { "endpoint.name": 7, "endpoint.location": "x" }, unknown: {} },
      "the record lacks endpoint.name",
    ],
    [
      "has a reason of another version",
      { known: { "endpoint.name": "x" }, unknown: { "endpoint.location": "new" } },
      "the record lacks endpoint.location",
    ],
  ])("%s, and is counted with the reason", (_, facts, reason) => {
    expect(replay(entry(facts))).toEqual({ kind: "cannot", reason });
  });

  it("is none where the verdict does not depend on what it lacks", () => {
    expect(replay(entry({ known: { "endpoint.name": "bad" }, unknown: {} }))).toMatchObject({
      kind: "otherwise",
      after: { kind: "reject", rule: "blocked" },
      facts: [{ comparison: 'endpoint.name equals "bad" is true', value: '"bad"' }],
    });
  });

  it("counted by network only where the policy of its time did", () => {
    const counting = replayer(
      policyOf(
        JSON.stringify({
          name: "p",
          rules: [
            {
              name: "zone",
              if: { field: "endpoint.location", equals: "westeurope" },
              then: { effect: "approve" },
            },
          ],
          limits: [{ name: "one", max: 1, per: "endpoint.virtualNetwork.id" }],
        }),
      ),
    );
    const found = Object.fromEntries(
      fields.flatMap(({ name, type }) =>
        name === "counts.fromVirtualNetwork" ? [] : [[name, sample[type]]],
      ),
    );
    const unread = { "counts.fromVirtualNetwork": "not-attempted" };
    expect(counting(entry({ known: found, unknown: unread }))).toEqual({
      kind: "cannot",
      reason: "counts.fromVirtualNetwork was not read, because the policy of that time did not count by it",
    });
  });
});
