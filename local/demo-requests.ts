import { setTimeout as sleep } from "node:timers/promises";
import { subscriptions } from "../simulator/estate/estate.ts";
import { shortId } from "./format-log.ts";
import { makeEndpoint } from "./requester.ts";
import type { Stack } from "./stack.ts";

const stepTimeoutMs = 30_000;
/** How long the owner retries an approval while the service is Updating. */
const manualApprovalTimeoutMs = 20_000;

/** A decision or outcome, as `GET /api/decisions` returns it. */
interface Entry {
  readonly id: string;
  readonly at: string;
  readonly kind: "decision" | "outcome";
  readonly connection: string;
  readonly cause?: string;
  readonly verdict?: { readonly kind: string; readonly reasons: readonly string[] };
  readonly phase?: string;
  readonly state?: string;
  readonly reason?: string;
}

interface Demo {
  readonly stack: Stack;
  readonly say: (text: string) => void;
  /** Ids of the entries that were printed. */
  readonly printed: Set<string>;
}

/** Six requests for private access, and what people do about the ones that are held. */
export async function demonstrateRequests(stack: Stack, say: (text: string) => void): Promise<void> {
  const demo: Demo = { stack, say, printed: new Set() };
  await decideByPolicy(demo);
  say("5. Event Grid loses the event of a request; the sweep finds it, within five seconds here.");
  stack.simulator.events.lose(1);
  await ask(demo, "pe-lost-event", "apim-payments");
  await printUntil(demo, "pe-lost-event", "Applied");
  await reevaluateAfterGrant(demo);
  say(
    "7. The owner approves the partner manually, which is what a hold is for. Drawbridge records it and leaves it alone.",
  );
  await approveManually(stack, "pe-partner");
  await printUntil(demo, "pe-partner", "Overridden");
}

/** The same requests under any policy and mode: each until it rests. */
export async function demonstratePolicy(stack: Stack, say: (text: string) => void): Promise<void> {
  const demo: Demo = { stack, say, printed: new Set() };
  const requests: readonly (readonly [name: string, service: string, requester: Requester])[] = [
    ["pe-orders-web", "apim-orders", {}],
    ["pe-payments-batch", "apim-payments", {}],
    ["pe-sandbox", "apim-orders", { subscriptionId: subscriptions.sandbox }],
    ["pe-partner", "apim-orders", { token: "partner", subscriptionId: subscriptions.partner }],
    ["pe-lost-event", "apim-payments", {}],
    ["pe-new-team", "apim-orders", { subscriptionId: subscriptions.newTeam }],
  ];
  for (const [name, service, requester] of requests) {
    say(`${name} asks for access to ${service}.`);
    await ask(demo, name, service, requester);
    await printUntil(demo, name, "Applied", "Held", "Failed");
  }
}

async function decideByPolicy(demo: Demo): Promise<void> {
  demo.say("1. An application of a landing zone asks for access to apim-orders; its event arrives.");
  await ask(demo, "pe-orders-web", "apim-orders");
  await printUntil(demo, "pe-orders-web", "Applied");

  demo.say("2. Another one asks for apim-payments. Azure takes its time: 202, and an operation to poll.");
  await ask(demo, "pe-payments-batch", "apim-payments");
  await printUntil(demo, "pe-payments-batch", "Applied");

  demo.say("3. The sandbox asks, which the policy rejects.");
  await ask(demo, "pe-sandbox", "apim-orders", { subscriptionId: subscriptions.sandbox });
  await printUntil(demo, "pe-sandbox", "Applied");

  demo.say("4. A partner asks, from another tenant, where nothing can be read: unknown is never yes.");
  const partner = { token: "partner", subscriptionId: subscriptions.partner };
  await ask(demo, "pe-partner", "apim-orders", partner);
  await printUntil(demo, "pe-partner", "Held");
}

async function reevaluateAfterGrant(demo: Demo): Promise<void> {
  const { stack, say } = demo;
  say("6. A new team asks, but the app may not read its subscription yet: held.");
  const connection = await ask(demo, "pe-new-team", "apim-orders", {
    subscriptionId: subscriptions.newTeam,
  });
  await printUntil(demo, "pe-new-team", "Held");
  say("   The team grants Reader, and an operator requests a new review: POST /api/reevaluate.");
  stack.simulator.world.principals.get("simulated")?.assignments.push({
    scope: `/subscriptions/${subscriptions.newTeam}`,
    actions: ["Microsoft.Network/privateEndpoints/read"],
  });
  await reevaluate(demo, connection, true);
  await reevaluate(demo, connection, false);
  await printUntil(demo, "pe-new-team", "Applied");
}

