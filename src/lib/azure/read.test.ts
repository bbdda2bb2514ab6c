import { describe, expect, it } from "vitest";
import { read, type ReadOptions } from "./read.ts";

/** A reader that meets these answers one after the other: a status to fail with, or a value. */
function meeting(
  ...answers: readonly (number | string | { readonly status: number; readonly retryAfter: string })[]
) {
  let calls = 0;
  const reader = ({ onResponse }: ReadOptions): Promise<string> => {
    const answer = answers[Math.min(calls++, answers.length - 1)] ?? "";
    if (typeof answer === "string") return Promise.resolve(answer);
    const [status, retryAfter] = typeof answer === "number" ? [answer] : [answer.status, answer.retryAfter];
    onResponse({ status, headers: { get: (name) => (name === "retry-after" ? retryAfter : undefined) } });
    return Promise.reject(Object.assign(new Error("no"), { name: "RestError", statusCode: status }));
  };
  return { reader, calls: () => calls };
}

const throttled = (retryAfter: string) => ({ status: 429, retryAfter });

describe("reading", () => {
  it.each([
    ["what passes at the second try", [500, "value"], 2],
    ["what passes at the third", [503, 500, "value"], 3],
    ["after the moment that Azure asks for", [throttled("1"), "value"], 2],
  ] as const)("tries again: %s", async (_, answers, calls) => {
    const met = meeting(...answers);
    expect(await read(met.reader, 10_000)).toEqual({ kind: "known", value: "value" });
    expect(met.calls()).toBe(calls);
  });

  it.each([
    ["what does not pass in three", [500], "failed", 3],
    ["what stays as it is", [403, "value"], "forbidden", 1],
    ["what is not there", [404, "value"], "not-found", 1],
    ["a Retry-After that is longer than a review can wait", [throttled("3600"), "value"], "throttled", 1],
  ] as const)("gives up: %s", async (_, answers, reason, calls) => {
    const met = meeting(...answers);
    expect(await read(met.reader, 10_000)).toEqual({ kind: "unknown", reason });
    expect(met.calls()).toBe(calls);
  });

  it("ends with its time, however often it could try", async () => {
    const hanging = ({ abortSignal }: ReadOptions) =>
      new Promise<string>((_, failed) => {
        abortSignal.addEventListener("abort", () =>
          failed(Object.assign(new Error("late"), { name: "AbortError" })),
        );
      });
    expect(await read(hanging, 50)).toEqual({ kind: "unknown", reason: "timed-out" });
  });

  it("knows an error by its status, where the SDK stumbles over its body", async () => {
    const stumbling = ({ onResponse }: ReadOptions): Promise<string> => {
      onResponse({ status: 403, headers: { get: () => undefined } });
      return Promise.reject(new TypeError("Cannot read properties of undefined"));
    };
    expect(await read(stumbling, 1_000)).toEqual({ kind: "unknown", reason: "forbidden" });
  });

  it("lets a bug of ours through, whatever Azure answered", async () => {
    const buggy = ({ onResponse }: ReadOptions): Promise<string> => {
      onResponse({ status: 200, headers: { get: () => undefined } });
      return Promise.reject(new TypeError("Cannot read properties of undefined"));
    };
    await expect(read(buggy, 1_000)).rejects.toThrow(TypeError);
  });
});
