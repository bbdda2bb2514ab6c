import { allOf, is, near, notDefault, rule, ticketOrFew, type Condition, type Rule } from "./rule.ts";
import { Chance, type Team, type World } from "./world.ts";

export function teamRules(world: World): Rule[] {
  return world.teams.map((team) => rule(team.name, "approve", allOf(...teamConditions(team))));
}

/** Five shapes: by subscription, by tag, or by network and cost centre. */
function teamConditions(team: Team): Condition[] {
  const [only = "", ...others] = team.subscriptions;
  const subscriptions =
    others.length === 0
      ? is("endpoint.subscriptionId", "equals", only)
      : is("endpoint.subscriptionId", "in", team.subscriptions);
  const network = is("endpoint.subnet.addressPrefix", "within", [team.range]);
  const name = is("endpoint.tags.team", "equals", team.name);
  switch (team.shape) {
    case "A":
      return [subscriptions, network, is("service.tags.domain", "in", team.domains)];
    case "B":
      return [subscriptions, name, is("endpoint.location", "in", team.locations)];
    case "C":
      return [
        subscriptions,
        is("endpoint.tags.environment", "in", [team.environment, "shared"]),
        ticketOrFew,
        network,
      ];
    case "D":
      return [name, is("requester.managementGroups", "contains", `mg-bu-${team.unit}`), network, notDefault];
    default:
      return [
        network,
        is("endpoint.tags.costcenter", "equals", team.costCenter),
        is("endpoint.tags.owner", "exists", true),
      ];
  }
}

export function sharedRules(world: World): Rule[] {
  const chance = new Chance(world.seed ^ 0x5eed);
  return Array.from({ length: 60 }, (_, index) => {
    const teams = Array.from({ length: 4 }, () => chance.pick(world.teams));
    return rule(
      `shared ${index}`,
      "approve",
      allOf(
        is("service.name", "equals", `apim-shared-${index}`),
        is(
          "endpoint.subscriptionId",
          "in",
          teams.flatMap(({ subscriptions }) => subscriptions),
        ),
        near,
      ),
    );
  });
}