interface Requester {
  readonly token?: string;
  readonly subscriptionId?: string;
}

/** Creates an endpoint, by default in the landing zone. Returns the id of its connection. */
function ask(
  { stack: { simulator } }: Demo,
  name: string,
  serviceName: string,
  { token = "requester", subscriptionId = subscriptions.landingZone }: Requester = {},
): Promise<string> {
  const service = [...simulator.world.services.values()].find((each) => each.name === serviceName);
  if (service === undefined) throw new Error(`the estate has no service ${serviceName}`);
  const message = `${name} asks for access`;
  return makeEndpoint(simulator, { token, subscriptionId, name, serviceId: service.id, message });
}

/** Approves a connection as the owner would in the portal: by a PUT. */
async function approveManually({ simulator }: Stack, endpoint: string): Promise<void> {
  const connections = [...simulator.world.services.values()].flatMap((service) => [
    ...service.connections.values(),
  ]);
  const id = connections.find(({ endpointId }) => endpointId.endsWith(`/${endpoint}`))?.id ?? "";
  const state = { status: "Approved", description: "agreed with the partner" };
  for (const deadline = Date.now() + manualApprovalTimeoutMs; ; await sleep(200)) {
    const response = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
      method: "PUT",
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify({ id, properties: { privateLinkServiceConnectionState: state } }),
    });
    // The service may still be Updating after the last approval; a person would try again, too.
    if (response.status === 409 && Date.now() < deadline) continue;
    if (response.status !== 202) throw new Error(`the manual approval returned ${response.status}`);
    return;
  }
}

async function reevaluate({ stack, say }: Demo, scope: string, dryRun: boolean): Promise<void> {
  const response = await stack.call("/api/reevaluate", {
    method: "POST",
    body: JSON.stringify({ scope, dryRun }),
  });
  if (response.status !== 200)
    throw new Error(`POST /api/reevaluate returned ${response.status}: ${await response.text()}`);
  const { results } = (await response.json()) as {
    results: { verdict: string; applied: boolean; reason?: string }[];
  };
  for (const { verdict, applied, reason } of results)
    say(`   result: ${verdict}, ${applied ? "applied" : `not applied (${reason})`}`);
}

/** Prints new decisions and outcomes until the connection of an endpoint is in one of these phases. */
async function printUntil(demo: Demo, endpoint: string, ...phases: readonly string[]): Promise<void> {
  const deadline = Date.now() + stepTimeoutMs;
  while (Date.now() < deadline) {
    await printNew(demo);
    const { connections } = await get<{ connections: { connection: string; phase: string }[] }>(
      demo.stack,
      "/api/connections",
    );
    const found = connections.find(({ connection }) => connection.endsWith(`/${endpoint}`));
    if (found !== undefined && phases.includes(found.phase)) return printNew(demo);
    await sleep(150);
  }
  throw new Error(`${endpoint} did not become ${phases.join(" or ")} within ${stepTimeoutMs / 1000} s`);
}

async function printNew({ stack, say, printed }: Demo): Promise<void> {
  const { decisions } = await get<{ decisions: Entry[] }>(stack, "/api/decisions");
  const added = decisions.filter(({ id }) => !printed.has(id)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  for (const entry of added) {
    printed.add(entry.id);
    say(`   ${entry.at.slice(11, 19)}  ${shortId(entry.connection).padEnd(34)} ${describe(entry)}`);
  }
}

function describe({ kind, verdict, cause, phase, state, reason }: Entry): string {
  if (kind === "decision") return `${verdict?.kind.toUpperCase()} (${cause}): ${verdict?.reasons.join("; ")}`;
  return `${phase}: ${phase === "Applied" ? `Azure now says ${state}` : reason}`;
}

async function get<T>(stack: Stack, path: string): Promise<T> {
  const response = await stack.call(path);
  if (response.status !== 200) throw new Error(`${path} returned ${response.status}`);
  return (await response.json()) as T;
}
