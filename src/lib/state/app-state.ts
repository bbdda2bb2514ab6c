import type { Routes } from "../alerts/sink.ts";
import type { AppState, Changed } from "../app-state.ts";
import { keyedMutex } from "../keyed-mutex.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { retryOnConflict, type Rows, type Write } from "./rows.ts";
import { commitListed } from "./timeline.ts";

const partition = "app";

/** The app's rows. `routes` say which sinks an alert goes to. */
export function rowsAppState(rows: Rows, routes: Routes): AppState {
  /** One change of a row at a time, so that this process meets only others. */
  const changing = keyedMutex();

  async function updateOnce<T extends object>(row: string, change: Change<T>): Promise<T | undefined> {
    const found = await rows.read({ partition, row });
    const value = found && valueOf<T>(found);
    const changed = change(value);
    if (changed === undefined) return value;
    const write: Write =
      found === undefined
        ? { kind: "insert", row, value: rowValue(changed.value) }
        : { kind: "replace", row, value: rowValue(changed.value), etag: found.etag };
    await commitListed(rows, partition, [write], { alerts: changed.alerts ?? [], routes });
    return changed.value;
  }

  return {
    read: async <T extends object>(row: string) => {
      const found = await rows.read({ partition, row });
      return found && valueOf<T>(found);
    },
    update: (row, change) => changing.runExclusive(row, () => retryOnConflict(() => updateOnce(row, change))),
    remove: <T extends object>(row: string, isDone: (found: T) => boolean) =>
      changing.runExclusive(row, () =>
        retryOnConflict(async () => {
          const found = await rows.read({ partition, row });
          if (found !== undefined && isDone(valueOf<T>(found))) await rows.remove(found, found.etag);
        }),
      ),
  };
}

type Change<T extends object> = (found: T | undefined) => Changed<T> | undefined;
