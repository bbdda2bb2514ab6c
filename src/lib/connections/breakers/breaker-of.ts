import type { ConnectionRecord } from "../record/connection-record.ts";

/** The breaker that holds a connection, or for which an approval waits that a person gave. */
export function breakerOf({
  phase,
  restrained,
  waitsForPermit,
}: Pick<ConnectionRecord, "phase" | "restrained" | "waitsForPermit">): ConnectionRecord["restrained"] {
  if (phase === "Held") return restrained;
  return waitsForPermit === "approvals" ? waitsForPermit : undefined;
}
