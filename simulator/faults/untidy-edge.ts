import type { ArmResponse } from "../arm/response.ts";
import { seeded } from "../random.ts";
import { untidied, untidyKinds, type UntidyKind } from "./untidy.ts";

export interface Untidiness {
  readonly seed: number;
  /** The probability that a response is changed; 0.2 by default. */
  readonly probability?: number;
  readonly kinds?: readonly UntidyKind[];
  /** The callers whose responses are changed; the app alone by default, so that owners and requesters still work. */
  readonly principals?: readonly string[];
}

export interface UntidyEdge {
  /** The response to send in place of this one. The seed and the number of the request determine the change. */
  alter(principal: string, question: string, response: ArmResponse): ArmResponse;
}

/** Changes finished responses just before they are sent: the request has had its effect, whatever the response says. */
export function untidyEdge(options: Untidiness | undefined): UntidyEdge {
  if (options === undefined) return { alter: (_principal, _question, response) => response };
  const { seed, probability = 0.2, kinds = untidyKinds, principals = ["simulated"] } = options;
  const earlier = new Map<string, ArmResponse>();
  let ordinal = 0;
  return {
    alter: (principal, question, response) => {
      if (!principals.includes(principal)) return response;
      const random = seeded(Math.imul(seed + 1, 0x9e3779b1) ^ ordinal++);
      const before = earlier.get(question);
      if (question.toLowerCase().includes("/microsoft.resourcegraph/")) earlier.set(question, response);
      return random() < probability ? untidied(response, random, kinds, before) : response;
    },
  };
}
