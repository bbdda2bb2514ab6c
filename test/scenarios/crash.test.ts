import { afterAll, beforeAll, expect, it } from "vitest";
import { startApp } from "../../local/app.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, subscribeApp, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, putsOn, serviceNamed } from "./inspect.ts";

let stack: Stack;
beforeAll(async () => {
  // No sweep runs in the process that is killed: it would leave the lease of sweeps behind, too, for three minutes.
  stack = await startStack({ settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "0 0 0 1 1 *" } });
});
afterAll(() => stack.stop());

/** The lease of a dead process must expire before another process may act: a minute and a half of real time. */
const leaseTimeoutMs = 140_000;

it(
  "a connection is applied once if the process ends between the decision and the PUT",
  { timeout: 240_000 },
  async () => {
    const { id: serviceId } = serviceNamed(stack, "apim-orders");
    // Azure does not respond to the read before the PUT, so that the process can be killed there.
    stack.simulator.faults.add({
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
    const id = await makeEndpoint(stack.simulator, request);
    await eventually(async () => expect(await phaseOf(stack, id)).toBe("Decided"));
    await stack.app.end("SIGKILL");
    expect(putsOn(stack, id)).toBe(0);

    stack.simulator.faults.clear();
    const again = await startApp({
      settings: { ...stack.settings, DRAWBRIDGE_SWEEP_SCHEDULE: "*/10 * * * * *" },
      port: 0,
      masterKey: stack.masterKey,
      functionKey: stack.functionKey,
    });
    await subscribeApp(stack.simulator, again.url);
    const call = (path: string) =>
      fetch(again.url + path, { headers: { "x-functions-key": stack.functionKey } });
    try {
      await eventually(
        async () => expect(await phaseOf({ call }, id)).toBe("Applied"),
        leaseTimeoutMs,
        1_000,
      );
      expect(putsOn(stack, id)).toBe(1);
      const { decisions } = (await (await call("/api/decisions")).json()) as {
        decisions: { kind: string }[];
      };
      expect(decisions.map(({ kind }) => kind)).toEqual(["outcome", "decision"]);
    } finally {
      await again.end();
    }
  },
);
