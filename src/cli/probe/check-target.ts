import { connectionFrom } from "../../lib/azure/connection-from.ts";
import type { ConnectionId, ServiceId } from "../../lib/azure/resource-id.ts";
import { refusalReason } from "../../lib/azure/errors.ts";
import { CannotRun } from "../exit-codes.ts";
import { describe, statusOf, valueIn, word } from "./finding.ts";
import type { Answered, ProbeAzure } from "./probe-azure.ts";
import { asAboutService } from "./read-answers.ts";
import type { Requested } from "./requested.ts";
import { apimVersion } from "./step.ts";

/**
 * Reads the service, before anybody is asked about a step.
 * @throws {CannotRun} if it cannot be read
 */
export async function checkService(
  { get }: ProbeAzure,
  service: ServiceId,
  endpoint: string | undefined,
): Promise<void> {
  const answered = await get(service.text + apimVersion);
  requireAnswer(answered, { kind: "service", id: service.text, endpoint });
  const read = valueIn(answered, asAboutService(service));
  if (read.kind === "unknown") throw new CannotRun(`${service.text} cannot be read: ${read.reason}`);
}

/**
 * Reads the connection that is to be approved, before anybody is asked about it.
 * @throws {CannotRun} unless it is there, Pending, and of an endpoint that Azure names
 */
export async function checkConnection(
  { get }: ProbeAzure,
  id: ConnectionId,
  endpoint: string | undefined,
): Promise<Requested> {
  const answered = await get(id.text + apimVersion);
  requireAnswer(answered, { kind: "connection", id: id.text, endpoint });
  const read = valueIn(answered, (body) => connectionFrom(id, body));
  if (read.kind === "unknown") throw new CannotRun(`${id.text} cannot be read: ${read.reason}`);
  const { state, endpointId, description } = read.value;
  if (state !== "Pending")
    throw new CannotRun(
      `${id.text} is ${word(state)}; only a Pending connection can be approved. Nothing was done`,
    );
  if (endpointId === undefined)
    throw new CannotRun(
      `${id.text} is of an endpoint that Azure does not name, so that nobody can say whose it is. Nothing was done`,
    );
  return { id, endpoint: endpointId, message: description };
}

interface Target {
  readonly kind: "service" | "connection";
  readonly id: string;
  /** Of a simulator. */
  readonly endpoint: string | undefined;
}

function requireAnswer(answered: Answered, { kind, id, endpoint }: Target): void {
  if (answered.status === 200) return;
  if (answered.status === null) throw new CannotRun(`${describe(answered)}; ${adviceFor(endpoint)}`);
  const reason = refusalReason({ status: answered.status, text: JSON.stringify(answered.body) });
  if (reason === "not-found")
    throw new CannotRun(`there is no ${kind} ${id} (Azure answered ${statusOf(answered)}); check the id`);
  if (reason === "not-visible" || reason === "foreign-tenant")
    throw new CannotRun(
      `${id} is not visible to this account (Azure answered ${statusOf(answered)}); check the id, and that the account is of the right tenant (az account show)`,
    );
  throw new CannotRun(`${id} cannot be read: ${describe(answered)}`);
}

function adviceFor(endpoint: string | undefined): string {
  return endpoint === undefined
    ? "is an account signed in (az login)? For the simulator set DRAWBRIDGE_ARM_ENDPOINT"
    : `does the simulator run at ${endpoint} (DRAWBRIDGE_ARM_ENDPOINT)? Its port changes with each start`;
}
