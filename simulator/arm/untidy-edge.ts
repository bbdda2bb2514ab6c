import type { Answer } from "./answer.ts";
import { seeded } from "../random.ts";
import { untidied, untidyKinds, type UntidyKind } from "./untidy.ts";

export interface Untidiness {
  readonly seed: number;
  /** How likely each answer is changed; one in five where it is not given. */
  readonly probability?: number;
  readonly kinds?: readonly UntidyKind[];
  /** Whose answers are changed: only the app's where it is not given, so that the others can play their parts. */
  readonly principals?: readonly string[];
}

export interface Edge {
  /** What goes out for an answer, by the seed and the request's number. */
  leave(principal: string, question: string, answer: Answer): Answer;
}

/** Changes finished answers at the server's edge: what was asked for has been done, whatever is said of it. */
export function untidyEdge(options: Untidiness | undefined): Edge {
  if (options === undefined) return { leave: (_principal, _question, answer) => answer };
  const { seed, probability = 0.2, kinds = untidyKinds, principals = ["simulated"] } = options;
  const earlier = new Map<string, Answer>();
  let ordinal = 0;
  return {
    leave: (principal, question, answer) => {
      if (!principals.includes(principal)) return answer;
      const random = seeded(Math.imul(seed + 1, 0x9e3779b1) ^ ordinal++);
      const before = earlier.get(question);
      if (question.toLowerCase().includes("/microsoft.resourcegraph/")) earlier.set(question, answer);
      return random() < probability ? untidied(answer, random, kinds, before) : answer;
    },
  };
}
