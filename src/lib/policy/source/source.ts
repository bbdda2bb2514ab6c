import type { Position } from "./problem.ts";

/** A YAML or JSON value with its source position. */
export type Source =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Source[]; readonly at: Position }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly at: Position };

export type SourceList = Extract<Source, { kind: "list" }>;
export type SourceMap = Extract<Source, { kind: "map" }>;

export interface Entry {
  readonly key: string;
  readonly keyAt: Position;
  readonly value: Source;
}
