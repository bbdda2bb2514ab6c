import type { PipelineResponse } from "@azure/core-rest-pipeline";
import {
  isDocumentedState,
  type Azure,
  type OperationStatus,
  type PutOutcome,
} from "../connections/azure.ts";
import { valueOf } from "../estate/read.ts";
import type { ArmClients } from "./arm-clients.ts";
import { isOperationAddress } from "./allowed-requests.ts";
import { asEnum, asName, at } from "./arm-json.ts";
import { connectionFrom } from "./connection-from.ts";
import { azureError, putFailure, retryAfterOf, unknownReason } from "./errors.ts";
import type { ConnectionId } from "./resource-id.ts";

const arm = "https://management.azure.com";
const sendMs = 10_000;

/**
 * The one thing that this app changes on Azure, and a look at what became of it. Sent by the client's own pipeline rather than
 * by its method, which would poll by itself, for ever, and inside of one invocation.
 */
export function armWrites(clients: ArmClients): Pick<Azure, "setState" | "operation"> {
  const within = () => AbortSignal.timeout(sendMs);
  return {
    setState: async ({ id, armId }, status, description) => {
      const { send, apiVersion } = await clients.of(id.service.subscriptionId);
      // Without the id Azure refuses the body (recorded: ApproveOrRejectPrivateEndpointConnectionBadRequest).
      const body = { id: armId, properties: { privateLinkServiceConnectionState: { status, description } } };
      try {
        const response = await send("PUT", `${arm}${id.text}?api-version=${apiVersion}`, within(), body);
        if (response.status < 300) return acceptedBy(response);
        return putFailure(errorOf(response), asyncOperation(bodyOf(response)).code.kind === "known");
      } catch (error) {
        return putFailure(error, false);
      }
    },
    operation: async (id, operation) => {
      const { send } = await clients.of(id.service.subscriptionId);
      // It was kept in a row, where anybody who can write to the table could have put another address.
      if (operationIn(`${arm}${operation}`) === undefined)
        return { kind: "unknown", reason: "not-attempted" };
      try {
        return statusOf(id, await send("GET", `${arm}${operation}`, within()));
      } catch (error) {
        return { kind: "unknown", reason: unknownReason(error) };
      }
    },
  };
}

/** 202 names an operation, and everything else below 300 says that it is done. */
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

/** Kept as path and query: an address that is not ARM's, or that this app has no business with, is never followed (I13). */
function operationIn(address: string | undefined): string | undefined {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  return url.origin === arm && isOperationAddress(url) ? `${url.pathname}${url.search}` : undefined;
}

/**
 * `Location` is answered with 202 until its operation is over and with what was made afterwards, `Azure-AsyncOperation` with 200
 * and a status (Azure's document "Track asynchronous Azure operations"). A bad request, as it turned out, has failed, where ARM
 * says so itself and does not mean our question; what it does not know any more, would not say, or is too busy to say, is unknown.
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

/** Codes of ARM's own that say that the question was wrong, and nothing of the operation. */
const aboutTheRequest =
  /^(Invalid|Missing|NoRegistered|Unsupported)\w*(ApiVersion|Request|Uri|Header|Parameter)/i;

/** A status, or the connection in its new state: nothing else says that an operation is over. */
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

/** The shape of an SDK's error, of an answer that came without one. */
function errorOf(response: PipelineResponse): object {
  const { code } = asyncOperation(bodyOf(response));
  return { statusCode: response.status, code: valueOf(code), response };
}

/** What an operation says of itself, and what ARM says where it refuses. */
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
    // A gateway's page, or nothing: it says no more than its status.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function waits({ headers }: Pick<PipelineResponse, "headers">): { readonly retryAfterMs?: number } {
  const retryAfterMs = retryAfterOf({ headers });
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}
