import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "./stage.ts";

/** What the demo shows of addresses: one changes for a reason that Azure documents, and a person says that it is right. */
const stepTimeoutMs = 30_000;

interface Shown {
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

export async function playAddresses(on: Stage, say: (text: string) => void): Promise<void> {
  const service = [...on.simulator.world.services.values()].find(({ name }) => name === "apim-payments");
  if (service === undefined) throw new Error("the estate has no service apim-payments");
  const { id } = service;
  say(
    "8. apim-payments is spread over availability zones. Azure gives it another address, and tells nobody.",
  );
  const before = await until(on, id, "right");
  await patch(on, id, { zones: ["1", "2", "3"] });
  const drifted = await until(on, id, "drifted");
  const [cause] = drifted.drift?.causes ?? [];
  say(`   ${before.location}: ${list(drifted.baseline)} became ${list(drifted.current)}`);
  say(`   probable cause: ${cause?.cause} (${cause?.for.join("; ")})`);
  const alert = await on.app.line(/"type":"Drawbridge.AddressDrifted"/, stepTimeoutMs);
  const { alert: told } = JSON.parse(alert.input ?? "") as {
    alert: { type: string; data: { affected: string[] } };
  };
  say(`   told: ${told.type}, for ${told.data.affected.join("; ")}`);
  if (cause?.cause !== "availability zones changed")
    throw new Error(`the cause is said to be ${cause?.cause}`);

  say("   The partners have changed their allow-lists, and an operator acknowledges it.");
  const answer = await on.call("/api/addresses/acknowledge", {
    method: "POST",
    body: JSON.stringify({
      resource: id,
      addresses: drifted.current,
      reason: "zones, as planned",
      by: "ana",
    }),
  });
  if (answer.status !== 200)
    throw new Error(`acknowledging was answered ${answer.status}: ${await answer.text()}`);
  const { current, baseline } = await until(on, id, "right");
  say(`   right from now on: ${list(baseline)}`);
  if (list(current) !== list(drifted.current)) throw new Error(`${list(current)} is there in the end`);
}

const list = (addresses: readonly string[]) => addresses.join(", ");

/** As the owner would in a template: Azure answers at once, and takes its time. */
async function patch({ simulator }: Stage, id: string, body: object): Promise<void> {
  const answer = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
    method: "PATCH",
    headers: { authorization: "Bearer owner" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 202) throw new Error(`changing the service was answered ${answer.status}`);
}

/** What the app tells of a service's public addresses, when it tells that they are so. */
async function until(on: Stage, resource: string, state: string): Promise<Shown> {
  const deadline = Date.now() + stepTimeoutMs;
  while (Date.now() < deadline) {
    const query = new URLSearchParams({ resource, kind: "public" });
    const answer = await on.call(`/api/addresses?${query.toString()}`);
    const { addresses } = (await answer.json()) as { addresses: Shown[] };
    if (addresses[0]?.state === state) return addresses[0];
    await sleep(150);
  }
  throw new Error(
    `the address of apim-payments was not told to be ${state} within ${stepTimeoutMs / 1000} s`,
  );
}
