import { beforeEach, describe, expect, it } from "vitest";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import { routesTo } from "../../src/lib/alerts/routes.ts";
import { sendSummary, summarySink } from "../../src/lib/alerts/sinks/summary.ts";
import { hourMs } from "../../src/lib/clock.ts";
import { deliveryFixture, breakerOpened, type DeliveryFixture } from "./delivery-fixture.ts";

let fixture: DeliveryFixture;
beforeEach(() => {
  fixture = deliveryFixture();
});

describe("a route", () => {
  const wanted = { types: ["Drawbridge.ConnectionHeld"], severities: ["critical"] } as const;
  const routes = routesTo([{ name: "teams", wanted }, { name: "webhook" }]);
  const of = (type: Alert["type"], data: Alert["data"] = {}) => routes({ type, data });

  it("always includes the log, and sinks that want the type or the severity", () => {
    expect(of("Drawbridge.ConnectionHeld")).toEqual(["log", "teams", "webhook"]);
    expect(of("Drawbridge.AddressDrifted")).toEqual(["log", "teams", "webhook"]);
    expect(of("Drawbridge.ConnectionApproved")).toEqual(["log", "webhook"]);
  });

  it("excludes the sink that is dead", () => {
    expect(of("Drawbridge.SinkDead", { sink: "teams" })).toEqual(["log", "webhook"]);
  });

  it("in observe mode is the summary, unless a person must decide", () => {
    expect(of("Drawbridge.ConnectionHeld", { mode: "observe", verdict: "approve" })).toEqual(["summary"]);
    expect(of("Drawbridge.ConnectionHeld", { mode: "observe", verdict: "hold" })).toContain("log");
    expect(of("Drawbridge.ConnectionHeld", { mode: "approve-only", verdict: "reject" })).toContain("log");
  });
});

describe("the summary in observe mode", () => {
  it("counts every decision, and shows some", async () => {
    const { appState, clock } = fixture.services;
    const sink = summarySink(appState, clock);
    for (let index = 0; index < 30; index++)
      await sink.send({ ...breakerOpened(`s${index}`), data: { verdict: "approve" } });
    fixture.now += hourMs;
    await sendSummary(appState, clock);
    const [summary] = await fixture.services.outbox.undelivered("app");
    expect(summary?.alert.data).toMatchObject({ counts: { approve: 30 }, examples: { length: 20 } });
  });

  it("is one alert an hour, and counts each decision once however often it is sent", async () => {
    const { appState, clock } = fixture.services;
    const sink = summarySink(appState, clock);
    const decision = (name: string, verdict: string): Alert => ({
      ...breakerOpened(name),
      data: { verdict },
    });
    for (const each of [
      decision("a", "approve"),
      decision("a", "approve"),
      decision("b", "reject"),
      decision("c", "approve"),
    ])
      await sink.send(each);
    await sendSummary(appState, clock);
    fixture.now += hourMs;
    await sendSummary(appState, clock);
    await sendSummary(appState, clock);
    const alerts = (await fixture.services.outbox.undelivered("app")).filter(
      ({ sink: name }) => name === "log",
    );
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.alert).toMatchObject({
      type: "Drawbridge.ObserveSummary",
      data: { counts: { approve: 2, reject: 1 }, reason: expect.stringContaining("approve 2, reject 1") },
    });
    await sink.send(decision("a", "approve"));
    fixture.now += 2 * hourMs;
    await sendSummary(appState, clock);
    expect(
      (await fixture.services.outbox.undelivered("app")).filter(({ sink: name }) => name === "log"),
    ).toHaveLength(1);
  });
});
