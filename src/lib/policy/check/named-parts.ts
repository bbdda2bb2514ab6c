import { keyAmong } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { SourcePlace } from "../source/problem.ts";

export interface NamedPart {
  readonly name: string;
  readonly at: SourcePlace;
}

/**
 * The members of a list that have a name, also those with other mistakes, which the checked list leaves out: their
 * names are taken all the same.
 */
export function namedParts(source: Source | undefined, file: string): readonly NamedPart[] {
  if (source?.kind !== "list") return [];
  return source.items.flatMap((item) => {
    if (item.kind !== "map") return [];
    const name = item.entries.find(({ key }) => keyAmong(key, ["name"]) !== undefined)?.value;
    return name?.kind === "scalar" && typeof name.value === "string"
      ? [{ name: name.value, at: { file, ...item.at } }]
      : [];
  });
}
