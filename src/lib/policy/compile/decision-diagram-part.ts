import type { Asked, Diagram, Predicate } from "./decision-diagram.ts";
import type { Test } from "../language/operators.ts";
import type { IpRange } from "../values/ip-range.ts";
import { FALSE, TRUE, UNKNOWN } from "../values/truth.ts";

/** Builds the part of a diagram that decides a condition, from the diagrams that come after its three truths. */
export type DiagramPart = (whenTrue: Diagram, whenUnknown: Diagram, whenFalse: Diagram) => Diagram;

/** The diagram of a whole condition. */
export function diagramOf(part: DiagramPart): Diagram {
  return part(TRUE, UNKNOWN, FALSE);
}

export function ask({ asks, operand }: Asked, index: number, otherwise: Test): DiagramPart {
  return (whenTrue, whenUnknown, whenFalse) => ({
    asks,
    operand,
    index,
    otherwise,
    whenTrue,
    whenUnknown,
    whenFalse,
  });
}

const neverKnown: Test = () => UNKNOWN;

/** Whether a prepared range lies in another; unknown if one is of IPv4 and the other of IPv6. */
export function askRange(index: number, operand: IpRange): DiagramPart {
  return ask({ asks: "isWithin", operand }, index, neverKnown);
}

export function askCondition(operand: Predicate): DiagramPart {
  return ask({ asks: "condition", operand }, 0, neverKnown);
}

export function negate(part: DiagramPart): DiagramPart {
  return (whenTrue, whenUnknown, whenFalse) => part(whenFalse, whenUnknown, whenTrue);
}

/**
 * Kleene's conjunction: false as soon as a member is false, and otherwise unknown if a member is. After an unknown
 * member the others can only make it false, so there is a second chain of them, which ends in unknown. The first member
 * has none before it, and is in the first chain alone.
 */
export function conjunction(members: readonly DiagramPart[]): DiagramPart {
  return (whenTrue, whenUnknown, whenFalse) => {
    let [afterTrue, afterUnknown] = [whenTrue, whenUnknown];
    for (let index = members.length - 1; index >= 0; index--) {
      const member = members[index] as DiagramPart;
      const next = member(afterTrue, afterUnknown, whenFalse);
      if (afterTrue === afterUnknown) afterUnknown = next;
      else if (index > 0 && afterUnknown !== whenFalse)
        afterUnknown = member(afterUnknown, afterUnknown, whenFalse);
      afterTrue = next;
    }
    return afterTrue;
  };
}

/** By De Morgan's law. */
export function disjunction(members: readonly DiagramPart[]): DiagramPart {
  return negate(conjunction(members.map(negate)));
}
