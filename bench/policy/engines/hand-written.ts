import { bounds, type Decision } from "../oracle.ts";
import type { Rule } from "../rule.ts";
import { createWorld, homeTenants, nearLocations, type Team, type World } from "../world.ts";
import type { Compiled, Engine } from "./engine.ts";
import { factsOf, type Facts } from "./hand-facts.ts";

/**
 * What a programmer would write for exactly these rules: no language, no explanation, two-valued logic, and for the
 * large set the indexes that these rules allow. The limit that engines are compared with.
 */
export const handWritten: Engine = {
  name: "hand-written (the limit)",
  omits: ["M", "XL"],
  compile: (rules) => (rules.length === 5 ? smallCompiled(rules) : largeCompiled(rules)),
};

const held: Decision = { kind: "hold" };
const near = new Set(nearLocations);
const home = new Set(homeTenants);
const within = (range: readonly [number, number], { from, to }: Facts) => range[0] <= from && to <= range[1];
const private10 = bounds("10.0.0.0/8");
const private172 = bounds("172.16.0.0/12");

function decisionsOf(rules: readonly Rule[]): Decision[] {
  return rules.map(({ effect, name }) => ({ kind: effect, rule: name }));
}

function smallCompiled(rules: readonly Rule[]): Compiled<Facts> {
  const [tenant, environment, risk, corp, platform] = decisionsOf(rules) as [
    Decision,
    Decision,
    Decision,
    Decision,
    Decision,
  ];
  const platforms = new Set(createWorld().platformSubscriptions);
  const decide = (q: Facts): Decision => {
    if (!home.has(q.tenant) || within(private172, q)) return tenant;
    if (crosses(q) || q.groups.includes("mg-sandbox")) return environment;
    if (q.freeze || q.approved >= 90 || q.message.includes("temporary")) return risk;
    if (
      q.groups.includes("mg-corp") &&
      near.has(q.location) &&
      within(private10, q) &&
      q.costCenter !== undefined &&
      !q.subnet.includes("default")
    )
      return corp;
    if (platforms.has(q.subscription) && q.message.startsWith("chg-") && q.groupId === "gateway")
      return platform;
    return held;
  };
  return { prepare: factsOf, decide };
}

function crosses({ serviceEnvironment, environment }: Facts): boolean {
  return serviceEnvironment === "prod" && environment !== undefined && environment !== "prod";
}

function largeCompiled(rules: readonly Rule[]): Compiled<Facts> {
  const world = createWorld();
  const decisions = new Map(decisionsOf(rules).map((decision) => [(decision.rule ?? "").slice(6), decision]));
  const at = (name: string) => decisions.get(name) ?? held;
  const guards = Object.fromEntries([...decisions].filter(([name]) => /^[a-z]+$/.test(name))) as Readonly<
    Record<string, Decision>
  >;
  const blocked = new Set(world.blockedSubscriptions);
  const networks = Array.from({ length: 12 }, (_, index) => ({
    ranges: [bounds(`192.${18 + index}.0.0/16`), bounds(`203.0.${index}.0/24`)],
    decision: at(`network ${index}`),
  }));
  const classes = new Map(
    Array.from({ length: 13 }, (_, index) => {
      const trusted = new Set(
        Array.from({ length: 10 }, (__, step) => world.teams[(index * 31 + step) % 900]?.subscriptions[0]),
      );
      return [`restricted-${index}`, { trusted, decision: at(`class ${index}`) }];
    }),
  );
  const approve = approver(world, rules, at);
  const decide = (q: Facts): Decision => {
    if (!home.has(q.tenant)) return guards.tenant ?? held;
    if (crosses(q)) return guards.environment ?? held;
    if (q.groups.includes("mg-sandbox")) return guards.sandbox ?? held;
    if (within(private172, q)) return guards.legacy ?? held;
    if (blocked.has(q.subscription)) return guards.blocked ?? held;
    if (q.sku === "developer" && q.dataClass === "secret") return guards.developer ?? held;
    if (
      q.serviceClass === "pci" &&
      (q.dataClass === undefined || q.dataClass === "public" || q.dataClass === "open")
    )
      return guards.cards ?? held;
    if (q.rejected > 20) return guards.burst ?? held;
    if (q.exposure !== "partner")
      for (const { ranges, decision } of networks)
        if (ranges.some((range) => within(range, q))) return decision;
    if (q.freeze) return guards.freeze ?? held;
    if (q.approved >= 90) return guards.full ?? held;
    if (q.message.includes("temporary")) return guards.temporary ?? held;
    if (q.serviceEnvironment === "prod" && q.weekday === 6 && q.hour < 2) return guards.night ?? held;
    if (q.fromVirtualNetwork > 25) return guards.many ?? held;
    if (q.pending >= 50) return guards.pending ?? held;
    if (q.publicAccess === "disabled" && q.customDns && q.capacity < 1) return guards.private ?? held;
    const restricted = classes.get(q.serviceClass);
    if (restricted !== undefined && !restricted.trusted.has(q.subscription)) return restricted.decision;
    return approve(q);
  };
  return { prepare: factsOf, decide };
}

