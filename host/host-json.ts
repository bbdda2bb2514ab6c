import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { QueueSettings } from "./queue.ts";

export interface HostJson {
  readonly routePrefix: string;
  readonly queues: QueueSettings;
}

/** Reads host.json, with the defaults of the Functions host. */
export function readHostJson(app: string): HostJson {
  const { extensions = {} } = JSON.parse(readFileSync(join(app, "host.json"), "utf8")) as {
    extensions?: { http?: { routePrefix?: string }; queues?: Record<string, unknown> };
  };
  const { batchSize = 16, maxDequeueCount = 5, visibilityTimeout = "00:00:00" } = extensions.queues ?? {};
  const [hours = 0, minutes = 0, seconds = 0] = String(visibilityTimeout).split(":").map(Number);
  return {
    routePrefix: extensions.http?.routePrefix ?? "api",
    queues: {
      batchSize: Number(batchSize),
      maxDequeueCount: Number(maxDequeueCount),
      visibilityTimeoutMs: ((hours * 60 + minutes) * 60 + seconds) * 1000,
    },
  };
}
