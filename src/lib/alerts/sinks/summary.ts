import { hasElapsed, hourMs, type Clock } from "../../clock.ts";
import { alert } from "../alert.ts";
import { appRows, type AppState } from "../../app-state.ts";
import { observeSummaryReason } from "../reasons-of-the-app.ts";
import { summarySink as name } from "../routes.ts";
import type { Sink } from "../sink.ts";

/** What was decided in `observe` since the last summary. */
interface Summary {
  readonly since?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly examples?: readonly { readonly connection: string; readonly verdict: string }[];
  /** Ids of alerts that were counted recently: an alert that is sent twice counts once. */
  readonly counted?: readonly string[];
}

const row = appRows.summary;
const everyMs = hourMs;
const examplesMax = 20;
const countedMax = 1_000;

/** Collects what would have been applied, for one alert. */
export function summarySink(state: AppState, clock: Clock): Sink {
  return {
    name,
    inProcess: true,
    send: async ({ id, subject, data }) => {
      await state.update<Summary>(row, (found = {}) => {
        const { since = clock.now().toISOString(), counts = {}, examples = [], counted = [] } = found;
        if (counted.includes(id)) return undefined;
        const verdict = String(data.verdict);
        return {
          value: {
            since,
            counts: { ...counts, [verdict]: (counts[verdict] ?? 0) + 1 },
            examples: [...examples, { connection: subject, verdict }].slice(0, examplesMax),
            counted: [...counted, id].slice(-countedMax),
          },
        };
      });
    },
  };
}

/** Raises the alert with everything that was collected, an hour after the first of it. */
export async function sendSummary(state: AppState, clock: Clock): Promise<void> {
  const now = clock.now();
  await state.update<Summary>(row, (found) => {
    if (found?.since === undefined || !hasElapsed(everyMs, found.since, now)) return undefined;
    const { since, counts = {}, examples = [], counted = [] } = found;
    const summary = alert("Drawbridge.ObserveSummary", "observe", {
      version: since,
      time: now.toISOString(),
      data: {
        since,
        counts,
        examples,
        reason: observeSummaryReason(since, counts),
      },
    });
    return { value: { counted }, alerts: [summary] };
  });
}
