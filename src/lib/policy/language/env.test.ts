import { describe, expect, it } from "vitest";
import { absent, known, unknown, type FactValue } from "../values/fact.ts";
import { parsePath, type Step } from "../values/path.ts";
import { unknownReasons } from "../values/unknown-reason.ts";
import { Failed, follow, Layout, prepare, propertyOf, Unknown, valueAt, valuesAt, valuesOf } from "./env.ts";
import { connectionCatalogue, type FieldReference } from "./fields.ts";

const reference = (name: string): FieldReference => {
  const found = connectionCatalogue.resolve(name);
  if ("problem" in found) throw new Error(found.problem);
  return found;
};
const steps = (path: string): readonly Step[] => (parsePath(`a${path}`) ?? []).slice(1);

describe("the layout of values", () => {
  it("has one place for each value and form, whatever the case of its keys", () => {
    const layout = new Layout();
    const [tag, otherTag] = [reference("endpoint.tags.team"), reference("endpoint.tags.owner")];
    expect(layout.foldedIndex(tag)).toBe(0);
    expect(layout.foldedIndex(otherTag)).toBe(1);
    expect(layout.rangeIndex(tag)).toBe(2);
    expect(layout.foldedIndex(reference("endpoint.tags.TEAM"))).toBe(0);
    expect(layout.rangeIndex(reference("endpoint.tags.TEAM"))).toBe(2);
    expect(layout.values.map(({ isRange }) => isRange)).toEqual([false, false, true]);
  });
});

describe("prepared values", () => {
  const prepared = (value: ReturnType<typeof known>) => {
    const layout = new Layout();
    const name = reference("connection.name");
    layout.foldedIndex(name);
    layout.rangeIndex(name);
    return prepare(Object.assign([], { [name.slot]: value }), layout, 0).values;
  };

  it("are folded, and parsed as ranges", () => {
    expect(prepared(known("Ab"))[0]).toBe("ab");
    expect(prepared(known("10.0.0.0/31"))[1]).toEqual({ family: 4, from: 0x0a000000, to: 0x0a000001 });
  });

  it("are unknown as ranges where they are none", () => {
    for (const fact of [known("Ab"), known(5), absent]) {
      const [, range] = prepared(fact);
      expect(range).toEqual(new Unknown("function-failed"));
    }
    expect(prepared(absent)[0]).toBeUndefined();
  });

  it.each(unknownReasons)("are unknown for the same reason: %s", (reason) => {
    expect(prepared(unknown(reason))).toEqual([new Unknown(reason), new Unknown(reason)]);
  });
});

describe("a path into a value", () => {
  const list: FactValue = [{ c: 1 }, { C: [2, 3] }, {}];
  const value: FactValue = { A: { b: list }, text: "t" };

  it.each<[string, unknown]>([
    ["", value],
    [".a.b", list],
    [".text", "t"],
    [".text.length", undefined],
    [".none.b", undefined],
    [".a.b[*]", undefined],
  ])("%j leads to one value", (path, found) => {
    expect(follow(value, steps(path))).toEqual(found);
  });

  it.each<[string, readonly unknown[]]>([
    [".a.b[*].c", [1, [2, 3], undefined]],
    [".a.b[*]", list],
    [".text[*]", []],
    [".none[*]", []],
    [".text", ["t"]],
  ])("%j leads to several", (path, found) => {
    expect(valuesAt(value, steps(path))).toEqual(found);
  });

  it("flattens lists in lists", () => {
    expect(valuesAt([{ a: [1, 2] }, { a: [3] }], [{ kind: "each" }, ...steps(".a[*]")])).toEqual([1, 2, 3]);
  });

  it("is unknown where it begins, or where a derived value is", () => {
    const failed = new Failed("f", [], "why");
    expect(failed.reason).toBe("function-failed");
    expect(follow(failed, steps(".a.b"))).toBe(failed);
    expect(valuesAt(failed, steps(".a[*]"))).toBe(failed);
    expect(valuesAt(failed, steps(".a"))).toBe(failed);
  });

  it("leads into the facts", () => {
    const tags = reference("endpoint.tags.team");
    const facts = Object.assign([], { [tags.slot]: known({ Team: "a" }) });
    const env = prepare(facts, new Layout(), 0);
    expect(valueAt(tags, env)).toBe("a");
    expect(valuesOf(tags, env)).toEqual(["a"]);
    expect(valueAt(tags, prepare([], new Layout(), 0))).toBeUndefined();
  });
});

describe("the property of an object", () => {
  it("is found in any case, and as written first", () => {
    expect(propertyOf({ Team: 1 }, "tEAM")).toBe(1);
    expect(propertyOf({ TEAM: 1, Team: 2, team: 3 }, "Team")).toBe(2);
  });

  it("does not depend on the order of keys that differ by case alone", () => {
    expect(propertyOf({ tEAM: 1, TEAM: 2 }, "team")).toBe(2);
    expect(propertyOf({ TEAM: 2, tEAM: 1 }, "team")).toBe(2);
  });

  it.each<[FactValue, string]>([
    [{ a: 1 }, "b"],
    [{}, "toString"],
    [{ undefined: 1 }, "b"],
    [["a"], "0"],
    [["a"], "length"],
    ["a", "length"],
    [null, "a"],
  ])("of %j under %s is none", (value, key) => {
    expect(propertyOf(value, key)).toBeUndefined();
  });
});
