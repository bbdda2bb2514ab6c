import { setTimeout as sleep } from "node:timers/promises";
import { subscriptions } from "../simulator/estate/estate.ts";
import { playAddresses } from "./demo-addresses.ts";
import { makeEndpoint, type EndpointRequest } from "./requester.ts";
import { readable, shortId } from "./readable.ts";
import { minutesAsSeconds, startStage, type Stage } from "./stage.ts";

/** `npm run demo`: plays a scenario through every real part, and checks how the world ended. */
const usage = `Plays six requests for private access against a simulated Azure, and what people do about them; then an address that
changes. Prints each verdict and what people are told, and exits. Azure's minutes are played as seconds.

  npm run demo

Exit codes: 0 the world ended as the scenario says, 1 it did not.`;

if (process.argv.includes("--help")) {
  console.log(usage);
  process.exit(0);
}

/** How the scenario must end: the state of each connection on Azure, by its endpoint's name. */
const expected: Readonly<Record<string, "Approved" | "Rejected" | "Pending">> = {
  "pe-orders-web": "Approved",
  "pe-payments-batch": "Approved",
  "pe-sandbox": "Rejected",
  "pe-partner": "Approved",
  "pe-lost-event": "Approved",
  "pe-new-team": "Approved",
};

const stepTimeoutMs = 30_000;
/** How long the owner's approval is tried for while the service is at work on something else. */
const byHandTimeoutMs = 20_000;

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

const stage = await startStage({
  // Every five seconds, so that nobody has to wait five minutes for the sweep.
  settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "*/5 * * * * *", DRAWBRIDGE_ADDRESS_SCHEDULE: "*/5 * * * * *" },
  simulator: { speed: minutesAsSeconds },
  progress: (step) => console.log(`${step} ...`),
});
console.log(
  "Minutes are played as seconds: Azure takes three for an approval, and so this does three seconds.\n",
);
let failure: string | undefined;
try {
  await play(stage);
  await playAddresses(stage, say);
  failure = difference(stage);
} catch (error) {
  failure = error instanceof Error ? error.message : String(error);
}
if (failure !== undefined) {
  console.error(`\nThe demo did not end as it should: ${failure}\nThe app's last lines:`);
  for (const line of stage.app.lines.slice(-15)) console.error(`  ${readable(line)}`);
}
console.log(`\n${summary(stage)}`);
await stage.stop();
process.exit(failure === undefined ? 0 : 1);

async function play(on: Stage): Promise<void> {
  const told = new Set<string>();
  const [orders, payments] = [...on.simulator.world.services.values()].map(({ id }) => id) as [
    string,
    string,
  ];
  const request = (
    name: string,
    token: string,
    subscriptionId: string,
    serviceId: string,
  ): EndpointRequest => ({
    name,
    token,
    subscriptionId,
    serviceId,
    message: `${name} asks for access`,
  });

  say("1. An application of a landing zone asks for access to apim-orders; its event arrives.");
  await makeEndpoint(on.simulator, request("pe-orders-web", "requester", subscriptions.landingZone, orders));
  await until(on, told, "pe-orders-web", "Applied");

  say("2. Another one asks apim-payments. Azure takes its time: 202, and an operation to follow.");
  await makeEndpoint(
    on.simulator,
    request("pe-payments-batch", "requester", subscriptions.landingZone, payments),
  );
  await until(on, told, "pe-payments-batch", "Applied");

  say("3. The sandbox asks, which the policy rejects.");
  await makeEndpoint(on.simulator, request("pe-sandbox", "requester", subscriptions.sandbox, orders));
  await until(on, told, "pe-sandbox", "Applied");

  say("4. A partner asks, from another tenant, where nothing can be read: unknown is never yes.");
  await makeEndpoint(on.simulator, request("pe-partner", "partner", subscriptions.partner, orders));
  await until(on, told, "pe-partner", "Held");

  say("5. Event Grid loses the event of a request; the sweep finds it, within five seconds here.");
  on.simulator.events.lose(1);
  await makeEndpoint(
    on.simulator,
    request("pe-lost-event", "requester", subscriptions.landingZone, payments),
  );
  await until(on, told, "pe-lost-event", "Applied");

  say("6. A new team asks, in whose subscription we may not read yet: held.");
  const connection = await makeEndpoint(
    on.simulator,
    request("pe-new-team", "requester", subscriptions.newTeam, orders),
  );
  await until(on, told, "pe-new-team", "Held");
  say("   The team grants Reader, and an operator has it looked at again: POST /api/reevaluate.");
  on.simulator.world.principals.get("simulated")?.assignments.push({
    scope: `/subscriptions/${subscriptions.newTeam}`,
    actions: ["Microsoft.Network/privateEndpoints/read"],
  });
  await reevaluate(on, connection, true);
  await reevaluate(on, connection, false);
  await until(on, told, "pe-new-team", "Applied");

  say(
    "7. The owner lets the partner in, by hand: that is what a hold is for. It is recorded, and never fought.",
  );
  await approveByHand(on, "pe-partner");
  await until(on, told, "pe-partner", "Overridden");
}

