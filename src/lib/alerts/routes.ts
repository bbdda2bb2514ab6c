import type { AlertType } from "./alert.ts";
import { severityOf, type Severity } from "./severity.ts";
import type { Routes } from "./sink.ts";

/** What a sink wants: kinds of alerts by name, or all of a severity; everything where nothing is said. */
export interface Wanted {
  readonly types: readonly AlertType[];
  readonly severities: readonly Severity[];
}

export const summarySink = "summary";

/**
 * Where alerts go: to the log, and to each sink that wants them. In `observe` what would have been applied goes into a
 * summary instead: it is no news that nothing was done. That a sink is dead is not told through it.
 */
export function routesTo(sinks: readonly { readonly name: string; readonly wanted?: Wanted }[]): Routes {
  return ({ type, data }) => {
    if (type === "Drawbridge.ConnectionHeld" && data.mode === "observe" && data.verdict !== "hold")
      return [summarySink];
    const wanting = sinks.filter(({ name, wanted }) => data.sink !== name && wants(wanted, type));
    return ["log", ...wanting.map(({ name }) => name)];
  };
}

function wants(wanted: Wanted | undefined, type: AlertType): boolean {
  return wanted === undefined || wanted.types.includes(type) || wanted.severities.includes(severityOf[type]);
}
