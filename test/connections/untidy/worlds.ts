import { changesOf, refusals } from "./changes.ts";
import { reply, type AnswerRead, type Replies, type Reply } from "./judging.ts";
import * as shapes from "./shapes.ts";

/** Whole answers, and which of them are changed. */
export interface World {
  readonly name: string;
  readonly replies: Replies;
  readonly changed: readonly AnswerRead[];
}

const recorded: Replies = {
  connection: reply(shapes.connection),
  service: reply(shapes.service),
  list: reply(shapes.list),
  endpoint: reply(shapes.endpoint),
  counted: reply(shapes.counted),
  network: reply(shapes.network),
  graph: reply(shapes.graph),
  zones: reply(shapes.zones),
};

const { properties } = shapes.service;
const withoutConnections = {
  ...shapes.service,
  properties: { ...properties, privateEndpointConnections: null },
};

export const worlds: readonly World[] = [
  {
    name: "a request at a service with others",
    replies: recorded,
    changed: ["connection", "service", "endpoint", "counted", "network", "graph"],
  },
  {
    name: "a service whose own answer does not tell its connections",
    replies: { ...recorded, service: reply(withoutConnections) },
    changed: ["list"],
  },
  {
    name: "a subnet that may have several ranges",
    replies: { ...recorded, network: reply(shapes.wideNetwork) },
    changed: ["network"],
  },
  {
    name: "an endpoint of another tenant",
    replies: { ...recorded, endpoint: reply(shapes.armError("InvalidAuthenticationTokenTenant"), 401) },
    changed: ["endpoint"],
  },
];

/** One change of one answer. */
export interface Single {
  readonly answer: AnswerRead;
  readonly name: string;
  readonly reply: Reply;
}

export function singlesOf(answer: AnswerRead, { status, text }: Reply): readonly Single[] {
  const changes = [...changesOf(JSON.parse(text))].map(({ name, value }) => ({
    name,
    reply: reply(value, status),
  }));
  return [...changes, ...refusals()].map((each) => ({ answer, ...each }));
}

/**
 * Changes that result in another valid answer, for which nothing is promised: an empty text or list where Azure allows
 * one, a new value of an open set, a list without a member that no other answer shows, and ARM's own statement about
 * the endpoint's tenant.
 */
const undetectable: readonly (readonly [AnswerRead, RegExp])[] = [
  ["connection", /State\.description: empty$/],
  ["connection", /(provisioningState|groupIds\[0\]): a name that nobody knows$/],
  ["service", /^(sku\.name|properties\.\w+(Type|Version|Access)): a name that nobody knows$/],
  ["service", /^properties\.additionalLocations(: empty|\[\d+\]: absent)$/],
  ["service", /^properties\.privateEndpointConnections\[[1-9]\]: absent$/],
  ["list", /^value\[[1-9]\]: absent$/],
  ["endpoint", /^properties\.applicationSecurityGroups(: empty|\[\d+\]: absent)$/],
  ["graph", /groups\[\d+\]: absent$/],
  ["graph", /\.tags(: empty|\.\w+: (absent|empty))$/],
  ...(["service", "endpoint", "network"] as const).map(
    (answer) => [answer, /^tags(: empty|\.\w+: (absent|empty))$/] as const,
  ),
];

const tenantsWord: Readonly<Record<string, RegExp>> = {
  "a request at a service with others": /^401 with InvalidAuthenticationTokenTenant$/,
  "an endpoint of another tenant": /^403 with [A-Z]\w+$/,
};

export function isUndetectable(world: World, { answer, name }: Pick<Single, "answer" | "name">): boolean {
  if (answer === "endpoint" && tenantsWord[world.name]?.test(name) === true) return true;
  return undetectable.some(([of, pattern]) => of === answer && pattern.test(name));
}
