import type { Check } from "./check.ts";

/** Tries one right on the app's storage. */
export interface StorageProbe {
  /** What is tried, such as "write the table drawbridge". */
  readonly what: string;
  /** Built-in role that has the right. */
  readonly role: string;
  /** Leaves nothing behind. Rejects with the storage's error where it is refused. */
  readonly attempt: (abortSignal: AbortSignal) => Promise<unknown>;
}

/** Whether the app's identity has one right on its storage. */
export interface StorageCheck extends Pick<Check, "state" | "detail" | "grant"> {
  readonly what: string;
  readonly role: string;
}

const limitMs = 10_000;
const timedOut = "no answer in time";

/** Tries the rights on the app's storage at the same time, for at most ten seconds. */
export async function checkStorage(
  probes: readonly StorageProbe[],
  ms = limitMs,
): Promise<readonly StorageCheck[]> {
  const signal = AbortSignal.timeout(ms);
  return Promise.all(
    probes.map(async ({ what, role, attempt }): Promise<StorageCheck> => {
      try {
        await Promise.race([attempt(signal), aborted(signal)]);
        return { what, role, state: "ok", detail: "tried" };
      } catch (error) {
        return { what, role, ...checkOfError(error, role) };
      }
    }),
  );
}

/** A promise for each race, so that no rejection is without a handler, however many probes there are. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => {
      reject(new Error(timedOut));
    });
  });
}

/** Rights that doctor has no harmless way to try. */
export const untriedRights: readonly StorageCheck[] = [
  {
    what: "use the storage account of the Functions host",
    role: "Storage Blob Data Owner",
    state: "not testable",
    detail: "only the host uses it; without it no timer runs, which health reports",
  },
  {
    what: "publish to the alert topic, if there is one",
    role: "EventGrid Data Sender",
    state: "not testable",
    detail: "a probe would be an alert; the alert SinkDead reports a refusal",
  },
  {
    what: "send telemetry to Application Insights",
    role: "Monitoring Metrics Publisher",
    state: "not testable",
    detail: "a probe would be telemetry; see whether the log of the app arrives",
  },
];

/** The error of a storage SDK, by shape. Its message is not repeated: it may hold an address with a signature. */
function checkOfError(error: unknown, role: string): Pick<StorageCheck, "state" | "detail" | "grant"> {
  const { statusCode, code, message } = error as {
    readonly statusCode?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const named = typeof code === "string" ? code : "";
  if (statusCode === 403 || statusCode === 401)
    return {
      state: "missing",
      detail: `${statusCode} ${named}`.trim(),
      grant: `Assign ${role} on the storage account to the app's identity, or open the account's network rules to the app: infra/app does both.`,
    };
  const why = named === "" && message === timedOut ? timedOut : named || "no answer";
  return { state: "not testable", detail: typeof statusCode === "number" ? `${statusCode} ${why}` : why };
}
