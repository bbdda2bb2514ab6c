import type { FactValue } from "./values/fact.ts";
import type { Parameters } from "./language/formula.ts";
import type { PolicyText } from "./source/policy-text.ts";
import { keyAmong } from "./source/keys.ts";
import { parse, type Source } from "./source/parse.ts";
import { problemsOf } from "./source/problem.ts";

/** The parts of a policy as written, by name: `rule "landing zones"`, `value of landingZones`. */
export type Outline = Readonly<Record<string, FactValue>>;

const kinds: Readonly<Record<string, string>> = { rules: "rule", limits: "limit", exemptions: "exemption" };
const outlined = [...Object.keys(kinds), "parameters", "description"];

/** The name of a supplied value begins with this. */
export const valuePrefix = "value of ";

/** The outline of files that have loaded, with the values supplied for parameters. */
export function outlineOf(files: readonly PolicyText[], values: Parameters): Outline {
  const parts = files.flatMap(({ file, text }) => {
    const source = parse(text, problemsOf(file, []));
    if (source?.kind !== "map") return [];
    return source.entries.flatMap(({ key, value }) => partsOf(keyAmong(key, outlined) ?? key, value));
  });
  const asDeclared = (name: string) =>
    parts.find(([part]) => part.toLowerCase() === `parameter ${name}`)?.[0].slice("parameter ".length) ??
    name;
  const given = [...values].map(([name, value]) => [`${valuePrefix}${asDeclared(name)}`, value] as const);
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
