import { beforeEach, describe, expect, it } from "vitest";
import {
  listed,
  msAgo,
  serviceId,
  subscription,
  sweepFixture,
  type SweepFixture,
} from "../../../../test/connections/sweep/sweep-fixture.ts";
import { dayMs, hourMs, minuteMs } from "../../clock.ts";
import type { KnownService, SweepPass } from "./sweep-pass.ts";
import { selectDirectReads } from "./select-direct-reads.ts";

const soonMs = 15 * minuteMs;

let fixture: SweepFixture;
beforeEach(() => {
  fixture = sweepFixture();
});

type Known = Partial<Omit<KnownService, "shown">> & { readonly shown?: KnownService["shown"] | undefined };

/** The services that are due, in order, where these are known. */
async function dueOf(
  known: Readonly<Record<string, Known>>,
  changes: Partial<Pick<SweepPass, "revokingDecider" | "resumed">> = {},
): Promise<string[]> {
  const { digests } = fixture.services;
  await digests.add(Object.keys(known).map((name) => ({ id: serviceId(name), seen: "" })));
  const pass = { ...(await fixture.pass()), ...changes };
  pass.known.clear();
  for (const [name, { shown, ...digest }] of Object.entries(known))
    pass.known.set(digests.keyOf(serviceId(name)), {
      seen: "",
      ...digest,
      ...(shown === undefined ? {} : { shown }),
    });
  await selectDirectReads(pass);
  return namesIn(pass);
}

function namesIn({ due }: SweepPass): string[] {
  return [...due.keys()].map((text) => text.split("/").at(-1) ?? "");
}

/** This many services that the inventory shows completely, the first of which was read the longest ago. */
function complete(count: number, readMsAgo: (index: number) => number): Record<string, Known> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `s-${1_000 + index}`,
      { shown: "complete", readAt: msAgo(readMsAgo(index)) },
    ]),
  );
}

describe("a service is read again after 15 minutes", () => {
  const empty = true as const;
  it.each<[string, Known, Parameters<typeof dueOf>[1]?]>([
    ["that the inventory shows in part", { shown: "partial" }],
    ["that the inventory lacks", {}],
    ["that has null for connections that it had at its last read", { shown: "null" }],
    [
      "that has connections judged by another policy than the one that revokes",
      { shown: "complete" },
      judging(),
    ],
    [
      "that nobody judged yet where the policy revokes",
      { shown: "complete", judgedBy: undefined as never },
      judging(),
    ],
  ])("%s", async (_, known, changes) => {
    const at = (ms: number) => dueOf({ apim: { judgedBy: "before", ...known, readAt: msAgo(ms) } }, changes);
    expect(await at(soonMs)).toEqual(["apim"]);
    expect(await at(soonMs - 1)).toEqual([]);
  });

  function judging() {
    return { revokingDecider: "now" };
  }

  it.each<[string, Known, Parameters<typeof dueOf>[1]?]>([
    ["the inventory shows it completely", { shown: "complete" }],
    ["it had no connections, for which the inventory has null", { shown: "null", empty }],
    ["it is gone", { goneSince: msAgo(0) }],
    ["the sweep began at a later page than its own", {}, { resumed: true }],
    ["the policy that revokes judged its approvals", { shown: "complete", judgedBy: "now" }, judging()],
    ["it has no connections that the policy could judge", { shown: "complete", empty }, judging()],
    ["it is gone, whatever the policy is", { goneSince: msAgo(0) }, judging()],
  ])("unless %s", async (_, known, changes) => {
    const at = (ms: number) => dueOf({ apim: { ...known, readAt: msAgo(ms) } }, changes);
    expect(await at(20 * hourMs - 1)).toEqual([]);
    // It has its turn as any other.
    expect(await at(20 * hourMs)).toEqual(["apim"]);
  });

  it("that was shown in part, even if the sweep began at a later page", async () => {
    expect(await dueOf({ apim: { shown: "partial", readAt: msAgo(soonMs) } }, { resumed: true })).toEqual([
      "apim",
    ]);
  });
});

describe("the rotation", () => {
  it("reads a share that is through within 20 hours, those first that were read the longest ago", async () => {
    const two = 2 * ((20 * 60) / 5);
    expect(await dueOf(complete(two, (index) => (21 + index) * hourMs))).toEqual(["s-1479", "s-1478"]);
    expect(await dueOf(complete(two + 1, (index) => (21 + index) * hourMs))).toHaveLength(3);
  });

  it("reads what was never read first, and equally old services in their order", async () => {
    const known = complete(5 * ((20 * 60) / 5), () => hourMs);
    const old = { shown: "complete" as const, readAt: msAgo(30 * hourMs) };
    const older = { shown: "complete" as const, readAt: msAgo(31 * hourMs) };
    const never = { shown: "complete" as const };
    expect(await dueOf({ ...known, a: old, b: never, c: older, d: never, e: older, f: old })).toEqual([
      "b",
      "d",
      "c",
      "e",
      "a",
      "f",
    ]);
  });

  it("begins again early enough that the last service has its turn within a day", async () => {
    // With one read a sweep, 240 services take 20 hours.
    const known = (ms: number) => complete((20 * 60) / 5, (index) => (index === 7 ? ms : 0));
    expect(await dueOf(known(4 * hourMs))).toEqual(["s-1007"]);
    expect(await dueOf(known(4 * hourMs - 1))).toEqual([]);
  });

  it("gives way to what is read soon", async () => {
    const partial = { shown: "partial" as const };
    const others = complete(2 * ((20 * 60) / 5) - 1, () => 30 * hourMs);
    expect(await dueOf({ ...others, soon: partial })).toEqual(["soon", "s-1000"]);
    expect(await dueOf({ ...others, soon: partial, sooner: partial, soonest: partial })).toEqual([
      "soon",
      "sooner",
      "soonest",
    ]);
  });

  it("reads 500 services soon at most", async () => {
    const many = Array.from({ length: 501 }, (_, index) => [`s-${index}`, { shown: "partial" as const }]);
    expect(await dueOf(Object.fromEntries(many) as Record<string, Known>)).toHaveLength(500);
  });

  it("leaves out a service whose digest is gone meanwhile", async () => {
    const pass = await fixture.pass();
    pass.known.set(fixture.services.digests.keyOf(serviceId("forgotten")), { seen: "" });
    await selectDirectReads(pass);
    expect([...pass.due]).toEqual([]);
  });
});

describe("the services of a subscription that the inventory lacks", () => {
  const listedDayAgo = { listedUntil: msAgo(dayMs) };

  it("are due, and known from then on", async () => {
    fixture.estate.bySubscription.set(subscription, [listed("apim"), listed("other")]);
    await fixture.services.digests.add([{ id: serviceId("apim"), seen: "" }]);
    const pass = await fixture.pass(listedDayAgo);
    pass.known.set(fixture.services.digests.keyOf(serviceId("apim")), {
      seen: "",
      shown: "complete",
      readAt: msAgo(0),
    });
    await selectDirectReads(pass);
    expect(namesIn(pass)).toEqual(["other"]);
    expect(await fixture.services.digests.all()).toEqual(
      new Map(
        ["apim", "other"].map((name) => [fixture.services.digests.keyOf(serviceId(name)), { seen: "" }]),
      ),
    );
    expect(pass.run.listedUntil).toBe(msAgo(0));
  });

  it("are reported as unread where they cannot be listed", async () => {
    const pass = await fixture.pass(listedDayAgo);
    await selectDirectReads(pass);
    expect([...pass.unread]).toEqual([subscription]);
  });
});
