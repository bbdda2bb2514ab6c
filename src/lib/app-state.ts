import type { Alert } from "./alerts/alert.ts";

/** What a row becomes, and whom to tell of it. */
export interface Changed<T> {
  readonly value: T;
  readonly alerts?: readonly Alert[];
}

/**
 * The app's own rows: what is remembered of the whole rather than of one service. `app` is their partition, so that a
 * row and the alerts that it calls for are written together.
 */
export interface AppState {
  read<T extends object>(row: string): Promise<T | undefined>;
  /**
   * Reads a row and writes what `change` returns, with its alerts, in one transaction. On an etag conflict, re-reads and
   * retries. An undefined change writes nothing. Returns the row as it is now.
   */
  update<T extends object>(
    row: string,
    change: (found: T | undefined) => Changed<T> | undefined,
  ): Promise<T | undefined>;
}
