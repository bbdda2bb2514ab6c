import type { Announcements } from "../../alerts/announce.ts";
import type { ConnectionId } from "../../azure/resource-id.ts";
import type { Clock } from "../../clock.ts";
import type { Mode, ScopeConfig } from "../../config/config.ts";
import type { Log } from "../../log.ts";
import type { LoadedPolicy } from "../../policy/loaded-policy.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { KeyedMutex } from "../../keyed-mutex.ts";
import type { Azure } from "../azure-connections.ts";
import type { Breakers } from "../breakers/breakers.ts";
import type { Digests } from "../digests.ts";
import type { Ledger } from "../ledger.ts";
import type { Cause, PersonsDecision, Phase } from "../record/connection-record.ts";
import type { ReviewQueue } from "../review-queue.ts";
import type { EventLimiter } from "../event-limiter.ts";
import type { UnknownNameLimiter } from "../unknown-name-limiter.ts";

/** What a review needs of the world, passed in. */
export interface ReviewServices {
  readonly azure: Azure;
  readonly ledger: Ledger;
  readonly alerts: Announcements;
  readonly policy: () => Promise<LoadedPolicy>;
  readonly mode: Mode;
  readonly scope: ScopeConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly breakers: Breakers;
  readonly digests: Digests;
  readonly reviewQueue: ReviewQueue;
  /** Reviews of one service take turns: Azure refuses writes to it that overlap, and limits count what is approved. */
  readonly serviceMutex: KeyedMutex;
  readonly eventLimiter: EventLimiter;
  readonly unknownNameLimiter: UnknownNameLimiter;
}

export interface ReviewRequest {
  readonly id: ConnectionId;
  readonly cause: Cause;
  /** Who or what asked, for the record. */
  readonly actor: string;
  readonly actorObjectId?: string | undefined;
  /** A review that began to read after this instant has answered the request already. */
  readonly requestedAt: Date;
  /** What a person decided about the connection, which is followed if it is held. */
  readonly person?: PersonsDecision;
  /** Whether the service was first read for this request. */
  readonly firstSight?: boolean;
}

/** What a review came to, for people and tools; the names are those of the HTTP API. */
export interface ReviewResult {
  readonly connection: string;
  readonly state?: string;
  readonly phase?: Phase;
  readonly verdict?: Verdict["kind"];
  readonly rule?: string;
  readonly reasons: readonly string[];
  readonly unknown: Verdict["unknown"];
  /** What a person decided, which is applied instead of the verdict. */
  readonly person?: PersonsDecision["verdict"];
  /** Who decided that. */
  readonly decidedBy?: string;
  readonly applied: boolean;
  /** Why a person's decision was not followed. */
  readonly refusal?: string;
  /** Why nothing was applied. */
  readonly reason?: string;
  readonly decisionId?: string;
}
