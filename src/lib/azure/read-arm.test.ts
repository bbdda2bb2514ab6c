import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, it } from "vitest";
import { knownRead, unknownRead } from "../estate/read.ts";
import { readArm } from "./read-arm.ts";
import type { CallQuota } from "./call-quota.ts";
import { quotaPolicy } from "./wait-for-quota.ts";

const headers = { get: () => undefined };
const failure = (statusCode: number) =>
  Object.assign(new Error("no"), { name: "RestError", statusCode, code: "X" });

/** Reads a list of two pages, the second of which is answered by `next`. */
const readPages = (next: () => Promise<unknown>) =>
  readArm((ask) =>
    ask.list(({ onResponse }) => {
      let pages = 0;
      return Promise.resolve({
        next: async () => {
          if (pages++ > 0) await next();
          else onResponse({ status: 200, headers, bodyAsText: '{"value":[1],"nextLink":"https://next"}' });
          return { done: false, value: undefined };
        },
      });
    }),
  );

it("a list with a refused page is unknown, not the pages before it", async () => {
  expect(await readPages(() => Promise.reject(failure(403)))).toEqual(unknownRead("forbidden"));
});

it("a call without an answer is unknown for the reason of its failure", async () => {
  const read = readArm(async (ask) => knownRead(await ask.one(() => Promise.reject(failure(403)))));
  expect(await read).toEqual(unknownRead("forbidden"));
});

it("an answer without a body is unknown", async () => {
  const read = readArm(async (ask) =>
    knownRead(
      await ask.one(({ onResponse }) => {
        onResponse({ status: 404, headers, bodyAsText: null });
        return Promise.reject(failure(404));
      }),
    ),
  );
  expect((await read).kind).toBe("unknown");
});

it("a call that waited is not sent if Azure refused another one in the meantime", async () => {
  const pauses = [0, 5_000];
  const within: CallQuota = {
    take: () => Promise.resolve(),
    pause: () => undefined,
    pausedMs: () => pauses.shift() ?? 0,
  };
  const request = createPipelineRequest({ url: "https://management.azure.com/subscriptions/s/x" });
  const answer = await quotaPolicy(within, createHttpHeaders).sendRequest(request, () =>
    Promise.reject(new Error("it was sent")),
  );
  expect(answer.status).toBe(429);
  expect(answer.headers.get("retry-after")).toBe("5");
});
