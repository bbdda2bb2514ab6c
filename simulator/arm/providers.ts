import { handleApiManagement } from "../api-management/api-management.ts";
import { handleSystemTopics } from "../event-grid/system-topics.ts";
import { handleNetwork } from "../network/network.ts";
import type { ResourceProvider } from "./request.ts";

/** The simulated resource providers, by lower-cased namespace. */
export const providers: ReadonlyMap<string, ResourceProvider> = new Map([
  ["microsoft.apimanagement", handleApiManagement],
  ["microsoft.eventgrid", handleSystemTopics],
  ["microsoft.network", handleNetwork],
]);
