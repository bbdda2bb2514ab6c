import { minuteMs } from "../../src/lib/clock.ts";
import { deciderHash } from "../../src/lib/decider-hash.ts";
import { knownRead, unknownRead } from "../../src/lib/estate/read.ts";
import type { Connection } from "../../src/lib/connections/azure-connections.ts";
import type { ReviewServices } from "../../src/lib/connections/review/ports.ts";
import { reviewService } from "../../src/lib/connections/review-service.ts";
import { id, now } from "./records.ts";
import { approvedBy, endpointId, service } from "./review-fixture.ts";
import { tierPolicy } from "./tier-policy.ts";
import { wholeReviewFixture } from "./whole-review.ts";

/** Tests of reviews of a whole service. */

const policy = tierPolicy("revoke: rejected\n");
export const decider = deciderHash(policy, "enforce");
export const approved = approvedBy("d-0");
const applied = {
  phase: "Applied",
  state: "Approved",
  action: "approve",
  decisionId: "d-0",
  endpointId,
  judged: { at: now.toISOString(), decider },
} as const;

export function serviceReviewFixture() {
  const fixture = wholeReviewFixture({ policy });
  const { services, world } = fixture;
  let reads = 0;
  const azure: ReviewServices["azure"] = {
    ...services.azure,
    ...fixture.writesAtOnce(),
    service: (asked) => {
      reads += 1;
      return services.azure.service(asked);
    },
  };
  /** Reviews the service, with other services than the fixture's. */
  const reviewed = (
    cause: "event" | "sweep" | "http" = "sweep",
    more: Partial<ReviewServices> = {},
    requestedAt = now,
  ) => reviewService({ ...services, azure, ...more }, id.service, { cause, actor: "test", requestedAt });
  /** What the service has: all of it, or the part of an incomplete list that could be read. */
  const serviceHas = (connections: readonly Connection[], isComplete = true): void => {
    world.service = knownRead({
      ...service,
      connections: isComplete ? knownRead(connections) : unknownRead("incomplete-list"),
      readable: connections,
    });
  };
  return {
    ...fixture,
    reviewed,
    reviewedIds: async (...of: Parameters<typeof reviewed>) =>
      (await reviewed(...of))?.map(({ connection }) => connection),
    /** How often the service was read since this was called last. It counts from zero again. */
    takeReads: (): number => {
      const count = reads;
      reads = 0;
      return count;
    },
    serviceHas,
    /** The service was read whole before, and its connection approved. */
    adopted: async (): Promise<void> => {
      await services.ledger.adopt(id.service, [], () => []);
      await fixture.stored(applied);
      world.connection = knownRead(approved);
      serviceHas([approved]);
    },
    digest: async () => (await services.digests.all()).values().next().value,
    openReview: () => services.ledger.findOpenReview(id),
    /**
     * Services with which the turn of each review comes after two minutes, which is too late: the clock is moved then.
     */
    withLateTurns: (): Partial<ReviewServices> => {
      const runExclusive: ReviewServices["serviceMutex"]["runExclusive"] = (key, work) =>
        services.serviceMutex.runExclusive(key, () => {
          world.now = new Date(now.getTime() + 2 * minuteMs);
          return work();
        });
      return { serviceMutex: { runExclusive } };
    },
  };
}

export type ServiceReviewFixture = ReturnType<typeof serviceReviewFixture>;
