import { hasElapsed, minuteMs, type Clock } from "../../clock.ts";
import type { Breakers } from "../breakers/breakers.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import type { BudgetExhausted } from "../breakers/revocations-budget.ts";

/**
 * The permit of an attempt for one write, acquired at most once, however often the attempt evaluates. If it then
 * decides on the other kind of write, this permit is released.
 */
export interface WritePermit {
  /** Acquires one of the hour's approvals; returns the breaker that stands against it, if any. */
  readonly acquireApproval: () => Promise<OpenBreaker | undefined>;
  /** The breaker that stands against an approval, if any; none where the attempt has its permit. Acquires nothing. */
  readonly findBreaker: () => Promise<OpenBreaker | undefined>;
  /** Acquires one of the run's revocations; if none is left, returns when there will be one. */
  readonly acquireRevocation: () => Promise<BudgetExhausted | undefined>;
  /** Whether so much time has passed since it was acquired that it must not be used any more. */
  readonly isExpired: () => boolean;
  /** Called before a write is sent: from then on the permit is used, whatever becomes of this process. */
  readonly markUsed: () => void;
  /** Azure changed nothing after all. */
  readonly markUnused: () => void;
  /** Releases a permit that was not used. */
  readonly release: () => Promise<void>;
}

/** An approval is counted when its permit is acquired, so that it must not be sent much later; see `sliding-window`. */
const validMs = minuteMs;

interface Acquired {
  readonly for: "approval" | "revocation";
  readonly at: Date;
  readonly release: () => Promise<void>;
}

export function writePermit(breakers: Breakers, clock: Clock): WritePermit {
  let acquired: Acquired | undefined;
  let isUsed = false;
  const release = async () => {
    if (acquired === undefined || isUsed) return;
    await acquired.release();
    acquired = undefined;
  };
  const keep = (permit: Acquired) => {
    acquired = permit;
    return undefined;
  };
  return {
    acquireApproval: async () => {
      if (acquired?.for === "approval") return undefined;
      await release();
      const permit = await breakers.acquireApproval();
      if (permit.kind === "open") return permit;
      const { acquiredAt: at } = permit;
      return keep({ for: "approval", at, release: () => breakers.releaseApproval(permit) });
    },
    findBreaker: async () => (acquired?.for === "approval" ? undefined : breakers.openForApproval()),
    acquireRevocation: async () => {
      if (acquired?.for === "revocation") return undefined;
      await release();
      const at = clock.now();
      const permit = await breakers.acquireRevocation();
      if (permit.kind === "exhausted") return permit;
      return keep({ for: "revocation", at, release: () => breakers.releaseRevocation(permit) });
    },
    isExpired: () => acquired !== undefined && hasElapsed(validMs, acquired.at, clock.now()),
    markUsed: () => {
      isUsed = true;
    },
    markUnused: () => {
      isUsed = false;
    },
    release,
  };
}
