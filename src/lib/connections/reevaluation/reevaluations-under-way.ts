import type { AppState } from "../../app-state.ts";

/** Which reevaluations are under way; what the sweeps read, to find those that nobody goes on with. */
interface UnderWay {
  readonly ids: readonly string[];
}

const row = "reevaluations";

export async function reevaluationsUnderWay(state: AppState): Promise<readonly string[]> {
  return (await state.read<UnderWay>(row))?.ids ?? [];
}

/** Before one begins, so that none is under way which is not found. */
export async function noteUnderWay(state: AppState, id: string): Promise<void> {
  await state.update<UnderWay>(row, ({ ids } = { ids: [] }) =>
    ids.includes(id) ? undefined : { value: { ids: [...ids, id] } },
  );
}

export async function noteOver(state: AppState, id: string): Promise<void> {
  await state.update<UnderWay>(row, ({ ids } = { ids: [] }) =>
    ids.includes(id) ? { value: { ids: ids.filter((each) => each !== id) } } : undefined,
  );
}
