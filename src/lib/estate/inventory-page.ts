/** A page of the inventory. */
export interface InventoryPage<T> {
  readonly items: readonly T[];
  /** How many rows could not be read. */
  readonly unreadable: number;
  /** Whether items are missing, because the identity may read more subscriptions than Resource Graph answers for. */
  readonly isLimited?: true;
  /** The token for the next page; undefined on the last one. */
  readonly next?: string;
}

/** The subscriptions that a query of the inventory covers, or all that the app may read. */
export type Within = readonly string[] | "all";

/** Why items are missing from a limited page, and what to do. */
export const limitedInventory =
  "the identity may read more than 10,000 subscriptions, and Resource Graph leaves out the others: give it rights on what is governed alone";
