import { classHolds, domainRules, guards, networkRejects, platformRules, units } from "./broad-rules.ts";
import {
  allOf,
  anyOf,
  foreign,
  freeze,
  full,
  gateway,
  hasCostCenter,
  is,
  legacy,
  near,
  nonprodToProd,
  notDefault,
  rule,
  sandbox,
  temporary,
  type Rule,
} from "./rule.ts";
import { sharedRules, teamRules } from "./team-rules.ts";
import { Chance, type World } from "./world.ts";

/** Five broad rules. */
export function smallSet(world: World): Rule[] {
  return ranked([
    rule("tenant", "reject", anyOf(foreign, legacy)),
    rule("environment", "reject", anyOf(nonprodToProd, sandbox)),
    rule("risk", "hold", anyOf(freeze, full, temporary)),
    rule(
      "corp",
      "approve",
      allOf(
        is("requester.managementGroups", "contains", "mg-corp"),
        near,
        is("endpoint.subnet.addressPrefix", "within", ["10.0.0.0/8"]),
        hasCostCenter,
        notDefault,
      ),
    ),
    rule(
      "platform",
      "approve",
      allOf(
        is("endpoint.subscriptionId", "in", world.platformSubscriptions),
        is("connection.message", "like", "chg-*"),
        gateway,
      ),
    ),
  ]);
}

/** Fifty rules: 15 guards, a rule for each business unit and each domain, and 5 of the platform team. */
export function mediumSet(world: World): Rule[] {
  return ranked([...guards(world), ...units(), ...domainRules(), ...platformRules(world)]);
}

/** A thousand rules: the guards, 25 more, a rule for each of 900 teams, and 60 for shared services. */
export function largeSet(world: World): Rule[] {
  return ranked([
    ...guards(world),
    ...networkRejects(),
    ...classHolds(world),
    ...teamRules(world),
    ...sharedRules(world),
  ]);
}

/**
 * Ten thousand rules: the large set with a ninth of its teams, and rules for single subscriptions, within the limit of
 * 20,000 conditions.
 */
export function hugeSet(world: World): Rule[] {
  const chance = new Chance(world.seed ^ 0xb16);
  const kept = largeSet(world).filter(
    ({ name }) => !/ team-\d+$/.test(name) || Number(name.slice(-3)) % 9 === 0,
  );
  const more = Array.from({ length: 10_000 - kept.length }, (_, index) => {
    const subscription = is("endpoint.subscriptionId", "equals", chance.guid());
    return rule(`far ${index}`, "approve", index % 3 === 0 ? subscription : allOf(subscription, near));
  });
  return ranked([...kept, ...more]);
}

/** Numbers the rules, because the first true rule of an effect decides, and ours are ranked by name. */
function ranked(rules: readonly Rule[]): Rule[] {
  return rules.map((each, index) => ({
    ...each,
    name: `${String(index).padStart(5, "0")} ${each.name.replace(/^\d{5} /, "")}`,
  }));
}
