import { afterAll, beforeAll, expect, it } from "vitest";
import { startApp } from "../../local/app.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { startStage, subscribeApp, type Stage } from "../../local/stage.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, putsOn, serviceNamed } from "./watching.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "*/2 * * * * *" } });
});
afterAll(() => stage.stop());

/** The lease of a dead process must run out before another may act: a minute of real time. */
const leaseTimeoutMs = 140_000;

it(
  "a process that ends between the decision and the PUT leaves a connection that is applied once",
  { timeout: 240_000 },
  async () => {
    const { id: serviceId } = serviceNamed(stage, "apim-orders");
    // Azure does not answer the look before the PUT, so that the process can be ended just there.
    stage.simulator.faults.add({
      method: "GET",
      path: "/privateendpointconnections/",
      after: 1,
      times: 1_000,
      does: { kind: "hang" },
    });
    const request = {
      token: "requester",
      subscriptionId: subscriptions.landingZone,
      name: "pe-crash",
      serviceId,
    };
    const id = await makeEndpoint(stage.simulator, request);
    await eventually(async () => expect(await phaseOf(stage, id)).toBe("Decided"));
    await stage.app.end("SIGKILL");
    expect(putsOn(stage, id)).toBe(0);

    stage.simulator.faults.clear();
    const again = await startApp({
      settings: stage.settings,
      port: 0,
      masterKey: stage.masterKey,
      functionKey: stage.functionKey,
    });
    await subscribeApp(stage.simulator, again.url);
    const call = (path: string) =>
      fetch(again.url + path, { headers: { "x-functions-key": stage.functionKey } });
    try {
      await eventually(async () => expect(await phaseOf({ call }, id)).toBe("Applied"), leaseTimeoutMs);
      expect(putsOn(stage, id)).toBe(1);
      const { decisions } = (await (await call("/api/decisions")).json()) as {
        decisions: { kind: string }[];
      };
      expect(decisions.map(({ kind }) => kind)).toEqual(["decision", "outcome"]);
    } finally {
      await again.end();
    }
  },
);
