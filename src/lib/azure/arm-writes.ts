import type { PipelineResponse } from "@azure/core-rest-pipeline";
import {
  isDocumentedState,
  type Azure,
  type OperationStatus,
  type PutOutcome,
} from "../connections/azure-connections.ts";
import { valueOf } from "../estate/read.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armOrigin, operationIn } from "./allowed-requests.ts";
import { asEnum, asName, at } from "./arm-json.ts";
import { connectionFrom } from "./connection-from.ts";
import { azureError, putFailure, retryAfterOf, unknownReason } from "./errors.ts";
import type { ConnectionId } from "./resource-id.ts";

const sendMs = 10_000;

/**
 * The only write of this app on Azure, and the status of its operation. The request is sent through the client's
 * pipeline instead of its method, which would poll without limit within one invocation.
 */
export function armWrites(clients: ArmClients): Pick<Azure, "setState" | "operation"> {
  const within = () => AbortSignal.timeout(sendMs);
  return {
    setState: async ({ id, armId }, status, description) => {
      const { send, apiVersion } = await clients.of(id.service.subscriptionId);
      // Without the id Azure refuses the body (recorded: ApproveOrRejectPrivateEndpointConnectionBadRequest).
      const body = { id: armId, properties: { privateLinkServiceConnectionState: { status, description } } };
      try {
        const response = await send(
          "PUT",
          `${armOrigin}${id.text}?api-version=${apiVersion}`,
          within(),
          body,
        );
        if (response.status < 300) return acceptedBy(response);
        return putFailure(errorOf(response), asyncOperation(bodyOf(response)).code.kind === "known");
      } catch (error) {
        return putFailure(error, false);
      }
    },
    operation: async (id, operation) => {
      const { send } = await clients.of(id.service.subscriptionId);
      // The address was stored in a row, where anyone who can write to the table could have replaced it.
      if (operationIn(`${armOrigin}${operation}`) === undefined)
        return { kind: "unknown", reason: "not-attempted" };
      try {
        return statusOf(id, await send("GET", `${armOrigin}${operation}`, within()));
      } catch (error) {
        return { kind: "unknown", reason: unknownReason(error) };
      }
    },
  };
}

/** A 202 names an operation. Any other status below 300 means that the change is complete. */
function acceptedBy({ status, headers }: PipelineResponse): PutOutcome {
  if (status !== 202) return { kind: "accepted" };
  const named = ["azure-asyncoperation", "location"].map((name) => operationIn(headers.get(name)));
  const operation = named.find((each) => each !== undefined);
  return {
    kind: "accepted",
    ...(operation === undefined ? {} : { operation }),
    ...waits({ headers }),
  };
}

/**
 * `Location` returns 202 until its operation has ended, and the resource afterwards. `Azure-AsyncOperation` returns 200
 * and a status (Azure's document "Track asynchronous Azure operations"). A 400 from ARM means that the operation
 * failed, unless the code says that the status request itself was wrong. An expired, forbidden or throttled status is
 * unknown.
 */
function statusOf(id: ConnectionId, response: PipelineResponse): OperationStatus {
  const { status } = response;
  if (status === 202) return { kind: "under-way", ...waits(response) };
  if (status === 204) return { kind: "succeeded" };
  if (status < 300) return endOf(id, response);
  const error = errorOf(response);
  const code = valueOf(asyncOperation(bodyOf(response)).code);
  if (status === 400 && code !== undefined && !aboutTheRequest.test(code))
    return { kind: "failed", code: azureError(error).code };
  return { kind: "unknown", reason: unknownReason(error), ...waits(response) };
}

/** ARM's codes for a wrong status request, which say nothing about the operation. */
const aboutTheRequest =
  /^(Invalid|Missing|NoRegistered|Unsupported)\w*(ApiVersion|Request|Uri|Header|Parameter)/i;

/** A status, or the connection in its new state. Nothing else shows that an operation has ended. */
function endOf(id: ConnectionId, response: PipelineResponse): OperationStatus {
  const body = bodyOf(response);
  const { status, code } = asyncOperation(body);
  if (status.kind === "unknown") {
    const made = connectionFrom(id, body);
    const isMade =
      made.kind === "known" && isDocumentedState(made.value.state) && made.value.state !== "Pending";
    return isMade ? { kind: "succeeded" } : { kind: "unknown", reason: "not-in-answer", ...waits(response) };
  }
  switch (status.value) {
    case "Succeeded":
      return { kind: "succeeded" };
    case "Failed":
    case "Canceled":
      return { kind: "failed", code: azureError({ code: valueOf(code) }).code };
    default:
      return { kind: "under-way", ...waits(response) };
  }
}

/** The shape of an SDK's error, for an answer that did not raise one. */
function errorOf(response: PipelineResponse): object {
  const { code } = asyncOperation(bodyOf(response));
  return { statusCode: response.status, code: valueOf(code), response };
}

/** The status of an operation, and ARM's error if it refuses. */
function asyncOperation(body: unknown) {
  return {
    status: at("status", asEnum("InProgress", "Succeeded", "Failed", "Canceled"))(body),
    code: at("error.code", asName)(body),
  };
}

function bodyOf({ bodyAsText }: PipelineResponse): unknown {
  try {
    return JSON.parse(String(bodyAsText));
  } catch (error) {
    // Not JSON, such as a gateway's page: only the status is known.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function waits({ headers }: Pick<PipelineResponse, "headers">): { readonly retryAfterMs?: number } {
  const retryAfterMs = retryAfterOf({ headers });
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
