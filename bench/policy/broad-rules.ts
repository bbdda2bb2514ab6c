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
  ticketOrFew,
  type Rule,
} from "./rule.ts";
import { domains, nearLocations, type World } from "./world.ts";

export function guards(world: World): Rule[] {
  return [
    rule("tenant", "reject", foreign),
    rule("environment", "reject", nonprodToProd),
    rule("sandbox", "reject", sandbox),
    rule("legacy", "reject", legacy),
    rule("blocked", "reject", is("endpoint.subscriptionId", "in", world.blockedSubscriptions)),
    rule(
      "developer",
      "reject",
      allOf(is("service.sku", "equals", "developer"), is("endpoint.tags.dataclass", "equals", "secret")),
    ),
    rule(
      "cards",
      "reject",
      allOf(
        is("service.tags.dataclass", "equals", "pci"),
        anyOf(
          is("endpoint.tags.dataclass", "exists", false),
          is("endpoint.tags.dataclass", "in", ["public", "open"]),
        ),
      ),
    ),
    rule("burst", "reject", is("counts.rejectedFromSubscription", "greater", 20)),
    rule("freeze", "hold", freeze),
    rule("full", "hold", full),
    rule("temporary", "hold", temporary),
    rule(
      "night",
      "hold",
      allOf(
        is("service.tags.environment", "equals", "prod"),
        is("time.weekday", "in", [6]),
        is("time.hour", "less", 2),
      ),
    ),
    rule("many", "hold", is("counts.fromVirtualNetwork", "greater", 25)),
    rule("pending", "hold", is("counts.pending", "greaterOrEquals", 50)),
    rule(
      "private",
      "hold",
      allOf(
        is("service.publicNetworkAccess", "equals", "disabled"),
        is("endpoint.virtualNetwork.customDns", "equals", true),
        is("service.capacity", "less", 1),
      ),
    ),
  ];
}

export function units(): Rule[] {
  return Array.from({ length: 20 }, (_, unit) =>
    rule(
      `unit ${unit}`,
      "approve",
      allOf(
        is("requester.managementGroups", "contains", `mg-bu-${unit}`),
        is("endpoint.subnet.addressPrefix", "within", [`10.${unit * 8}.0.0/13`, `100.${64 + unit}.0.0/16`]),
        near,
        hasCostCenter,
        unit % 2 === 1 ? ticketOrFew : notDefault,
      ),
    ),
  );
}

export function domainRules(): Rule[] {
  return domains.map((domain) =>
    rule(
      `domain ${domain}`,
      "approve",
      allOf(
        is("service.tags.domain", "equals", domain),
        is("endpoint.tags.domain", "equals", domain),
        is("endpoint.tags.environment", "in", ["prod", "nonprod"]),
        is("requester.subscriptionName", "like", `sub-*-${domain}-*`),
      ),
    ),
  );
}

export function platformRules(world: World): Rule[] {
  return Array.from({ length: 5 }, (_, index) => {
    const own = world.teams.slice(index * 3, index * 3 + 3).flatMap(({ subscriptions }) => subscriptions);
    return rule(
      `platform ${index}`,
      "approve",
      allOf(
        is("endpoint.subscriptionId", "in", [...world.platformSubscriptions, ...own]),
        is("connection.message", "like", "chg-*"),
        gateway,
        is("endpoint.subnet.id", "contains", "/subnets/snet-apim"),
        is("service.location", "equals", nearLocations[index] ?? ""),
      ),
    );
  });
}

export function networkRejects(): Rule[] {
  return Array.from({ length: 12 }, (_, index) =>
    rule(
      `network ${index}`,
      "reject",
      allOf(
        is("endpoint.subnet.addressPrefix", "within", [`192.${18 + index}.0.0/16`, `203.0.${index}.0/24`]),
        is("service.tags.exposure", "notEquals", "partner"),
      ),
    ),
  );
}

export function classHolds(world: World): Rule[] {
  return Array.from({ length: 13 }, (_, index) => {
    const trusted = Array.from(
      { length: 10 },
      (__, step) => world.teams[(index * 31 + step) % 900]?.subscriptions[0] ?? "",
    );
    return rule(
      `class ${index}`,
      "hold",
      allOf(
        is("service.tags.dataclass", "equals", `restricted-${index}`),
        is("endpoint.subscriptionId", "notIn", trusted),
      ),
    );
  });
}
