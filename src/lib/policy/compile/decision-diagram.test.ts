import { describe, expect, it } from "vitest";
import { envWithoutFacts, Unknown, type Prepared } from "../language/env.ts";
import { parseRange, type IpRange } from "../values/ip-range.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { ask, askCondition, askRange, diagramOf, negate } from "./decision-diagram-part.ts";
import { decide, type Asked } from "./decision-diagram.ts";

const unreadable = new Unknown("forbidden");
const rangeOf = (text: string) => parseRange(text) as IpRange;
const print = ({ asks, operand }: Asked) =>
  `${asks} ${JSON.stringify(operand instanceof Set ? [...operand] : operand)}`;

/** Asks about the second of two prepared values; `byOperator` is what the operator's own test answers. */
function answers(asked: Asked, value: Prepared, byOperator: Truth): { truth: Truth; tested: unknown[] } {
  const tested: unknown[] = [];
  const part = ask(asked, 1, (tests) => {
    tested.push(tests);
    return byOperator;
  });
  return { truth: decide(diagramOf(part), { ...envWithoutFacts, values: [unreadable, value] }), tested };
}

describe("a question answers itself for a value of its usual type", () => {
  const cases: readonly [asked: Asked, value: Prepared, truth: Truth][] = [
    [{ asks: "equalsText", operand: "a" }, "a", TRUE],
    [{ asks: "equalsText", operand: "a" }, "ab", FALSE],
    [{ asks: "includes", operand: "b" }, "abc", TRUE],
    [{ asks: "includes", operand: "b" }, "ac", FALSE],
    [{ asks: "startsWith", operand: "ab" }, "abc", TRUE],
    [{ asks: "startsWith", operand: "bc" }, "abc", FALSE],
    [{ asks: "contains", operand: "b" }, "abc", TRUE],
    [{ asks: "contains", operand: "b" }, "ac", FALSE],
    [{ asks: "contains", operand: "b" }, ["a", "b"], TRUE],
    [{ asks: "contains", operand: "b" }, ["abc"], FALSE],
    [{ asks: "isOneOf", operand: new Set(["a", "b"]) }, "b", TRUE],
    [{ asks: "isOneOf", operand: new Set(["a", "b"]) }, "c", FALSE],
    [{ asks: "equalsNumber", operand: 80 }, 80, TRUE],
    [{ asks: "equalsNumber", operand: 80 }, 81, FALSE],
    [{ asks: "isLess", operand: 80 }, 79, TRUE],
    [{ asks: "isLess", operand: 80 }, 80, FALSE],
    [{ asks: "isGreater", operand: 80 }, 81, TRUE],
    [{ asks: "isGreater", operand: 80 }, 80, FALSE],
    [{ asks: "equalsBoolean", operand: true }, true, TRUE],
    [{ asks: "equalsBoolean", operand: true }, false, FALSE],
    [{ asks: "equalsBoolean", operand: false }, false, TRUE],
    [{ asks: "exists", operand: undefined }, "", TRUE],
    [{ asks: "exists", operand: undefined }, [], TRUE],
    [{ asks: "exists", operand: undefined }, null, FALSE],
    [{ asks: "exists", operand: undefined }, undefined, FALSE],
  ];

  it.each(cases.map((each) => [print(each[0]), ...each] as const))(
    "%s, of %2$j: %3$i",
    (_, asked, value, truth) => {
      // Whatever the operator's test would answer, it is not asked.
      expect(answers(asked, value, truth === TRUE ? FALSE : TRUE)).toEqual({ truth, tested: [] });
      expect(answers(asked, value, UNKNOWN)).toEqual({ truth, tested: [] });
    },
  );
});

const object = { a: "a" };

describe("a question leaves a value of another type to the operator's test", () => {
  const byType: readonly [asked: Asked, others: readonly Prepared[]][] = [
    [{ asks: "equalsText", operand: "a" }, [1, true, null, ["a"], object]],
    [{ asks: "includes", operand: "a" }, [1, true, null, ["a"], object]],
    [{ asks: "startsWith", operand: "a" }, [1, true, null, ["a"], object]],
    [{ asks: "contains", operand: "a" }, [1, true, null, object]],
    [{ asks: "isOneOf", operand: new Set(["a"]) }, [1, true, null, ["a"], object]],
    [{ asks: "equalsNumber", operand: 1 }, ["1", true, null, [1], object]],
    [{ asks: "isLess", operand: 1 }, ["0", false, null, [0], object]],
    [{ asks: "isGreater", operand: 1 }, ["2", true, null, [2], object]],
    [{ asks: "equalsBoolean", operand: true }, ["true", 1, null, [true], object]],
    [{ asks: "other", operand: undefined }, ["a", 1, true, null, ["a"], object]],
  ];
  const cases = byType.flatMap(([asked, others]) =>
    others.map((value) => [print(asked), value, asked] as const),
  );

  it.each(cases)("%s, of %j", (_, value, asked) => {
    for (const truth of [FALSE, UNKNOWN, TRUE] as const)
      expect(answers(asked, value, truth)).toEqual({ truth, tested: [value] });
  });

  it.each(byType.map(([asked]) => [print(asked), asked] as const))(
    "%s, of a missing value, as null",
    (_, asked) => {
      expect(answers(asked, undefined, TRUE)).toEqual({ truth: TRUE, tested: [null] });
    },
  );

  const exists: Asked = { asks: "exists", operand: undefined };
  it.each([...byType.map(([asked]) => asked), exists].map((asked) => [print(asked), asked] as const))(
    "but is unknown itself for an unknown value: %s",
    (_, asked) => {
      expect(answers(asked, unreadable, TRUE)).toEqual({ truth: UNKNOWN, tested: [] });
      expect(answers(asked, unreadable, FALSE)).toEqual({ truth: UNKNOWN, tested: [] });
    },
  );
});

describe("a question about a range", () => {
  const truthIn = (value: Prepared) =>
    decide(diagramOf(askRange(0, rangeOf("10.0.0.0/8"))), { ...envWithoutFacts, values: [value] });

  it.each<[what: string, value: Prepared, truth: Truth]>([
    ["true within it", rangeOf("10.255.255.255"), TRUE],
    ["false before it", rangeOf("9.255.255.255"), FALSE],
    ["false where it only begins within it", rangeOf("10.0.0.0-11.0.0.0"), FALSE],
    ["unknown for the other family", rangeOf("::ffff:10.0.0.1"), UNKNOWN],
    ["unknown for text that is no range", new Unknown("function-failed"), UNKNOWN],
    ["unknown for a value that is not prepared", undefined, UNKNOWN],
  ])("is %s", (_, value, truth) => {
    expect(truthIn(value)).toBe(truth);
  });

  it("is unknown when negated, for the other family", () => {
    const negated = diagramOf(negate(askRange(0, rangeOf("10.0.0.0/8"))));
    expect(decide(negated, { ...envWithoutFacts, values: [rangeOf("::1")] })).toBe(UNKNOWN);
  });
});

it.each([FALSE, UNKNOWN, TRUE] as const)(
  "a condition as a function has the truth that it returns: %i",
  (truth) => {
    const env = { ...envWithoutFacts, values: ["not asked about"] };
    const seen: unknown[] = [];
    const part = askCondition((given) => {
      seen.push(given);
      return truth;
    });
    expect(decide(diagramOf(part), env)).toBe(truth);
    expect(seen).toEqual([env]);
  },
);
