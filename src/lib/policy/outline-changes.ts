import { isObject } from "./language/function-argument.ts";
import type { FactValue } from "./values/fact.ts";
import { valuePrefix, type Outline } from "./outline.ts";
import { truncate } from "./values/print-short.ts";

/** Longer values are cut in the text for people. */
const printedMax = 120;

/** The differences between two outlines, one line each: added, removed and changed parts. */
export function changesBetween(stored: Outline, after: Outline): string[] {
  const before = withDeclaredNames(stored, after);
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

/** Versions before stored the names of supplied values in lower case. Names of parameters ignore case. */
function withDeclaredNames(stored: Outline, after: Outline): Outline {
  const names = new Map(
    Object.keys(after).flatMap((name) =>
      name.startsWith(valuePrefix) ? [[name.toLowerCase(), name] as const] : [],
    ),
  );
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]),
  );
}

type Leaf = readonly [path: string, before: FactValue | undefined, after: FactValue | undefined];

function differingLeaves(before: FactValue | undefined, after: FactValue | undefined, path: string): Leaf[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (isObject(before) && isObject(after)) {
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

function ownValue(record: Readonly<Record<string, FactValue>>, key: string): FactValue | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function printPart(value: FactValue | undefined): string {
  if (value === undefined) return "nothing";
  return truncate(JSON.stringify(value), printedMax);
}
