import type { Clock } from "../clock.ts";
import {
  QuotaUnavailable,
  reserveIn,
  type Grant,
  type QuotaState,
  type SharedQuota,
} from "../azure-quota.ts";
import type { Log } from "../log.ts";
import { NewerRowVersion, rowValue, valueOf } from "./row-version.ts";
import { retryOnConflict, type Rows, type Write } from "./rows.ts";

const partition = "quota";

/** The quota of all instances, a row for each subscription and kind of call. */
export function rowsQuota(rows: Rows, clock: Clock, log?: Log): SharedQuota {
  async function reserveOnce(row: string, reserve: Reserve): Promise<Grant> {
    const found = await rows.read({ partition, row });
    const { grant, state } = reserve(found && valueOf<QuotaState>(found));
    if (grant.kind === "refused" || state === undefined) return grant;
    const value = rowValue(state);
    const write: Write =
      found === undefined
        ? { kind: "insert", row, value }
        : { kind: "replace", row, value, etag: found.etag };
    await rows.commit(partition, [write]);
    return grant;
  }

  return {
    reserve: async (kind, subscription, count) => {
      const row = subscription === "" ? kind : `${kind}-${subscription}`;
      const reserve: Reserve = (found) => reserveIn(kind, found, count, clock.now().getTime());
      try {
        return await retryOnConflict(() => reserveOnce(row, reserve));
      } catch (error) {
        // A row of a newer version is for a person to see, not for the next attempt.
        if (error instanceof NewerRowVersion) throw error;
        log?.warn("calls to Azure could not be reserved in the table; Azure is not asked", {
          error: error instanceof Error ? error.name : "unknown",
        });
        throw new QuotaUnavailable("no call to Azure could be reserved in the table", { cause: error });
      }
    },
  };
}

type Reserve = (found: QuotaState | undefined) => ReturnType<typeof reserveIn>;
