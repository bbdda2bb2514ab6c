/** Maximum items of a page, as one page of a table returns at most (Azure's "Query timeout and pagination"). */
export const pageMax = 1_000;

/** A page of a listing, and the token of the next page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

export interface PageRequest {
  readonly top: number;
  readonly continuation?: string;
}

/** Thrown for a continuation that no listing returned; it comes from a caller. */
export class ContinuationInvalid extends Error {
  override readonly name = "ContinuationInvalid";
}
