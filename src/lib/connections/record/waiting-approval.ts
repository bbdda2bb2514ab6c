import type { ConnectionRecord } from "./connection-record.ts";

/** What `isWaitingApproval` asks of a record, also as the HTTP API answers it. */
export interface MaybeWaiting extends Pick<ConnectionRecord, "phase"> {
  readonly person?: Pick<NonNullable<ConnectionRecord["person"]>, "verdict">;
  /** Set while a PUT is not known to have ended: in the record, and as the HTTP API answers it. */
  readonly write?: ConnectionRecord["write"];
  readonly sentAt?: string;
}

/**
 * Whether a person approved it, and no write of that is under way: nobody connects by it yet, so a person may still
 * change it.
 */
export function isWaitingApproval({ phase, person, write, sentAt }: MaybeWaiting): boolean {
  const isUnsent = write === undefined && sentAt === undefined;
  return isUnsent && person?.verdict === "approve" && (phase === "Decided" || phase === "Failed");
}
