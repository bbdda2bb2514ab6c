export interface Position {
  /** Counted from one. */
  readonly line: number;
  /** Counted from zero. */
  readonly column: number;
}

/** A branch or function that did not run. */
export interface Gap {
  readonly file: string;
  readonly from: Position;
  readonly to: Position;
  readonly text: string;
}
