import type { FactValue } from "./values/fact.ts";
import type { Parameters } from "./language/formula.ts";
import type { PolicyText } from "./source/policy-text.ts";
import { keyAmong } from "./source/keys.ts";
import { parse, type Source } from "./source/parse.ts";
import { truncate } from "./values/print-short.ts";
import { problemsOf } from "./source/problem.ts";

/** The parts of a policy as written, by name: `rule "landing zones"`, `value of landingzones`. */
export type Outline = Readonly<Record<string, FactValue>>;

const kinds: Readonly<Record<string, string>> = { rules: "rule", limits: "limit", exemptions: "exemption" };
const outlined = [...Object.keys(kinds), "parameters", "description"];
/** Longer values are cut in the text for people. */
const printedMax = 120;

/** The outline of files that have loaded, with the values supplied for parameters. */
export function outlineOf(files: readonly PolicyText[], values: Parameters): Outline {
  const parts = files.flatMap(({ file, text }) => {
    const source = parse(text, problemsOf(file, []));
    if (source?.kind !== "map") return [];
    return source.entries.flatMap(({ key, value }) => partsOf(keyAmong(key, outlined) ?? key, value));
  });
  const given = [...values].map(([name, value]) => [`value of ${name}`, value] as const);
  return Object.fromEntries([...parts, ...given]);
}

function partsOf(key: string, source: Source): (readonly [string, FactValue])[] {
  const value = plainValueOf(source);
  const kind = kinds[key];
  if (kind !== undefined && source.kind === "list")
    return source.items.map((item) => [`${kind} "${nameOf(item)}"`, plainValueOf(item)] as const);
  if (key === "parameters" && source.kind === "map")
    return source.entries.map((entry) => [`parameter ${entry.key}`, plainValueOf(entry.value)] as const);
  return key === "description" ? [] : [[key, value]];
}

function nameOf(item: Source): string {
  const name =
    item.kind === "map" ? item.entries.find(({ key }) => keyAmong(key, ["name"]))?.value : undefined;
  return name?.kind === "scalar" ? String(name.value) : "";
}

function plainValueOf(source: Source): FactValue {
  if (source.kind === "scalar") return source.value;
  if (source.kind === "list") return source.items.map(plainValueOf);
  return Object.fromEntries(source.entries.map(({ key, value }) => [key, plainValueOf(value)]));
}

/** The differences between two outlines, one line each: added, removed and changed parts. */
export function changesBetween(before: Outline, after: Outline): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => {
    const [old, now] = [ownValue(before, name), ownValue(after, name)];
    if (old === undefined) return [`${name} was added${now === undefined ? "" : `: ${printPart(now)}`}`];
    if (now === undefined) return [`${name} was removed`];
    return differingLeaves(old, now, "").map(
      ([path, from, to]) => `${name}${path}: ${printPart(from)} became ${printPart(to)}`,
    );
  });
}

type Leaf = readonly [path: string, before: FactValue | undefined, after: FactValue | undefined];

function differingLeaves(before: FactValue | undefined, after: FactValue | undefined, path: string): Leaf[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) =>
      differingLeaves(ownValue(before, key), ownValue(after, key), `${path}, ${key}`),
    );
  }
  // Items are compared only between lists of the same length; otherwise there is no telling which item became which.
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((each: FactValue, index) =>
      differingLeaves(each, (after as readonly FactValue[])[index], `${path}[${index}]`),
    );
  return [[path, before, after]];
}

function isRecord(value: FactValue | undefined): value is Readonly<Record<string, FactValue>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function ownValue(record: Readonly<Record<string, FactValue>>, key: string): FactValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function printPart(value: FactValue | undefined): string {
  if (value === undefined) return "nothing";
  return truncate(JSON.stringify(value), printedMax);
}
