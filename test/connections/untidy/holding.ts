import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import { decide } from "../../../src/lib/connections/decide.ts";
import { printFacts, type FactSheet } from "../../../src/lib/policy/evaluate/fact-sheet.ts";
import type { Read } from "../../../src/lib/estate/read.ts";
import type { Facts } from "../../../src/lib/policy/values/fact.ts";
import { connectionCatalogue } from "../../../src/lib/policy/language/fields.ts";
import { clock, startJudging, type Replies } from "./judging.ts";
import { policiesFor, type Judged } from "./policies.ts";
import type { World } from "./worlds.ts";

/** I17 for one world: under any change of its answers, each verdict stays or becomes hold. */
export interface Holding {
  readonly facts: FactSheet;
  /** The verdict of each policy on the unchanged answers. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** The verdicts that changed to something other than hold with these answers replaced. */
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
  /** Verdicts by facts, since many changes result in the same facts. */
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
      // Nothing is decided if the connection cannot be read.
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
