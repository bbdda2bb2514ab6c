import type { Mode } from "../../src/lib/config/config.ts";
import type { Azure } from "../../src/lib/connections/azure-connections.ts";
import type { ReviewRequest } from "../../src/lib/connections/review/ports.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import { knownRead } from "../../src/lib/estate/read.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import { id, now } from "./records.ts";
import { reviewFixture, shown } from "./review-fixture.ts";
import { tierPolicy } from "./tier-policy.ts";

/** Tests of whole reviews, under a policy that goes by the tier of the service. */
export function wholeReviewFixture({
  policy = tierPolicy("revoke: rejected\n"),
  mode = "enforce",
}: { policy?: LoadedPolicy; mode?: Mode } = {}) {
  const fixture = reviewFixture({ policy: () => Promise.resolve(policy), mode });
  const { services, world } = fixture;
  return {
    ...fixture,
    /** Reviews the connection after an event, with other answers of Azure than the world's. */
    reviewed: (azure: Partial<Azure> = {}, request: Partial<ReviewRequest> = {}) =>
      review(
        { ...services, azure: { ...services.azure, ...azure } },
        { id, cause: "event", actor: "test", requestedAt: now, ...request },
      ),
    /** Azure shows at once what was written to it. */
    writesAtOnce: (): Partial<Azure> => ({
      setState: (connection, state, description) => {
        world.connection = knownRead({ ...shown, state, description });
        return services.azure.setState(connection, state, description);
      },
    }),
    record: () => services.ledger.find(id),
  };
}

export type WholeReviewFixture = ReturnType<typeof wholeReviewFixture>;

/** Gives these answers in turn, and the last one from then on. */
export function inTurn<T>(...answers: readonly [T, ...T[]]): () => Promise<T> {
  let count = 0;
  return () => Promise.resolve(answers[Math.min(count++, answers.length - 1)] ?? answers[0]);
}
