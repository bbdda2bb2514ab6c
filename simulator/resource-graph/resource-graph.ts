import { randomUUID } from "node:crypto";
import { armError, ok, type Answer } from "../arm/answer.ts";
import type { Clock } from "../clock.ts";
import { lagging, snapshot } from "../arm/lagging.ts";
import type { ArmRequest } from "../arm/request.ts";
import { QueryInvalid, runQuery, type Row } from "./kusto.ts";
import { printService } from "../api-management/print-service.ts";
import { printPublicIp } from "../network/public-ip.ts";
import { allowed, type Principal, type Service, type Subscription, type World } from "../estate/world.ts";

/** What makes Resource Graph differ from the truth, as Azure documents that it may. */
export interface ResourceGraph {
  answer(request: ArmRequest): Answer | undefined;
  /** From now on it shows services as they are at this moment, whatever happens to them, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** It has no row for this resource. */
  hide(id: string): void;
  /** Its rows of services lack this property. */
  withhold(property: string): void;
  /** Shows everything, as it is. */
  clear(): void;
}

const topDefault = 100;
const topMax = 1000;
/** How many results are kept for those who still page through them. */
const resultsMax = 8;

/**
 * Azure Resource Graph over the simulated world. It has only what the caller may read: what it may not read is left
 * out, not refused. It shows services as they were `lagMs` ago.
 */
export function resourceGraph(world: World, clock: Clock, lagMs = 0): ResourceGraph {
  const behind = lagMs > 0 ? lagging(world, clock, lagMs) : undefined;
  const hidden = new Set<string>();
  const withheld = new Set<string>();
  const results = new Map<string, readonly Row[]>();
  let frozen: readonly Service[] | undefined;

  function services(principal: Principal, within: Within): Row[] {
    return [...(frozen ?? behind?.() ?? world.services.values())]
      .filter(
        ({ id, subscriptionId }) =>
          within(subscriptionId) &&
          world.subscriptions.get(subscriptionId)?.tenantId === principal.tenantId &&
          !hidden.has(id.toLowerCase()) &&
          allowed(principal, "Microsoft.ApiManagement/service/read", id),
      )
      .map((service) => serviceRow(service, withheld));
  }

  function publicIps(principal: Principal, within: Within): Row[] {
    return [...world.publicIps.values()]
      .filter(
        ({ id }) =>
          within(id.split("/")[2] ?? "") &&
          !hidden.has(id.toLowerCase()) &&
          allowed(principal, "Microsoft.Network/publicIPAddresses/read", id),
      )
      .map((each) => ({ ...printPublicIp(each), type: "microsoft.network/publicipaddresses" }));
  }

  function subscriptions(principal: Principal, within: Within): Row[] {
    return [...world.subscriptions.values()]
      .filter(
        ({ id, tenantId }) =>
          within(id) &&
          tenantId === principal.tenantId &&
          allowed(principal, "Microsoft.Resources/subscriptions/read", `/subscriptions/${id}`),
      )
      .map(subscriptionRow);
  }

  function keep(rows: readonly Row[]): string {
    const id = randomUUID();
    results.set(id, rows);
    for (const oldest of [...results.keys()].slice(0, -resultsMax)) results.delete(oldest);
    return id;
  }

  return {
    answer: ({ method, body, principal }) => {
      if (method !== "POST") return undefined;
      const asked = (body ?? {}) as QueryBody;
      const token = asked.options?.$skipToken;
      if (token !== undefined) return pageAt(results, token, topOf(asked));
      const within = withinOf(world, asked);
      try {
        const rows = runQuery(asked.query ?? "", {
          resources: () => [...services(principal, within), ...publicIps(principal, within)],
          resourcecontainers: () => subscriptions(principal, within),
        });
        return page(rows, 0, topOf(asked), () => keep(rows));
      } catch (error) {
        if (error instanceof QueryInvalid) return invalid(error.message);
        throw error;
      }
    },
    freeze: () => {
      frozen = snapshot(world);
    },
    thaw: () => {
      frozen = undefined;
    },
    hide: (id) => hidden.add(id.toLowerCase()),
    withhold: (property) => withheld.add(property),
    clear: () => {
      frozen = undefined;
      hidden.clear();
      withheld.clear();
    },
  };
}

interface QueryBody {
  readonly query?: string;
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
  readonly options?: { readonly $top?: number; readonly $skipToken?: string };
}

type Within = (subscriptionId: string) => boolean;

/** The subscriptions that the request names, or those below the management groups, or all of the tenant. */
function withinOf(world: World, { subscriptions, managementGroups }: QueryBody): Within {
  if (subscriptions !== undefined) {
    const named = new Set(subscriptions.map((id) => id.toLowerCase()));
    return (id) => named.has(id.toLowerCase());
  }
  if (managementGroups === undefined) return () => true;
  return (id) =>
    world.subscriptions
      .get(id.toLowerCase())
      ?.managementGroups.some(({ name }) => managementGroups.includes(name)) ?? false;
}

function topOf({ options }: QueryBody): number {
  return Math.min(topMax, options?.$top ?? topDefault);
}

/** A page; what follows it can be asked for only where the rows have an id, as Azure documents. */
function page(rows: readonly Row[], from: number, top: number, keep: () => string): Answer {
  const data = rows.slice(from, from + top);
  const more = rows.length > from + top;
  const pageable = more && rows[0]?.id !== undefined;
  return ok({
    totalRecords: rows.length,
    count: data.length,
    resultTruncated: more && !pageable ? "true" : "false",
    ...(pageable ? { $skipToken: tokenOf(keep(), from + top) } : {}),
    data,
  });
}

function tokenOf(result: string, from: number): string {
  return Buffer.from(JSON.stringify([result, from])).toString("base64");
}

function pageAt(results: ReadonlyMap<string, readonly Row[]>, token: string, top: number): Answer {
  const [, result = "", from = ""] =
    /^\["([^"]*)",(\d+)\]$/.exec(Buffer.from(token, "base64").toString()) ?? [];
  const rows = results.get(result);
  return rows === undefined
    ? invalid("the skip token is not valid")
    : page(rows, Number(from), top, () => result);
}

function serviceRow(service: Service, withheld: ReadonlySet<string>): Row {
  const { etag: _, ...printed } = printService(service);
  const properties = Object.fromEntries(
    Object.entries(printed.properties).filter(([name]) => !withheld.has(name)),
  );
  const [, , , , resourceGroup] = service.id.split("/");
  return {
    ...printed,
    // Resource Graph writes types and resource groups in lower case.
    type: "microsoft.apimanagement/service",
    subscriptionId: service.subscriptionId,
    resourceGroup: resourceGroup?.toLowerCase(),
    properties,
  };
}

function subscriptionRow({ id, tenantId, name, state, managementGroups, tags }: Subscription): Row {
  return {
    id: `/subscriptions/${id}`,
    type: "microsoft.resources/subscriptions",
    name,
    subscriptionId: id,
    tenantId,
    tags: tags ?? {},
    properties: { managementGroupAncestorsChain: managementGroups, state },
  };
}

function invalid(why: string): Answer {
  return armError(400, "BadRequest", `Please provide below info when asking for support: ${why}.`);
}
