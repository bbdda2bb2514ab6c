import { alert, type Alert } from "../../alerts/alert.ts";
import { adoptedReason } from "../../alerts/reasons-of-connections.ts";
import type { Service } from "../azure-connections.ts";
import type { Adoption, Link } from "../record/connection-record.ts";
import { foundAdopted } from "../record/transitions.ts";
import type { ReviewServices } from "./ports.ts";

/**
 * The first time that a service is read: its connections that are not Pending were decided before us. They are recorded
 * as Adopted, with one alert for the service, and never audited. False where its connections could not be read.
 */
export async function adopt(
  { clock, digests, ledger }: Pick<ReviewServices, "clock" | "digests" | "ledger">,
  service: Service,
): Promise<boolean> {
  if (service.connections.kind === "unknown") return false;
  // Invalidate the digest first: it was computed without these records.
  await digests.invalidate(service.id, clock.now().toISOString());
  const settled = service.connections.value.filter(({ state }) => state !== "Pending");
  await ledger.adopt(
    service.id,
    settled.map((connection) => foundAdopted(connection, clock.now())),
    (entry) => [serviceAdopted(entry, service)],
  );
  return true;
}

function serviceAdopted(entry: Adoption & Link, { publicNetworkAccess }: Service): Alert {
  const count = (state: string) => entry.connections.filter((each) => each.state === state).length;
  const [all, approved] = [entry.connections.length, count("Approved")];
  return alert("Drawbridge.ServiceAdopted", entry.service, {
    version: entry.id,
    time: entry.at,
    data: {
      approved,
      others: all - approved,
      connections: entry.connections,
      ...(publicNetworkAccess.kind === "unknown" ? {} : { publicNetworkAccess: publicNetworkAccess.value }),
      reason: adoptedReason(approved, all - approved),
    },
  });
}
