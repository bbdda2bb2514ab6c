import { appRows, type AppState } from "../../app-state.ts";

/** Ids of reevaluations. Sweeps read them to find stalled ones, and those whose results are old. */
interface KnownIds {
  /** The active ones. */
  readonly ids: readonly string[];
  /** The others, the latest first. Undefined in a row of an earlier version. */
  readonly ended?: readonly EndedReevaluation[];
}

export interface EndedReevaluation {
  readonly id: string;
  /** When it was found to have ended. */
  readonly at: string;
}

const row = appRows.reevaluations;

export async function activeReevaluations(state: AppState): Promise<readonly string[]> {
  return (await state.read<KnownIds>(row))?.ids ?? [];
}

export async function endedReevaluations(state: AppState): Promise<readonly EndedReevaluation[]> {
  return (await state.read<KnownIds>(row))?.ended ?? [];
}

/** Called before a reevaluation begins, so that a sweep finds every active one. */
export async function addActive(state: AppState, id: string): Promise<void> {
  await state.update<KnownIds>(row, ({ ids, ended = [] } = { ids: [] }) =>
    ids.includes(id)
      ? undefined
      : { value: { ids: [...ids, id], ended: ended.filter((each) => each.id !== id) } },
  );
}

/** Called after a reevaluation has ended. */
export async function removeActive(state: AppState, id: string, now: Date): Promise<void> {
  const one = { id, at: now.toISOString() };
  await state.update<KnownIds>(row, ({ ids, ended = [] } = { ids: [] }) =>
    ids.includes(id)
      ? {
          value: {
            ids: ids.filter((each) => each !== id),
            ended: [one, ...ended.filter((each) => each.id !== id)],
          },
        }
      : undefined,
  );
}

/** Called after the results of reevaluations were removed. */
export async function forgetEnded(state: AppState, removed: readonly EndedReevaluation[]): Promise<void> {
  await state.update<KnownIds>(row, ({ ids, ended = [] } = { ids: [] }) => ({
    value: {
      ids,
      ended: ended.filter(({ id, at }) => !removed.some((each) => each.id === id && each.at === at)),
    },
  }));
}
