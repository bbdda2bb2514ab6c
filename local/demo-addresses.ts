import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "./stack.ts";

const stepTimeoutMs = 30_000;

interface AddressRecord {
  readonly resource: string;
  readonly kind: string;
  readonly location: string;
  readonly state: string;
  readonly current: readonly string[];
  readonly baseline: readonly string[];
  readonly drift?: {
    readonly causes: readonly { readonly cause: string; readonly for: readonly string[] }[];
  };
}

/** An address changes for a documented reason, Drawbridge reports the drift, and an operator acknowledges it. */
export async function demonstrateAddresses(stack: Stack, say: (text: string) => void): Promise<void> {
  const service = [...stack.simulator.world.services.values()].find(({ name }) => name === "apim-payments");
  if (service === undefined) throw new Error("the estate has no service apim-payments");
  const { id } = service;
  say(
    "8. apim-payments is spread over availability zones. Azure gives it another address and notifies nobody.",
  );
  const drifted = await causeDrift(stack, id, say);
  say("   The partners have updated their allow-lists, and an operator acknowledges the change.");
  await acknowledge(stack, id, drifted.current);
  const { current, baseline } = await waitForState(stack, id, "right");
  say(`   new baseline: ${list(baseline)}`);
  if (list(current) !== list(drifted.current))
    throw new Error(`the addresses at the end are ${list(current)}`);
}

async function causeDrift(stack: Stack, id: string, say: (text: string) => void): Promise<AddressRecord> {
  const before = await waitForState(stack, id, "right");
  await patch(stack, id, { zones: ["1", "2", "3"] });
  const drifted = await waitForState(stack, id, "drifted");
  const [cause] = drifted.drift?.causes ?? [];
  say(`   ${before.location}: ${list(drifted.baseline)} became ${list(drifted.current)}`);
  say(`   probable cause: ${cause?.cause} (${cause?.for.join("; ")})`);
  const line = await stack.app.waitForLine(/"type":"Drawbridge.AddressDrifted"/, stepTimeoutMs);
  const { alert } = JSON.parse(line.input ?? "") as {
    alert: { type: string; data: { affected: string[] } };
  };
  say(`   alert: ${alert.type}, affects ${alert.data.affected.join("; ")}`);
  if (cause?.cause !== "availability zones changed")
    throw new Error(`the reported cause is ${cause?.cause ?? "missing"}`);
  return drifted;
}

async function acknowledge(stack: Stack, resource: string, addresses: readonly string[]): Promise<void> {
  const response = await stack.call("/api/addresses/acknowledge", {
    method: "POST",
    body: JSON.stringify({ resource, addresses, reason: "zones, as planned", by: "ana" }),
  });
  if (response.status !== 200)
    throw new Error(`POST /api/addresses/acknowledge returned ${response.status}: ${await response.text()}`);
}

const list = (addresses: readonly string[]) => addresses.join(", ");

/** Changes the service as its owner would. Azure responds at once, and completes the change later. */
async function patch({ simulator }: Stack, id: string, body: object): Promise<void> {
  const response = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
    method: "PATCH",
    headers: { authorization: "Bearer owner" },
    body: JSON.stringify(body),
  });
  if (response.status !== 202) throw new Error(`PATCH of the service returned ${response.status}`);
}

/** Waits until the app reports this state of a service's public addresses. */
async function waitForState(stack: Stack, resource: string, state: string): Promise<AddressRecord> {
  const deadline = Date.now() + stepTimeoutMs;
  while (Date.now() < deadline) {
    const query = new URLSearchParams({ resource, kind: "public" });
    const response = await stack.call(`/api/addresses?${query.toString()}`);
    const { addresses } = (await response.json()) as { addresses: AddressRecord[] };
    if (addresses[0]?.state === state) return addresses[0];
    await sleep(150);
  }
  throw new Error(`the addresses of apim-payments did not become ${state} within ${stepTimeoutMs / 1000} s`);
}