/** The team whose rule has the lowest number among those that subscription, tag and cost centre point to. */
function approver(
  world: World,
  rules: readonly Rule[],
  at: (name: string) => Decision,
): (q: Facts) => Decision {
  const entries = world.teams.map((team, order) => ({
    team,
    order,
    range: bounds(team.range),
    group: `mg-bu-${team.unit}`,
    decision: at(team.name),
  }));
  type Entry = (typeof entries)[number];
  const bySubscription = new Map<string, Entry>();
  for (const entry of entries)
    if ("ABC".includes(entry.team.shape))
      for (const each of entry.team.subscriptions) bySubscription.set(each, entry);
  const byName = new Map(
    entries.filter(({ team }) => team.shape === "D").map((entry) => [entry.team.name, entry]),
  );
  const byCost = new Map(
    entries.filter(({ team }) => team.shape === "E").map((entry) => [entry.team.costCenter, entry]),
  );
  const shared = sharedOf(rules);
  return (q) => {
    let best: Entry | undefined;
    for (const entry of [
      bySubscription.get(q.subscription),
      byName.get(q.team ?? ""),
      byCost.get(q.costCenter ?? ""),
    ])
      if (
        entry !== undefined &&
        (best === undefined || entry.order < best.order) &&
        fits(entry.team, entry.range, entry.group, q)
      )
        best = entry;
    if (best !== undefined) return best.decision;
    const service = shared.get(q.service);
    return service !== undefined && service.subscriptions.has(q.subscription) && near.has(q.location)
      ? service.decision
      : held;
  };
}

function sharedOf(rules: readonly Rule[]) {
  const shared = rules.filter(({ name }) => name.includes(" shared "));
  return new Map(
    shared.map(({ name, effect, if: condition }) => {
      const members = "allOf" in condition ? condition.allOf : [];
      const [service, subscriptions] = members.map((member) => ("right" in member ? member.right : ""));
      return [
        String(service),
        {
          subscriptions: new Set(subscriptions as readonly string[]),
          decision: { kind: effect, rule: name },
        },
      ];
    }),
  );
}

function fits(team: Team, range: readonly [number, number], group: string, q: Facts): boolean {
  switch (team.shape) {
    case "A":
      return within(range, q) && team.domains.includes(q.serviceDomain);
    case "B":
      return q.team === team.name && team.locations.includes(q.location);
    case "C":
      return (
        (q.environment === team.environment || q.environment === "shared") &&
        (q.message.includes("chg-") || q.fromSubscription < 20) &&
        within(range, q)
      );
    case "D":
      return q.groups.includes(group) && within(range, q) && !q.subnet.includes("default");
    default:
      return within(range, q) && q.owner !== undefined;
  }
}
