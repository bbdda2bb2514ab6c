/** A seeded company of 900 teams in 20 business units: the source of the workload's requests and policies. */
export interface Team {
  readonly name: string;
  readonly unit: number;
  readonly environment: string;
  /** The team's /19, as a number and as text. */
  readonly base: number;
  readonly range: string;
  readonly costCenter: string;
  readonly subscriptions: readonly string[];
  readonly locations: readonly string[];
  readonly domains: readonly string[];
  readonly shape: string;
}

export interface World {
  readonly seed: number;
  readonly teams: readonly Team[];
  readonly platformSubscriptions: readonly string[];
  readonly blockedSubscriptions: readonly string[];
}

export const homeTenants = ["72f0aa11-0000-4000-a000-000000000001", "72f0aa11-0000-4000-a000-000000000002"];
export const nearLocations = [
  "westeurope",
  "northeurope",
  "francecentral",
  "germanywestcentral",
  "swedencentral",
  "uksouth",
];
export const farLocations = ["brazilsouth", "southafricanorth", "japaneast"];
export const domains = [
  "payments",
  "claims",
  "identity",
  "catalog",
  "logistics",
  "risk",
  "hr",
  "iot",
  "search",
  "billing",
];
export const skus = ["premium", "standardv2", "premiumv2", "standard", "developer"];

export function printAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** Random numbers from a seed (mulberry32), so that every run measures the same work. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  happens(share: number): boolean {
    return this.next() < share;
  }

  guid(): string {
    const hex = (length: number) => Array.from({ length }, () => this.below(16).toString(16)).join("");
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  }
}

export function createWorld(seed = 20_260_101): World {
  const chance = new Chance(seed);
  const teams = Array.from({ length: 900 }, (_, index) => createTeam(index, chance));
  return {
    seed,
    teams,
    platformSubscriptions: Array.from({ length: 12 }, () => chance.guid()),
    blockedSubscriptions: Array.from({ length: 40 }, () => chance.guid()),
  };
}

/** A business unit has a /13 of 10.0.0.0/8, and each of its teams a /19 of that. */
function createTeam(index: number, chance: Chance): Team {
  const unit = index % 20;
  const base = (10 * 2 ** 24 + unit * 8 * 2 ** 16 + Math.floor(index / 20) * 8192) >>> 0;
  const environment = chance.pick(["prod", "prod", "prod", "nonprod", "dev"]);
  const subscriptions = 1 + chance.below(3);
  return {
    name: `team-${String(index).padStart(3, "0")}`,
    unit,
    environment,
    base,
    range: `${printAddress(base)}/19`,
    costCenter: `cc-${4000 + index}`,
    subscriptions: Array.from({ length: subscriptions }, () => chance.guid()),
    locations: [nearLocations[index % 6] ?? "", nearLocations[(index + 1 + chance.below(3)) % 6] ?? ""],
    domains: [domains[index % 10] ?? "", domains[(index + 3) % 10] ?? ""],
    shape: chance.pick(["A", "B", "C", "D", "E"]),
  };
}