/** As in the portal: a PUT on the connection, by somebody with the right to it. */
async function approveByHand({ simulator }: Stage, endpoint: string): Promise<void> {
  const connections = [...simulator.world.services.values()].flatMap((service) => [
    ...service.connections.values(),
  ]);
  const id = connections.find(({ endpointId }) => endpointId.endsWith(`/${endpoint}`))?.id ?? "";
  const state = { status: "Approved", description: "agreed with the partner" };
  for (const deadline = Date.now() + byHandTimeoutMs; ; await sleep(200)) {
    const response = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
      method: "PUT",
      headers: { authorization: "Bearer owner" },
      body: JSON.stringify({ id, properties: { privateLinkServiceConnectionState: state } }),
    });
    // The service still is at work on the last approval: a person would try again, too.
    if (response.status === 409 && Date.now() < deadline) continue;
    if (response.status !== 202) throw new Error(`approving by hand was answered ${response.status}`);
    return;
  }
}

async function reevaluate(on: Stage, scope: string, dryRun: boolean): Promise<void> {
  const response = await on.call("/api/reevaluate", {
    method: "POST",
    body: JSON.stringify({ scope, dryRun }),
  });
  if (response.status !== 200)
    throw new Error(`reevaluate answered ${response.status}: ${await response.text()}`);
  const { results } = (await response.json()) as {
    results: { verdict: string; applied: boolean; reason?: string }[];
  };
  for (const { verdict, applied, reason } of results)
    say(`   answered: ${verdict}, ${applied ? "applied" : `not applied (${reason})`}`);
}

/** Prints what is recorded as it happens, until an endpoint's connection is in this phase. */
async function until(on: Stage, told: Set<string>, endpoint: string, phase: string): Promise<void> {
  const deadline = Date.now() + stepTimeoutMs;
  while (Date.now() < deadline) {
    await tellNew(on, told);
    const { connections } = await get<{ connections: { connection: string; phase: string }[] }>(
      on,
      "/api/connections",
    );
    const found = connections.find(({ connection }) => connection.endsWith(`/${endpoint}`));
    if (found?.phase === phase) return tellNew(on, told);
    await sleep(150);
  }
  throw new Error(`${endpoint} did not become ${phase} within ${stepTimeoutMs / 1000} s`);
}

async function tellNew(on: Stage, told: Set<string>): Promise<void> {
  const { decisions } = await get<{ decisions: Entry[] }>(on, "/api/decisions");
  const news = decisions.filter(({ id }) => !told.has(id)).toSorted((a, b) => (a.at < b.at ? -1 : 1));
  for (const entry of news) {
    told.add(entry.id);
    say(`   ${entry.at.slice(11, 19)}  ${shortId(entry.connection).padEnd(34)} ${what(entry)}`);
  }
}

function what({ kind, verdict, cause, phase, state, reason }: Entry): string {
  if (kind === "decision") return `${verdict?.kind.toUpperCase()} (${cause}): ${verdict?.reasons.join("; ")}`;
  return `${phase}: ${phase === "Applied" ? `Azure now says ${state}` : reason}`;
}

async function get<T>(on: Stage, path: string): Promise<T> {
  const response = await on.call(path);
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as T;
}

/** The state of each connection on the simulated Azure, by its endpoint's name. */
function ended({ simulator }: Stage): Map<string, string> {
  const connections = [...simulator.world.services.values()].flatMap((service) => [
    ...service.connections.values(),
  ]);
  return new Map(connections.map(({ endpointId, status }) => [endpointId.split("/").at(-1) ?? "", status]));
}

/** How the world differs from what the scenario says; undefined where it does not. */
function difference(on: Stage): string | undefined {
  const states = ended(on);
  const wrong = Object.entries(expected).filter(([name, state]) => states.get(name) !== state);
  if (wrong.length === 0 && states.size === Object.keys(expected).length) return undefined;
  return (
    wrong.map(([name, state]) => `${name} is ${states.get(name)} and not ${state}`).join(", ") ||
    `${states.size} connections`
  );
}

function summary(on: Stage): string {
  const states = [...ended(on).values()];
  const count = (state: string) => states.filter((each) => each === state).length;
  return `demo: ${states.length} connections: ${count("Approved")} approved, ${count("Rejected")} rejected, ${count("Pending")} held`;
}

function say(text: string): void {
  console.log(text);
}
