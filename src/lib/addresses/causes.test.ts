import { describe, expect, it } from "vitest";
import { causesOf, type CauseContext } from "./causes.ts";
import type { ContextChange } from "./model/cause-evidence.ts";

const here = [{ kind: "public", location: "westeurope" }] as const;
const zones = (location: string): ContextChange => ({
  aspect: "zones",
  location,
  before: "none",
  after: "1, 2",
  at: "2026-11-24T08:00:00.000Z",
});
const around = (more: Partial<CauseContext>): CauseContext => ({
  of: "service",
  contextChanges: [],
  before: {},
  now: {},
  ...more,
});
const of = (cause: string, given: CauseContext) => causesOf(here, given).find((each) => each.cause === cause);

describe("the causes of a drift", () => {
  it("are ranked by changes in the location that drifted, not by changes elsewhere", () => {
    expect(causesOf(here, around({ contextChanges: [zones("westeurope")] }))[0]).toMatchObject({
      cause: "availability zones changed",
      likelihood: "likely",
      for: [expect.stringContaining("availability zones in westeurope: none became 1, 2")],
    });
    expect(causesOf(here, around({ contextChanges: [zones("eastus")] }))[0]?.cause).toBe("unknown");
  });

  it("are unlikely if their evidence did not change, and possible if it could not be observed", () => {
    const same = { "zones westeurope": "none" };
    expect(of("availability zones changed", around({ before: same, now: same }))).toMatchObject({
      likelihood: "unlikely",
      against: ["availability zones in westeurope: none, as before"],
    });
    expect(of("availability zones changed", around({ now: same }))?.likelihood).toBe("possible");
    expect(of("availability zones changed", around({}))?.likelihood).toBe("possible");
  });

  it.each([
    ["region vacated and reinstated", "region"],
    ["subscription suspended and reinstated", "subscription"],
  ])("are unlikely if they would have been seen while they lasted: %s", (cause, name) => {
    expect(of(cause, around({}))).toMatchObject({
      likelihood: "unlikely",
      against: [`no such change was observed (${name})`],
    });
  });

  it("are unlikely if all that would tell of them is as it was: a service that was re-created", () => {
    const same = { created: "2020" };
    expect(of("service re-created", around({ before: same, now: same }))).toMatchObject({
      likelihood: "unlikely",
      against: ["time of creation: 2020, as before", "no such change was observed (the service)"],
    });
  });

  it("are likely if one way of observing them tells so, whatever another one says", () => {
    const same = { created: "2020" };
    const shift: ContextChange = {
      aspect: "existence",
      before: "gone",
      after: "there",
      at: "2026-11-24T08:00:00.000Z",
    };
    expect(
      of("service re-created", around({ before: same, now: same, contextChanges: [shift] })),
    ).toMatchObject({
      likelihood: "likely",
      against: [],
    });
  });

  it("come with the most likely first, and what changed in the whole service without a place", () => {
    const { location: _, ...shift } = zones("westeurope");
    const same = { sku: "Premium", "zones westeurope": "none" };
    const causes = causesOf(
      here,
      around({ before: same, now: same, contextChanges: [{ ...shift, aspect: "created" }] }),
    );
    const order = ["likely", "possible", "unlikely"];
    const places = causes.map(({ likelihood }) => order.indexOf(likelihood));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(3);
    expect(causes[0]).toEqual({
      cause: "service re-created",
      likelihood: "likely",
      for: [expect.stringMatching(/^time of creation: none became 1, 2, observed at/)],
      against: [],
    });
  });

  it("explain only the kinds of addresses that they change", () => {
    const shift: ContextChange = {
      aspect: "hostnames",
      before: "a",
      after: "b",
      at: "2026-11-24T08:00:00.000Z",
    };
    expect(of("hostname updated", around({ contextChanges: [shift] }))).toBeUndefined();
    const inside = [{ kind: "private", location: "westeurope" }] as const;
    expect(causesOf(inside, around({ contextChanges: [shift] }))[0]?.cause).toBe("hostname updated");
  });

  it("put first the cause that implies the others", () => {
    const shift = (aspect: ContextChange["aspect"], location?: string): ContextChange => ({
      ...zones("westeurope"),
      aspect,
      ...(location === undefined ? {} : { location }),
    });
    const contextChanges = [shift("public-ip", "westeurope"), zones("westeurope"), shift("created")];
    expect(
      causesOf(here, around({ contextChanges }))
        .map(({ cause }) => cause)
        .slice(0, 3),
    ).toEqual(["service re-created", "availability zones changed", "another public IP resource"]);
  });

  it("exclude those of a public IP resource for a service without one", () => {
    expect(of("public IP resource re-created", around({}))).toBeUndefined();
    const now = { "public-ip westeurope": "/subscriptions/x/pip" };
    expect(of("public IP resource re-created", around({ now }))?.likelihood).toBe("possible");
    expect(causesOf(here, around({ of: "public-ip" })).map(({ cause }) => cause)).not.toContain(
      "subnet moved",
    );
  });
});
