import { alert, type Alert } from "../../alerts/alert.ts";
import type { Connection, Service } from "../azure.ts";
import type { Adoption, Link } from "../record/record.ts";
import type { ReviewServices } from "./review-services.ts";

/**
 * The first time that a service is read whole: what is not Pending there was decided before us. It is recorded as
 * Adopted, with one alert for the service, and never judged. False where its connections could not be read.
 */
export async function adopt(
  { clock, digests, ledger }: Pick<ReviewServices, "clock" | "digests" | "ledger">,
  service: Service,
): Promise<boolean> {
  if (service.connections.kind === "unknown") return false;
  // What the inventory showed before these records were there explains nothing after it.
  await digests.invalidate(service.id);
  const settled = service.connections.value.filter(({ state }) => state !== "Pending");
  const now = clock.now().toISOString();
  await ledger.adopt(
    service.id,
    settled.map((connection) => recordOf(connection, now)),
    (entry) => [serviceAdopted(entry, service)],
  );
  return true;
}

function recordOf({ id, state, endpointId }: Connection, now: string) {
  return {
    id,
    phase: "Adopted" as const,
    state,
    firstSeenAt: now,
    reviewedAt: now,
    attempts: 0,
    reason: `it was ${state} when Drawbridge first saw the service`,
    ...(endpointId === undefined ? {} : { endpointId }),
  };
}

function serviceAdopted(entry: Adoption & Link, { publicNetworkAccess }: Service): Alert {
  const count = (state: string) => entry.connections.filter((each) => each.state === state).length;
  const [all, approved] = [entry.connections.length, count("Approved")];
  return alert("Drawbridge.ServiceAdopted", entry.service, entry.id, entry.at, {
    approved,
    others: all - approved,
    connections: entry.connections,
    ...(publicNetworkAccess.kind === "unknown" ? {} : { publicNetworkAccess: publicNetworkAccess.value }),
    reason:
      `Drawbridge sees this service for the first time. ${approved} connections are Approved already` +
      `${all > approved ? ` and ${all - approved} are in another state` : ""}; they are left as they are`,
  });
}
