import type { AlertType } from "./alert.ts";
import { severityOf, type Severity } from "./severity.ts";
import type { Routes } from "./sink.ts";

/** The alerts that a sink wants: types by name, or all of a severity. Undefined for every alert. */
export interface Wanted {
  readonly types: readonly AlertType[];
  readonly severities: readonly Severity[];
}

export const summarySink = "summary";

/**
 * Routes alerts to the log and to each sink that wants them. In mode `observe` a decision that would have been applied
 * goes into a summary instead. A dead sink is not reported through itself.
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
