import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import type { WritePermit } from "./write-permit.ts";
import type { ReviewRequest, ReviewServices } from "./ports.ts";

/** One attempt of a review: what it needs of the world, what was asked, and its permit for an approval. */
export interface Attempt {
  readonly services: ReviewServices;
  readonly request: ReviewRequest;
  readonly permit: WritePermit;
}

/** The end of an attempt. `verdict` is absent where none was reached. */
export interface Ended {
  readonly kind: "ended";
  readonly record: ConnectionRecord;
  readonly verdict?: Verdict;
  /** The entry of a decision that is not the record's, since nothing was written to Azure. */
  readonly decisionId?: string;
  /** Why a person's decision was not followed. */
  readonly refusal?: string;
}

export function ended(record: ConnectionRecord, verdict?: Verdict): Ended {
  return verdict === undefined ? { kind: "ended", record } : { kind: "ended", record, verdict };
}
