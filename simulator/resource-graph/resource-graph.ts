import { armError, type ArmResponse } from "../arm/response.ts";
import type { Clock } from "../clock.ts";
import { forbidden, type ArmRequest } from "../arm/request.ts";
import { allowedSomewhere, type Service, type World } from "../estate/world.ts";
import { QueryInvalid, runQuery } from "./kusto.ts";
import { delayedSnapshots, snapshot } from "./lag.ts";
import { results } from "./paging.ts";
import {
  publicIpRows,
  queryAction,
  serviceRows,
  subscriptionRows,
  systemTopicRows,
  type Visibility,
} from "./tables.ts";

/** Resource Graph, and the ways in which it may differ from ARM, as Azure documents. */
export interface ResourceGraph {
  handle(request: ArmRequest): ArmResponse | undefined;
  /** Shows services as they are now, whatever happens to them, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Leaves out the row of this resource. */
  hide(id: string): void;
  /** Leaves this property out of the rows of services. */
  withhold(property: string): void;
  /** Answers for no more than this many subscriptions that the caller may read, instead of 10,000. */
  limitSubscriptions(count: number): void;
  /** Ends `freeze`, `hide`, `withhold` and `limitSubscriptions`. */
  clear(): void;
}

const topDefault = 100;
const topMax = 1000;
/**
 * Of the tenant or of management groups, according to Azure's document "Guidance for throttled requests in Azure
 * Resource Graph".
 */
const subscriptionsMax = 10_000;

/**
 * Azure Resource Graph over the simulated world. Rows that the caller may not read are left out; the query is not
 * refused. Services are shown as they were `lagMs` ago.
 */
export function resourceGraph(world: World, clock: Clock, lagMs = 0): ResourceGraph {
  const delayed = lagMs > 0 ? delayedSnapshots(world, clock, lagMs) : undefined;
  const hidden = new Set<string>();
  const withheld = new Set<string>();
  const kept = results();
  let frozen: readonly Service[] | undefined;
  let limit = subscriptionsMax;

  function query(body: QueryBody, { principal }: ArmRequest): ArmResponse {
    const visible = { principal, isInScope: scopeOf(world, body), hidden };
    const { visibility, headers } = limitedTo(
      body.subscriptions === undefined ? limit : Infinity,
      world,
      visible,
    );
    const services = frozen ?? delayed?.() ?? world.services.values();
    try {
      const rows = runQuery(body.query ?? "", {
        resources: () => [
          ...serviceRows(world, services, visibility, withheld),
          ...publicIpRows(world, visibility),
          ...systemTopicRows(world, visibility),
        ],
        resourcecontainers: () => subscriptionRows(world, visibility),
      });
      return kept.firstPage(rows, topOf(body), headers);
    } catch (error) {
      if (error instanceof QueryInvalid) return badRequest(error.message);
      throw error;
    }
  }

  return {
    handle: (request) => {
      if (request.method !== "POST") return undefined;
      if (!allowedSomewhere(request.principal, queryAction)) return forbidden(request, queryAction, "/");
      const body = (request.body ?? {}) as QueryBody;
      const token = body.options?.$skipToken;
      if (token === undefined) return query(body, request);
      return kept.pageAt(token, topOf(body)) ?? badRequest("the skip token is not valid");
    },
    freeze: () => {
      frozen = snapshot(world);
    },
    thaw: () => {
      frozen = undefined;
    },
    hide: (id) => hidden.add(id.toLowerCase()),
    withhold: (property) => withheld.add(property),
    limitSubscriptions: (count) => {
      limit = count;
    },
    clear: () => {
      limit = subscriptionsMax;
      frozen = undefined;
      hidden.clear();
      withheld.clear();
    },
  };
}

/** What is visible of the first subscriptions. Every page of the result says in a header that there are more. */
function limitedTo(limit: number, world: World, visibility: Visibility) {
  const readable = world.subscriptions.size <= limit ? [] : subscriptionRows(world, visibility);
  if (readable.length <= limit) return { visibility, headers: {} };
  const first = new Set(readable.slice(0, limit).map(({ subscriptionId }) => subscriptionId));
  return {
    visibility: { ...visibility, isInScope: (id: string) => first.has(id) },
    headers: { "x-ms-tenant-subscription-limit-hit": "true" },
  };
}

interface QueryBody {
  readonly query?: string;
  readonly subscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
  readonly options?: { readonly $top?: number; readonly $skipToken?: string };
}

/** The scope of a query: its subscriptions, or those under its management groups, or the whole tenant. */
function scopeOf(
  world: World,
  { subscriptions, managementGroups }: QueryBody,
): (subscriptionId: string) => boolean {
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

function badRequest(reason: string): ArmResponse {
  return armError(400, "BadRequest", `Please provide below info when asking for support: ${reason}.`);
}
