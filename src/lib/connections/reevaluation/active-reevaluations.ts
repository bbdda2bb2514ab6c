import { appRows, type AppState } from "../../app-state.ts";

/** The ids of the active reevaluations. Sweeps read them to find stalled ones. */
interface ActiveIds {
  readonly ids: readonly string[];
}

const row = appRows.reevaluations;

export async function activeReevaluations(state: AppState): Promise<readonly string[]> {
  return (await state.read<ActiveIds>(row))?.ids ?? [];
}

/** Called before a reevaluation begins, so that a sweep finds every active one. */
export async function addActive(state: AppState, id: string): Promise<void> {
  await state.update<ActiveIds>(row, ({ ids } = { ids: [] }) =>
    ids.includes(id) ? undefined : { value: { ids: [...ids, id] } },
  );
}

export async function removeActive(state: AppState, id: string): Promise<void> {
  await state.update<ActiveIds>(row, ({ ids } = { ids: [] }) =>
    ids.includes(id) ? { value: { ids: ids.filter((each) => each !== id) } } : undefined,
  );
}
