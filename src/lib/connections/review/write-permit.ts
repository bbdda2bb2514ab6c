import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { Breakers } from "../breakers/breakers.ts";
import type { Throttle } from "../breakers/throttle.ts";

/** One of the hour's approvals, or of the run's revocations, taken at most once by an attempt, however often it evaluates. */
export interface WritePermit {
  /** Takes the permit; returns the throttle that stands against it, if any. */
  readonly take: () => Promise<Throttle | undefined>;
  /** Takes one of the run's revocations; if none is left, returns when there will be one. */
  readonly takeRevocation: () => Promise<Pick<Throttle, "reason" | "until"> | undefined>;
  /** Whether so much time has passed since it was taken that it must not be used any more. */
  readonly isLate: () => boolean;
  /** Called before a write is sent: from then on the permit is used, whatever becomes of this process. */
  readonly sent: () => void;
  /** Azure changed nothing after all. */
  readonly unsent: () => void;
  /** Returns a permit that was taken and not used. */
  readonly giveBack: () => Promise<void>;
}

/** An approval is counted when its permit is taken, so that it must not be sent much later; see `sliding-window`. */
const validMs = 60_000;

export function writePermit(breakers: Breakers, clock: Clock): WritePermit {
  let takenAt: Date | undefined;
  let isSent = false;
  /** The run whose revocation was taken. */
  let run: number | undefined;
  return {
    takeRevocation: async () => {
      if (run !== undefined) return undefined;
      const at = clock.now();
      const admission = await breakers.admitRevocation();
      if ("throttle" in admission) return admission.throttle;
      run = admission.run;
      takenAt = at;
      return undefined;
    },
    sent: () => {
      isSent = true;
    },
    unsent: () => {
      isSent = false;
    },
    take: async () => {
      if (takenAt !== undefined) return undefined;
      const admission = await breakers.admitApproval();
      if ("throttle" in admission) return admission.throttle;
      takenAt = admission.takenAt;
      return undefined;
    },
    giveBack: async () => {
      if (takenAt === undefined || isSent) return;
      await (run === undefined ? breakers.giveBackApproval(takenAt) : breakers.giveBackRevocation(run));
      takenAt = undefined;
      run = undefined;
    },
    isLate: () => takenAt !== undefined && isDue(plusMs(takenAt, validMs), clock.now()),
  };
}
