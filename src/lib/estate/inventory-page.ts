/** A page of the inventory. */
export interface InventoryPage<T> {
  readonly items: readonly T[];
  /** How many rows could not be read. */
  readonly unreadable: number;
  /** The token for the next page; undefined on the last one. */
  readonly next?: string;
}

/** The subscriptions that a query of the inventory covers, or all that the app may read. */
export type Within = readonly string[] | "all";
