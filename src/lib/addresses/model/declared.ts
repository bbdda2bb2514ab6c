import type { AddressRecord } from "./baseline.ts";
import type { AddressKind } from "./tier.ts";

/** A file's declaration of a resource's addresses of one kind in one location. */
export interface DeclaredAddresses {
  readonly resource: string;
  readonly kind: AddressKind;
  /** Undefined for a public IP resource, which has only one location, if the file does not name it. */
  readonly location?: string;
  readonly addresses: readonly string[];
  /** `file:line`. */
  readonly file: string;
}

/** Declarations by the id of the resource. */
export type Declared = ReadonlyMap<string, readonly DeclaredAddresses[]>;

export function byResource(declared: readonly DeclaredAddresses[]): Declared {
  return Map.groupBy(declared, ({ resource }) => resource);
}

/**
 * The declaration for one kind and location. An entry without a location is about the only location of the resource.
 */
export function declaredFor(
  declared: Declared,
  { resource, kind, location }: Pick<AddressRecord, "resource" | "kind" | "location">,
): DeclaredAddresses | undefined {
  const mine = (declared.get(resource) ?? []).filter((each) => each.kind === kind);
  return mine.find((each) => each.location === location) ?? mine.find((each) => each.location === undefined);
}
