import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { expect, it } from "vitest";
import { knownRead, unknownRead } from "../estate/read.ts";
import { readArm } from "./ask.ts";
import type { Budget } from "./budget.ts";
import { budgeted } from "./budgeted.ts";

const headers = { get: () => undefined };
const failure = (statusCode: number) =>
  Object.assign(new Error("no"), { name: "RestError", statusCode, code: "X" });

/** Reads a list whose first page names another, at which `next` is what happens. */
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

it("a list of which a page is refused is not taken for the pages before it", async () => {
  expect(await readPages(() => Promise.reject(failure(403)))).toEqual(unknownRead("forbidden"));
});

it("a call that fails before an answer came is told by its failure", async () => {
  const read = readArm(async (ask) => knownRead(await ask.one(() => Promise.reject(failure(403)))));
  expect(await read).toEqual(unknownRead("forbidden"));
});

it("an answer without a body says nothing", async () => {
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

it("what waited for its turn is not sent where Azure refused another in the meantime", async () => {
  const pauses = [0, 5_000];
  const within: Budget = {
    take: () => Promise.resolve(),
    pause: () => undefined,
    pausedMs: () => pauses.shift() ?? 0,
  };
  const request = createPipelineRequest({ url: "https://management.azure.com/subscriptions/s/x" });
  const answer = await budgeted(within, createHttpHeaders).sendRequest(request, () =>
    Promise.reject(new Error("it was sent")),
  );
  expect(answer.status).toBe(429);
  expect(answer.headers.get("retry-after")).toBe("5");
});
