import type { Clock } from "./clock.ts";
import { toSafeJson } from "./json.ts";

/**
 * The fields that may be logged. Claims, URLs that contain keys, bodies and error messages have no field here (T15).
 */
const fieldNames = [
  "alert",
  "alertId",
  "applied",
  "attempts",
  "cause",
  "code",
  "compared",
  "connection",
  "drifts",
  "due",
  "error",
  "id",
  "nowhere",
  "outcome",
  "owner",
  "person",
  "phase",
  "problem",
  "publicIps",
  "reason",
  "records",
  "requestedAt",
  "resource",
  "rows",
  "service",
  "services",
  "sink",
  "stopped",
  "subscription",
  "subscriptionId",
  "unread",
  "verdict",
  "why",
] as const;
const allowed: ReadonlySet<string> = new Set(fieldNames);

type LogFields = Readonly<Partial<Record<(typeof fieldNames)[number], unknown>>>;

/** Structured logging: messages are static, facts are fields. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

type Write = (line: string) => void;

/** One JSON object a line, and inert text: what a requester wrote can neither forge a line nor steer a terminal. */
export function jsonLog(write: Write, clock: Clock): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      // A name that is not allowed is a bug of ours. The field is dropped.
      const kept = Object.fromEntries(Object.entries(fields).filter(([name]) => allowed.has(name)));
      write(toSafeJson({ time: clock.now().toISOString(), level, message, ...kept }));
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}
