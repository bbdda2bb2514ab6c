import { normaliseLocations, plainValue } from "../check/check-operand.ts";
import { absent, known, unknown, type Fact, type Facts, type FactValue } from "../values/fact.ts";
import { isUnknownReason, unknownReasons, type UnknownReason } from "../values/unknown-reason.ts";
import type { Catalogue, Field } from "../language/fields.ts";
import { parseInstant } from "../values/instant.ts";
import { entriesOf } from "../source/keys.ts";
import { didYouMean } from "../source/nearest.ts";
import { subscriptionAdvice } from "../language/subscription-id.ts";
import { isGuid } from "../../guid.ts";
import type { Entry, Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";

/**
 * Known and unknown facts by field name; a field in neither is absent. There are two mappings, so that a value that a
 * requester chose can never be read as an unknown fact.
 */
export interface FactSheet {
  readonly known: Readonly<Record<string, FactValue>>;
  readonly unknown: Readonly<Record<string, UnknownReason>>;
}

export function printFacts(facts: Facts, { fields }: Catalogue): FactSheet {
  const sheet = { known: {} as Record<string, FactValue>, unknown: {} as Record<string, UnknownReason> };
  for (const [slot, { name }] of fields.entries()) {
    const fact = facts[slot] ?? absent;
    if (fact.kind === "known") sheet.known[name] = fact.value;
    if (fact.kind === "unknown") sheet.unknown[name] = fact.reason;
  }
  return sheet;
}

/** The facts of a stored sheet. A field that it lacks is unknown: it was not read when the sheet was written. */
export interface StoredFacts {
  readonly facts: Facts;
  /** Used fields that are in neither mapping, or whose value or reason is not one of this version. */
  readonly lacking: readonly string[];
}

const notRead = unknown("not-attempted");

/**
 * Reads those of a sheet's fields that are used, from a sheet that this app, or an earlier version of it, has stored.
 */
export function storedFacts(
  { known: found, unknown: reasons }: FactSheet,
  { fields }: Catalogue,
  used: ReadonlySet<string>,
): StoredFacts {
  const lacking: string[] = [];
  const facts = fields.map((field): Fact => {
    const { name } = field;
    if (!used.has(name)) return notRead;
    if (Object.hasOwn(found, name)) {
      const value = found[name] ?? null;
      if (value === null) return absent;
      if (isOfType(field, value)) return known(value);
    } else if (Object.hasOwn(reasons, name)) {
      const reason = reasons[name];
      if (isUnknownReason(reason)) return unknown(reason);
    }
    lacking.push(name);
    return notRead;
  });
  return { facts, lacking };
}

export const sheetKeys = ["known", "unknown"];

/**
 * Reads the facts of one or more sheets; later sheets override earlier ones. A key under `unknown` may be a source, for
 * all its fields.
 */
export function readFacts(
  sheets: readonly ReadonlyMap<string, Source>[],
  catalogue: Catalogue,
  problems: Problems,
): Facts {
  const facts: Fact[] = catalogue.fields.map(() => absent);
  for (const sheet of sheets) {
    const missing = entriesIn(sheet.get("unknown"), problems);
    const found = entriesIn(sheet.get("known"), problems);
    reportDuplicates([...missing, ...found], problems);
    for (const entry of missing) readUnknown(entry, catalogue, facts, problems);
    for (const entry of found) readKnown(entry, catalogue, facts, problems);
  }
  return facts;
}

function entriesIn(source: Source | undefined, problems: Problems): readonly Entry[] {
  if (source === undefined) return [];
  if (source.kind === "map") return source.entries;
  problems.add(source.at, "expected a mapping of field names to values");
  return [];
}

/** Reports fields that occur twice in one sheet, of which only one would count. */
function reportDuplicates(entries: readonly Entry[], problems: Problems): void {
  const seen = new Set<string>();
  for (const { key, keyAt } of entries) {
    const name = key.toLowerCase();
    if (seen.has(name)) problems.add(keyAt, `duplicate fact ${key}; a fact is either known or unknown`);
    seen.add(name);
  }
}

function readKnown(
  { key, keyAt, value }: Entry,
  catalogue: Catalogue,
  facts: Fact[],
  problems: Problems,
): void {
  const slot = slotOf(key, catalogue);
  const field = catalogue.fields[slot];
  if (field === undefined) {
    problems.add(
      keyAt,
      unknownFieldMessage(
        key,
        catalogue.fields.map(({ name }) => name),
      ),
    );
    return;
  }
  const read = plainValue(value);
  if (read !== null && !isOfType(field, read))
    problems.add(value.at, `${field.name} is of type ${field.type}, but this value is not`);
  const { values } = field;
  if (values?.closed === true && typeof read === "string" && !values.of.includes(read))
    problems.add(value.at, `${field.name} is never "${read}"; expected one of ${values.of.join(", ")}`);
  if (field.form?.kind === "subscription" && typeof read === "string" && !isGuid(read))
    problems.add(value.at, `${field.name}: ${subscriptionAdvice(read)}`);
  facts[slot] = known(
    field.type === "location" || field.type === "locations" ? normaliseLocations(read) : read,
  );
}

function readUnknown(
  { key, keyAt, value }: Entry,
  catalogue: Catalogue,
  facts: Fact[],
  problems: Problems,
): void {
  const { fields } = catalogue;
  const reason = value.kind === "scalar" ? value.value : undefined;
  if (!isUnknownReason(reason)) {
    problems.add(
      value.at,
      `expected the reason why this fact is unknown, one of ${unknownReasons.join(", ")}`,
    );
    return;
  }
  const single = slotOf(key, catalogue);
  const slots = single < 0 ? fields.flatMap(({ source }, slot) => (source === key ? [slot] : [])) : [single];
  if (slots.length === 0)
    problems.add(
      keyAt,
      unknownFieldMessage(key, [...fields.map(({ name }) => name), ...fields.map(({ source }) => source)]),
    );
  for (const slot of slots) facts[slot] = unknown(reason);
}

/** -1 where there is no such field. */
function slotOf(name: string, { fields }: Catalogue): number {
  return fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
}

function unknownFieldMessage(key: string, candidates: readonly string[]): string {
  return `unknown field "${key}"${didYouMean(key, candidates)}`;
}

function isOfType({ type }: Field, value: FactValue): boolean {
  switch (type) {
    case "string":
    case "location":
      return typeof value === "string";
    case "instant":
      return typeof value === "string" && parseInstant(value) !== undefined;
    case "strings":
    case "locations":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case "number":
    case "boolean":
      return typeof value === type;
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    case "any":
      return true;
  }
}

/** The two mappings of a sheet under one key of a file. */
export function sheetOf(source: Source | undefined, problems: Problems): ReadonlyMap<string, Source> {
  return source === undefined ? new Map<string, Source>() : entriesOf(source, sheetKeys, problems);
}
