import { appRows, type AppState } from "../app-state.ts";
import { dayMs, hasElapsed, hourMs, isDue, plusMs, type Clock } from "../clock.ts";

/**
 * ARM's codes of a missing right, and that of Resource Graph. Other codes of a 403 are a policy's or a deny
 * assignment's.
 */
const missingRightCodes = ["AuthorizationFailed", "LinkedAuthorizationFailed", "AccessDenied"];

/** Whether a 403 with this code means that the caller lacks the right. */
export function isMissingRight(code: string | undefined): boolean {
  return code !== undefined && missingRightCodes.includes(code);
}

/** A right that Azure refused with 403. */
export interface Refusal {
  readonly action: string;
  /** Undefined for Resource Graph, which covers every subscription. */
  readonly subscription?: string;
  /** When it was refused last. */
  readonly at: string;
}

/** The rights that Azure refused, collected in this process and kept in a row for all of them. */
export interface Refusals {
  /** Writes what was noted since the last call. */
  save(): Promise<void>;
  /** Removes what was granted since. */
  forget(isGranted: (refusal: Refusal) => boolean): Promise<void>;
}

interface RefusalsRow {
  readonly refused: readonly Refusal[];
}

/**
 * One that was not refused for a day was granted, or is not needed any more. Doctor removes one sooner that it finds
 * granted.
 */
const keptMs = dayMs;
/** A right that is refused all the time is written once an hour. */
const everyMs = hourMs;
const refusedMax = 50;

const keyOf = ({ action, subscription = "" }: Pick<Refusal, "action" | "subscription">) =>
  `${action.toLowerCase()} ${subscription}`;

/** `drain` returns what was refused since it was called last. */
export function refusals(
  { appState, clock }: { readonly appState: AppState; readonly clock: Clock },
  drain: () => readonly Omit<Refusal, "at">[],
): Refusals {
  const savedAt = new Map<string, string>();
  return {
    save: async () => {
      const now = clock.now();
      const fresh = drain().filter((each) => isDue(savedAt.get(keyOf(each)), now));
      if (fresh.length === 0) return;
      const at = now.toISOString();
      await appState.update<RefusalsRow>(appRows.refused, (found = { refused: [] }) => {
        const byKey = new Map(unexpired(found.refused, now).map((each) => [keyOf(each), each]));
        for (const each of fresh) byKey.set(keyOf(each), { ...each, at });
        return { value: { refused: [...byKey.values()].slice(-refusedMax) } };
      });
      for (const each of fresh) savedAt.set(keyOf(each), plusMs(now, everyMs));
    },
    forget: async (isGranted) => {
      await appState.update<RefusalsRow>(appRows.refused, (found) => {
        const granted = found?.refused.filter(isGranted) ?? [];
        for (const each of granted) savedAt.delete(keyOf(each));
        if (found === undefined || granted.length === 0) return undefined;
        return { value: { refused: found.refused.filter((each) => !granted.includes(each)) } };
      });
    },
  };
}

/** The rights that Azure refused to any instance within a day. */
export async function recentRefusals(appState: AppState, clock: Clock): Promise<readonly Refusal[]> {
  const found = await appState.read<RefusalsRow>(appRows.refused);
  return unexpired(found?.refused ?? [], clock.now());
}

function unexpired(refused: readonly Refusal[], now: Date): readonly Refusal[] {
  return refused.filter(({ at }) => !hasElapsed(keptMs, at, now));
}
