import { didYouMean } from "./nearest.ts";
import type { Source, SourceMap } from "./parse.ts";
import type { Problems } from "./problem.ts";

/**
 * The entries of a mapping by their allowed keys, which ignore case as in Azure Policy. Other keys are problems.
 * Returns a Map, not an object, so that `__proto__` is just another unknown key.
 */
export function entriesOf(
  source: Source,
  allowed: readonly string[],
  problems: Problems,
): Map<string, Source> {
  const entries = new Map<string, Source>();
  if (source.kind !== "map") {
    problems.add(source.at, `expected a mapping with ${allowed.join(", ")}`);
    return entries;
  }
  for (const { key, keyAt, value } of canonical(source, allowed, problems).entries) {
    if (allowed.includes(key)) entries.set(key, value);
    else problems.add(keyAt, unexpectedKey(key, allowed));
  }
  return entries;
}

/** The same mapping with each key in its canonical spelling. */
export function canonical(source: SourceMap, allowed: readonly string[], problems: Problems): SourceMap {
  const spelled = new Map<string, string>();
  const entries = source.entries.map((entry) => {
    const name = keyAmong(entry.key, allowed);
    if (name === undefined) return entry;
    const before = spelled.get(name);
    // The parser has already reported the same key in the same case.
    if (before !== undefined && before !== entry.key)
      problems.add(
        entry.keyAt,
        `"${entry.key}" repeats the key "${before}", since keys ignore case; remove one of them`,
      );
    spelled.set(name, before ?? entry.key);
    return { ...entry, key: name };
  });
  return { ...source, entries };
}

/** The allowed name that a key spells, ignoring case. */
export function keyAmong<T extends string>(key: string, allowed: readonly T[]): T | undefined {
  const wanted = key.toLowerCase();
  return allowed.find((name) => name === key) ?? allowed.find((name) => name.toLowerCase() === wanted);
}

export function unexpectedKey(key: string, allowed: readonly string[]): string {
  return `unknown key "${key}"${didYouMean(key, allowed, `; expected one of ${allowed.join(", ")}`)}`;
}

/** The non-empty text under a key; "" with a problem if it is missing or is something else. */
export function textAt(
  parent: Source,
  entries: ReadonlyMap<string, Source>,
  key: string,
  problems: Problems,
): string {
  const source = entries.get(key);
  if (source?.kind === "scalar" && typeof source.value === "string" && source.value.trim() !== "")
    return source.value;
  problems.add(
    source?.at ?? parent.at,
    `${key} is ${source === undefined ? "missing" : "not text, or is empty"}`,
  );
  return "";
}

/** The items of a list; none if the key is absent, and none with a problem if the value is not a list. */
export function itemsOf(source: Source | undefined, key: string, problems: Problems): readonly Source[] {
  if (source === undefined) return [];
  if (source.kind === "list") return source.items;
  problems.add(source.at, `${key} must be a list`);
  return [];
}
