import type { Read } from "../estate/read.ts";
import type { FoundSubscriptions } from "../estate/subscription.ts";
import { describe, expect, it } from "vitest";

import { recentSubscriptions } from "./recent-subscriptions.ts";

type Answer = Read<FoundSubscriptions>;

function start(answers: Answer[]) {
  let ms = 0;
  const asked: (readonly string[] | "all")[] = [];
  const subscriptions = recentSubscriptions(
    (ids) => {
      asked.push(ids);
      return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] as Answer);
    },
    { now: () => new Date(ms) },
  );
  return { subscriptions, asked, pass: (more: number) => (ms += more) };
}

const known = (...ids: string[]): Answer => ({
  kind: "known",
  value: { byId: new Map(ids.map((id) => [id, { name: id, managementGroups: [] }])) },
});
const failed: Answer = { kind: "unknown", reason: "failed" };

describe("subscriptions that were read recently", () => {
  it("are read once for all callers within five minutes, with the time of the read", async () => {
    const { subscriptions, asked, pass } = start([known("a")]);
    await Promise.all([subscriptions(["a"]), subscriptions("all"), subscriptions(["a"])]);
    pass(299_000);
    expect(await subscriptions(["a"])).toMatchObject({ value: { at: new Date(0) } });
    expect(asked).toEqual(["all"]);
    pass(1_000);
    expect(await subscriptions(["a"])).toMatchObject({ value: { at: new Date(300_000) } });
    expect(asked).toEqual(["all", "all"]);
  });

  it("are read again for a missing one, but not for every caller", async () => {
    const { subscriptions, asked, pass } = start([known("a"), known("a", "b")]);
    await subscriptions(["b"]);
    expect(asked).toHaveLength(1);
    pass(10_000);
    const read = await subscriptions(["b"]);
    expect(read.kind === "known" && read.value.byId.has("b")).toBe(true);
    for (let times = 0; times < 20; times++) await subscriptions(["nobody"]);
    expect(asked).toHaveLength(2);
  });

  it("are not cached if they could not be read", async () => {
    const { subscriptions } = start([failed, known("a")]);
    expect(await subscriptions(["a"])).toEqual(failed);
    expect(await subscriptions(["a"])).toMatchObject({ kind: "known" });
  });

  it("are read now, and only those named, on request", async () => {
    const { subscriptions, asked } = start([known("a")]);
    await subscriptions(["a"]);
    await subscriptions(["a"], "fresh");
    expect(asked).toEqual(["all", ["a"]]);
  });
});
