import { addressSet } from "../addresses/model/address.ts";
import type { ServiceTag } from "../addresses/azure.ts";
import { thenRead, knownRead, unknownRead, type Read } from "../estate/read.ts";
import { asArray, asName, asObject, asStrings, at } from "./arm-json.ts";

const tag = asObject({
  name: at("name", asName),
  changeNumber: at("properties.changeNumber", asName),
  prefixes: at("properties.addressPrefixes", asStrings),
});

/** The named tags of an answer, which holds all of Azure's. A named tag that is missing or unreadable makes all of them unknown. */
export function serviceTagsFrom(answer: unknown, names: readonly string[]): Read<readonly ServiceTag[]> {
  return thenRead(at("values", asArray)(answer), (values) => {
    const wanted = new Map(names.map((name) => [name.toLowerCase(), name]));
    const found: ServiceTag[] = [];
    for (const value of values) {
      const read = at("name", asName)(value);
      const name = read.kind === "known" ? wanted.get(read.value.toLowerCase()) : undefined;
      if (name === undefined) continue;
      const decoded = tagFrom(value, name);
      if (decoded.kind === "unknown") return decoded;
      found.push(decoded.value);
      wanted.delete(name.toLowerCase());
    }
    return wanted.size === 0 ? knownRead(found) : unknownRead("not-in-answer");
  });
}

function tagFrom(value: unknown, name: string): Read<ServiceTag> {
  return thenRead(tag(value), ({ changeNumber, prefixes }) =>
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
