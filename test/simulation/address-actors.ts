import { minuteMs } from "../../src/lib/clock.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import type { Running } from "./run.ts";
import type { SimAddresses, SimService } from "./world.ts";
import { httpRequest } from "../http-request.ts";

/** Lets addresses change, return, come and go with a region, and be acknowledged, `times` times. */
export function readdress(running: Running, chance: () => number, times: number): void {
  const { sim, world, options } = running;
  const services = [...world.services.values()];
  const start = sim.time.now();
  for (let index = 0; index < times; index++) {
    const [what, which, at] = [chance(), chance(), chance()];
    sim.time.at(start + at * options.forMs, () => {
      const service = services[Math.floor(which * services.length)];
      if (service !== undefined) happen(running, service, what, index);
    });
  }
}

function happen(running: Running, service: SimService, what: number, index: number): void {
  const { world } = running;
  const { addresses } = service;
  const fresh = [`198.51.100.${index + 1}`];
  if (what < 0.35)
    update(running, service, { ...addresses, places: { ...addresses.places, westeurope: fresh } });
  else if (what < 0.5) {
    // Back to the first addresses.
    const first = [...service.had].find((each) => each.startsWith("westeurope "))?.split(" ")[1] ?? "";
    update(running, service, { ...addresses, places: { ...addresses.places, westeurope: first.split(",") } });
  } else if (what < 0.65) {
    const { northeurope, ...others } = addresses.places;
    world.readdress(service, {
      ...addresses,
      places: northeurope === undefined ? { ...others, northeurope: fresh } : others,
    });
  } else void acknowledge(running, service);
}

/** A change takes 20 minutes; meanwhile the service is Updating. */
function update({ sim, world }: Running, service: SimService, after: SimAddresses): void {
  world.readdress(service, { ...service.addresses, state: "Updating" });
  sim.time.at(sim.time.now() + 20 * minuteMs, () => {
    world.readdress(service, { ...after, zones: after.zones.length === 0 ? ["1"] : [], state: "Succeeded" });
  });
}

/** A person acknowledges the drift that they saw; the addresses may have changed again by then. */
export async function acknowledge({ platform, rows }: Running, service: SimService): Promise<void> {
  const { items } = await rowsBaselines(rows, () => []).list({ drifted: true }, { top: 100 });
  const seen = items.filter(({ resource }) => resource.toLowerCase() === service.id.toLowerCase());
  if (seen.length === 0 || !platform.processes.some(({ alive }) => alive)) return;
  const addresses = seen.flatMap(({ current }) => current);
  const body = JSON.stringify({
    resource: service.id,
    addresses,
    reason: "agreed with the partners",
    by: "ana",
  });
  await platform
    .invoke("acknowledgeAddresses", (process) =>
      process.acknowledgeAddresses(httpRequest("addresses/acknowledge", body)),
    )
    .catch(() => {
      // The person sees the error, and may try again.
    });
}
