import { addressSet } from "../addresses/model/address.ts";
import type { ServiceTag } from "../addresses/azure-addresses.ts";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";
import { asServiceTag } from "./addresses-from.ts";
import { asArray, asName, at } from "./arm-json.ts";

/**
 * The named tags of an answer, which holds all of Azure's. A tag that is missing or unreadable is unknown, and no other
 * with it.
 */
export function serviceTagsFrom(
  answer: unknown,
  names: readonly string[],
): Read<ReadonlyMap<string, Read<ServiceTag>>> {
  return mapRead(at("values", asArray)(answer), (values) => {
    const wanted = new Map(names.map((name) => [name.toLowerCase(), name]));
    const found = new Map<string, Read<ServiceTag>>(
      names.map((name) => [name, unknownRead("not-in-answer")]),
    );
    for (const value of values) {
      const read = at("name", asName)(value);
      const name = read.kind === "known" ? wanted.get(read.value.toLowerCase()) : undefined;
      if (name !== undefined) found.set(name, tagFrom(value, name));
    }
    return found;
  });
}

function tagFrom(value: unknown, name: string): Read<ServiceTag> {
  return thenRead(asServiceTag(value), ({ changeNumber, prefixes }) =>
    thenRead(changeNumber, (number) =>
      thenRead(prefixes, (texts) => {
        const set = addressSet(texts);
        return set === undefined || set.length === 0
          ? unknownRead("malformed")
          : knownRead({ name, changeNumber: number, prefixes: set });
      }),
    ),
  );
}
