import { afterAll, beforeAll, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, serviceNamed } from "./inspect.ts";

/** The app against an Azure of which every fifth response is unexpected: nothing throws, and no facts are assumed. */
const answersWanted = 200;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    settings: { DRAWBRIDGE_SWEEP_SCHEDULE: "*/2 * * * * *", DRAWBRIDGE_ADDRESS_SCHEDULE: "*/3 * * * * *" },
    simulator: { untidy: { seed: 14 } },
  });
});
afterAll(() => stack.stop());

const answered = () =>
  stack.simulator.seen.filter(({ principal, status }) => principal === "simulated" && status !== undefined);
const endpointsIn = (subscriptionId: string) =>
  [...stack.simulator.world.services.values()]
    .flatMap(({ connections }) => [...connections.values()])
    .filter(({ endpointId }) => endpointId.includes(subscriptionId));

it("only approves what the policy approves, and loses no message", { timeout: 200_000 }, async () => {
  const askers = [
    ["requester", subscriptions.landingZone],
    ["requester", subscriptions.sandbox],
    ["requester", subscriptions.newTeam],
    ["partner", subscriptions.partner],
  ] as const;
  for (const service of ["apim-orders", "apim-payments"])
    for (const [token, subscriptionId] of askers)
      for (const number of [1, 2])
        await makeEndpoint(stack.simulator, {
          token,
          subscriptionId,
          name: `pe-${service}-${number}-${subscriptionId.slice(0, 4)}`,
          serviceId: serviceNamed(stack, service).id,
        });
  await eventually(() => {
    expect(answered().length).toBeGreaterThan(answersWanted);
    // Some responses were errors.
    expect(answered().filter(({ status = 0 }) => status >= 500).length).toBeGreaterThan(5);
    return Promise.resolve();
  }, 120_000);

  await eventually(() => {
    expect(endpointsIn(subscriptions.landingZone).map(({ status }) => status)).toContain("Approved");
    return Promise.resolve();
  }, 60_000);
  // Blocked, foreign and unreadable requesters are never approved, and allowed ones are never rejected.
  for (const subscription of [subscriptions.sandbox, subscriptions.newTeam, subscriptions.partner])
    expect(endpointsIn(subscription).map(({ status }) => status)).not.toContain("Approved");
  for (const subscription of [subscriptions.landingZone, subscriptions.newTeam, subscriptions.partner])
    expect(endpointsIn(subscription).map(({ status }) => status)).not.toContain("Rejected");
  // Neither the app nor the host had an unexpected error.
  expect(stack.app.process.exitCode).toBeNull();
  expect(stack.app.lines.filter((line) => /the queue gave up|TypeError|attempt \d of \d/.test(line))).toEqual(
    [],
  );
  expect((await fetch(`${stack.app.url}/api/health`)).status).toBe(200);
});
