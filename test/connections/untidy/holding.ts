import type { Azure } from "../../../src/lib/connections/azure.ts";
import { decide } from "../../../src/lib/connections/decide.ts";
import { printFacts, type FactSheet } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import type { Read } from "../../../src/lib/estate/read.ts";
import type { Facts } from "../../../src/lib/policy/values/fact.ts";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { clock, startJudging, type Replies } from "./judging.ts";
import { policiesFor, type Judged } from "./policies.ts";
import type { World } from "./worlds.ts";

/** I17 for one world: whatever else its answers say, each verdict stays, or becomes hold. */
export interface Holding {
  readonly facts: FactSheet;
  /** What each policy says of the answers as they are. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** The verdicts that became another than hold, with these answers in the others' stead. */
  broken(changed: Partial<Replies>): Promise<readonly string[]>;
  zones(changed: Partial<Replies>): Promise<Read<readonly string[]>>;
  stop(): Promise<void>;
}

export async function startHolding({ replies }: World, readers?: (azure: Azure) => Azure): Promise<Holding> {
  const judging = await startJudging(replies, readers);
  const usual = await judging.facts({});
  if (usual === undefined) throw new Error("the answers as they are decide nothing");
  const facts = printFacts(usual, connectionCatalogue);
  const policies = policiesFor(facts);
  const before = policies.map((each) => verdictOf(each, usual));
  /** Many changes come to the same facts, and the same facts to the same verdicts. */
  const found = new Map<string, readonly string[]>();
  const judge = (changed: Facts) =>
    policies.flatMap((each, index) => {
      const after = verdictOf(each, changed);
      const holds = after === "hold" || after === before[index];
      return holds ? [] : [`${each.name}: ${before[index]} became ${after}`];
    });
  return {
    facts,
    verdicts: Object.fromEntries(policies.map(({ name }, index) => [name, before[index] ?? ""])),
    broken: async (changed) => {
      const read = await judging.facts(changed);
      // Nothing is decided of what cannot be read.
      if (read === undefined) return [];
      const key = JSON.stringify(read);
      const broken = found.get(key) ?? judge(read);
      found.set(key, broken);
      return broken;
    },
    zones: (changed) => judging.zones(changed),
    stop: () => judging.stop(),
  };
}

function verdictOf({ policy }: Judged, facts: Facts): string {
  return decide(policy, facts, clock.now()).kind;
}
