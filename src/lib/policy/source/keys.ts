import { nearest } from "./nearest.ts";
import type { Source, SourceMap } from "./parse.ts";
import type { Problems } from "./problem.ts";

/**
 * The entries of a mapping that may have only the keys named, by those names: case does not count, as in Azure Policy.
 * A Map, never an object, so that `__proto__` is just another unknown key.
 */
export function entriesOf(
  source: Source,
  allowed: readonly string[],
  problems: Problems,
): Map<string, Source> {
  const entries = new Map<string, Source>();
  if (source.kind !== "map") {
    problems.add(source.at, `a mapping with ${allowed.join(", ")} must stand here`);
    return entries;
  }
  for (const { key, keyAt, value } of canonical(source, allowed, problems).entries) {
    if (allowed.includes(key)) entries.set(key, value);
    else problems.add(keyAt, unexpectedKey(key, allowed));
  }
  return entries;
}

/** The same mapping with the names that its keys stand for. */
export function canonical(source: SourceMap, allowed: readonly string[], problems: Problems): SourceMap {
  const spelled = new Map<string, string>();
  const entries = source.entries.map((entry) => {
    const name = keyAmong(entry.key, allowed);
    if (name === undefined) return entry;
    const before = spelled.get(name);
    // The same key in the same case has been told by the parser.
    if (before !== undefined && before !== entry.key)
      problems.add(
        entry.keyAt,
        `"${entry.key}" is "${before}" once more, since case does not count; a key stands once in a mapping`,
      );
    spelled.set(name, before ?? entry.key);
    return { ...entry, key: name };
  });
  return { ...source, entries };
}

/** The name that a key stands for. */
export function keyAmong<T extends string>(key: string, allowed: readonly T[]): T | undefined {
  const wanted = key.toLowerCase();
  return allowed.find((name) => name === key) ?? allowed.find((name) => name.toLowerCase() === wanted);
}

export function unexpectedKey(key: string, allowed: readonly string[]): string {
  const suggestion = nearest(key, allowed);
  return `"${key}" cannot stand here; ${suggestion === undefined ? `one of ${allowed.join(", ")} can` : `did you mean "${suggestion}"?`}`;
}

/** The non-empty text under a key, or "" with a problem. */
export function textAt(
  parent: Source,
  entries: ReadonlyMap<string, Source>,
  key: string,
  problems: Problems,
): string {
  const source = entries.get(key);
  if (source?.kind === "scalar" && typeof source.value === "string" && source.value.trim() !== "")
    return source.value;
  problems.add(source?.at ?? parent.at, `${key} is missing or is not text`);
  return "";
}

/** The items of a list; none where nothing stands there, and with a problem where it is no list. */
export function itemsOf(source: Source | undefined, key: string, problems: Problems): readonly Source[] {
  if (source === undefined) return [];
  if (source.kind === "list") return source.items;
  problems.add(source.at, `${key} must be a list`);
  return [];
}
