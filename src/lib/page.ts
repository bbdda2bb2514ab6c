/** The most items that a page may have: the most that one page of a table answers (Azure's "Query timeout and pagination"). */
export const pageMax = 1_000;

/** A part of a listing, and what to ask for the next with. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

export interface PageRequest {
  readonly top: number;
  readonly continuation?: string;
}

/** Thrown for a continuation that was never given; it comes from a caller. */
export class ContinuationInvalid extends Error {
  override readonly name = "ContinuationInvalid";
}
