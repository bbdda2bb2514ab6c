import { describe, expect, it } from "vitest";
import { knownRead } from "../estate/read.ts";
import { readArm, type AskOptions } from "./read-arm.ts";
import { read } from "./retries.ts";

interface Answered {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
}

const armText = (code: string) => JSON.stringify({ error: { code } });
const value: Answered = { status: 200, text: '"value"' };

/** A sequence of ARM's answers, from an SDK that reports only that it failed. */
function meeting(...answers: readonly Answered[]) {
  let calls = 0;
  const call = ({ onResponse }: AskOptions): Promise<unknown> => {
    const { status, headers = {}, text = "" } = answers[Math.min(calls++, answers.length - 1)] ?? value;
    onResponse({ status, headers: { get: (name) => headers[name] }, bodyAsText: text });
    return status < 400
      ? Promise.resolve({})
      : Promise.reject(new TypeError("Cannot read properties of undefined"));
  };
  const met = () => readArm(async (ask) => knownRead(await ask.one(call)), 10_000);
  return { met, calls: () => calls };
}

describe("reading", () => {
  it.each<readonly [string, readonly Answered[], number]>([
    ["what passes at the second try", [{ status: 500 }, value], 2],
    ["what passes at the third", [{ status: 503 }, { status: 500 }, value], 3],
    ["after the moment that Azure asks for", [{ status: 429, headers: { "retry-after": "1" } }, value], 2],
    [
      "after the moment that Resource Graph's quota starts again",
      [{ status: 429, headers: { "x-ms-user-quota-resets-after": "00:00:01" } }, value],
      2,
    ],
  ])("tries again: %s", async (_, answers, calls) => {
    const fixture = meeting(...answers);
    expect(await fixture.met()).toEqual({ kind: "known", value: "value" });
    expect(fixture.calls()).toBe(calls);
  });

  it.each<readonly [string, readonly Answered[], string, number]>([
    ["what does not pass in three", [{ status: 500 }], "failed", 3],
    ["what stays as it is", [{ status: 403, text: armText("AuthorizationFailed") }, value], "forbidden", 1],
    ["what is not there", [{ status: 404, text: armText("ResourceNotFound") }, value], "not-found", 1],
    ["what is no JSON", [{ status: 200, text: "<html>" }, value], "malformed", 1],
    ["what is empty", [{ status: 204 }, value], "empty-answer", 1],
    [
      "a Retry-After that is longer than a review can wait",
      [{ status: 429, headers: { "retry-after": "3600" } }, value],
      "throttled",
      1,
    ],
    [
      "a quota that starts again later than that",
      [{ status: 429, headers: { "x-ms-user-quota-resets-after": "00:01:05" } }, value],
      "throttled",
      1,
    ],
  ])("gives up: %s", async (_, answers, reason, calls) => {
    const fixture = meeting(...answers);
    expect(await fixture.met()).toEqual({ kind: "unknown", reason });
    expect(fixture.calls()).toBe(calls);
  });

  it("ends at its time limit, even with attempts left", async () => {
    const hanging = (abortSignal: AbortSignal) =>
      new Promise<string>((_, failed) => {
        abortSignal.addEventListener("abort", () =>
          failed(Object.assign(new Error("late"), { name: "AbortError" })),
        );
      });
    expect(await read(hanging, 50)).toEqual({ kind: "unknown", reason: "timed-out" });
  });

  it("uses the raw answer if the SDK throws on it", async () => {
    const stumbling = ({ onResponse }: AskOptions): Promise<unknown> => {
      onResponse({ status: 200, headers: { get: () => undefined }, bodyAsText: '{"list":[null]}' });
      return Promise.reject(new TypeError("Cannot read properties of null"));
    };
    expect(await readArm(async (ask) => knownRead(await ask.one(stumbling)))).toEqual({
      kind: "known",
      value: { list: [null] },
    });
  });

  it("rethrows a bug of ours, before and after an answer", async () => {
    const bug = new TypeError("Cannot read properties of undefined");
    await expect(readArm((ask) => ask.one(() => Promise.reject(bug)).then(knownRead))).rejects.toThrow(
      TypeError,
    );
    await expect(
      readArm(async (ask) => {
        await ask.one(({ onResponse }) => {
          onResponse({ status: 200, headers: { get: () => undefined }, bodyAsText: "{}" });
          return Promise.resolve({});
        });
        throw bug;
      }),
    ).rejects.toThrow(TypeError);
  });
});

describe("a list", () => {
  const paged = (...bodies: readonly unknown[]) =>
    readArm((ask) =>
      ask.list(({ onResponse }) => {
        const left = bodies.map((body) => JSON.stringify(body));
        return Promise.resolve({
          next: () => {
            const bodyAsText = left.shift();
            if (bodyAsText === undefined) return Promise.resolve({ done: true as const, value: undefined });
            onResponse({ status: 200, headers: { get: () => undefined }, bodyAsText });
            return Promise.resolve({ done: false as const, value: [] });
          },
        });
      }),
    );

  it("has the members of all of its pages, of any type", async () => {
    const found = await paged(
      { value: [1, null], nextLink: "https://next" },
      { value: [{}], nextLink: null },
    );
    expect(found).toEqual({ kind: "known", value: [1, null, {}] });
  });

  it.each([
    ["has no members", { value: null }, "not-in-answer"],
    ["has something else for them", { value: {} }, "malformed"],
    ["names a next page that was not followed", { value: [], nextLink: "https://next" }, "incomplete-list"],
    ["names a next page that is none", { value: [], nextLink: 7 }, "incomplete-list"],
  ])("that %s is unknown", async (_, body, reason) => {
    expect(await paged(body)).toEqual({ kind: "unknown", reason });
  });
});
