import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { networkClient } from "../../local/requester.ts";
import { errorCodeOf, startRawArmClient, type RawArmClient } from "../../test/raw-arm-client.ts";
import { minuteMs } from "../clock.ts";
import { subscriptions } from "../estate/estate.ts";
import type { SimulatorOptions } from "../server.ts";

/** Compares the simulator with recordings of Azure's own clients, over plain HTTP. */
let azure: RawArmClient;
beforeEach(async () => {
  azure = await startRawArmClient();
});
afterEach(() => azure.simulator.stop());

async function restart(options: SimulatorOptions): Promise<void> {
  await azure.simulator.stop();
  azure = await startRawArmClient(options);
}

const deleteEndpoint = (name: string) =>
  networkClient(azure.simulator, "requester", subscriptions.landingZone).privateEndpoints.delete(
    "rg-app",
    name,
  );

describe("an approval", () => {
  it("requires the connection's id in the body, as Azure writes it", async () => {
    const id = await azure.ask("pe-1");
    const properties = { privateLinkServiceConnectionState: { status: "Approved" } };
    for (const sent of [undefined, null, `${id}x`, id.toUpperCase()]) {
      const answer = await azure.arm("PUT", id, { ...(sent === undefined ? {} : { id: sent }), properties });
      expect([answer.status, errorCodeOf(answer)]).toEqual([
        400,
        "ApproveOrRejectPrivateEndpointConnectionBadRequest",
      ]);
    }
    expect((await azure.arm("PUT", id, { id, properties })).status).toBe(202);
  });

  it("returns 202 with the requested state, and a polling address below the connection", async () => {
    const id = await azure.ask("pe-1");
    const { status, body, headers } = await azure.put(id, "Approved", null);
    const shown = { status: "Approved", description: null, actionsRequired: null };
    expect([status, body]).toEqual([202, { id, properties: { privateLinkServiceConnectionState: shown } }]);
    expect(headers.get("retry-after")).toBe("60");
    const location = headers.get("location") ?? "";
    const address = new RegExp(
      `^https://management.azure.com${id}/operationresults/[A-Za-z0-9+]+=*\\?api-version=2024-05-01&t=\\d{18}&c=`,
    );
    expect(location).toMatch(address);
    expect(location.length).toBeGreaterThan(2_500);

    const running = await azure.arm("GET", location);
    expect([running.status, running.text]).toEqual([202, ""]);
    expect(running.headers.get("retry-after")).toBe("60");
    expect(running.headers.get("location")).toMatch(address);
    azure.simulator.advance(3 * minuteMs);
    const over = await azure.arm("GET", location);
    expect(over.status).toBe(200);
    expect(over.body).toEqual((await azure.arm("GET", id)).body);
    expect(over.body).toMatchObject({
      properties: { privateLinkServiceConnectionState: { status: "Approved", description: "" } },
    });
  });

  it("takes as long as recorded: the old state, then Updating, then the new state, and last the service's state", async () => {
    const id = await azure.ask("pe-1");
    await azure.put(id, "Approved");
    expect([await azure.stateOf(id), azure.orders().properties.provisioningState]).toEqual([
      ["Pending", "Succeeded"],
      "Updating",
    ]);
    expect(azure.orders().properties.targetProvisioningState).toBe("Updating");
    azure.simulator.advance(130_000);
    expect([await azure.stateOf(id), azure.orders().properties.provisioningState]).toEqual([
      ["Pending", "Updating"],
      "Updating",
    ]);
    azure.simulator.advance(45_000);
    expect([await azure.stateOf(id), azure.orders().properties.provisioningState]).toEqual([
      ["Approved", "Succeeded"],
      "Updating",
    ]);
    azure.simulator.advance(20_000);
    expect([
      azure.orders().properties.provisioningState,
      azure.orders().properties.targetProvisioningState,
    ]).toEqual(["Succeeded", ""]);
  });

  it("can be changed to a rejection, but a rejection is final; setting the current state again is refused", async () => {
    const id = await azure.ask("pe-1");
    const done = async (status: string) => {
      const answer = await azure.put(id, status);
      azure.simulator.advance(4 * minuteMs);
      return answer;
    };
    expect((await done("Approved")).status).toBe(202);
    expect(errorCodeOf(await done("Approved"))).toBe("InvalidValuesForRequestParameters");
    expect((await done("Rejected")).status).toBe(202);
    expect((await azure.stateOf(id))[0]).toBe("Rejected");
    for (const status of ["Approved", "Rejected"])
      expect(errorCodeOf(await done(status))).toBe("InvalidValuesForRequestParameters");
    expect(errorCodeOf(await done("Maybe"))).toBe("ValidationError");
  });

  it("is refused while the service is Updating, or queued if so configured", async () => {
    const [first, second] = [await azure.ask("pe-1"), await azure.ask("pe-2")];
    await azure.put(first, "Approved");
    expect(errorCodeOf(await azure.put(second, "Approved"))).toBe("PessimisticConcurrencyConflict");
    azure.simulator.advance(175_000);
    expect((await azure.put(second, "Approved")).status).toBe(409);
    azure.simulator.advance(20_000);
    expect((await azure.put(second, "Approved")).status).toBe(202);

    await restart({ whileUpdating: "queue" });
    const [third, fourth] = [await azure.ask("pe-3"), await azure.ask("pe-4")];
    const answers = [await azure.put(third, "Approved"), await azure.put(fourth, "Rejected")];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    azure.simulator.advance(180_000);
    expect([(await azure.stateOf(third))[0], (await azure.stateOf(fourth))[0]]).toEqual([
      "Approved",
      "Pending",
    ]);
    azure.simulator.advance(20_000);
    expect(azure.orders().properties.provisioningState).toBe("Updating");
    azure.simulator.advance(130_000);
    expect([(await azure.stateOf(fourth))[0], azure.orders().properties.provisioningState]).toEqual([
      "Rejected",
      "Updating",
    ]);
    azure.simulator.advance(20_000);
    expect(azure.orders().properties.provisioningState).toBe("Succeeded");
  });

  it("has no effect if the connection is deleted meanwhile, even if another one takes its name", async () => {
    const id = await azure.ask("pe-1");
    const location = (await azure.put(id, "Approved")).headers.get("location") ?? "";
    await deleteEndpoint("pe-1");
    await azure.ask("pe-1", { subscriptionId: subscriptions.sandbox });
    azure.simulator.advance(5 * minuteMs);
    expect(await azure.stateOf(id)).toEqual(["Pending", "Succeeded"]);
    expect((await azure.arm("GET", location)).status).toBe(404);
  });

  it("can be polled only with the permission, and only at its own address", async () => {
    const id = await azure.ask("pe-1");
    const location = (await azure.put(id, "Approved")).headers.get("location") ?? "";
    const app = azure.simulator.world.principals.get("simulated");
    const [own] = app?.assignments ?? [];
    const actions = (own?.actions ?? []).filter((action) => !action.includes("*/operationresults"));
    app?.assignments.splice(0, 1, { scope: own?.scope ?? "", actions });
    expect((await azure.arm("GET", location)).status).toBe(403);
    expect((await azure.arm("GET", location, undefined, "owner")).status).toBe(202);
    const elsewhere = location.replace("/privateEndpointConnections/pe-1", "");
    expect((await azure.arm("GET", elsewhere, undefined, "owner")).status).toBe(404);
  });

  it("takes about as long as recorded if there is a seed, and the same in every run", async () => {
    const took = async (seed: number) => {
      await restart({ seed });
      const id = await azure.ask("pe-1");
      await azure.put(id, "Approved");
      // The simulated clock also runs in real time, so the time that a busy machine takes for the requests counts as
      // well.
      const begun = performance.now();
      let passed = 0;
      for (; (await azure.stateOf(id))[0] === "Pending"; passed++) azure.simulator.advance(1_000);
      return passed + (performance.now() - begun) / 1_000;
    };
    const [one, same, other] = [await took(1), await took(1), await took(2)];
    expect(Math.abs(one - same)).toBeLessThan(2);
    expect(Math.abs(one - other)).toBeGreaterThan(4);
    for (const seconds of [one, other]) expect(Math.abs(seconds - 175)).toBeLessThan(37);
  });

  it("completes sooner if the clock runs faster, with the same responses", async () => {
    await restart({ speed: 600 });
    const id = await azure.ask("pe-1");
    const { status, headers } = await azure.put(id, "Approved");
    expect([status, headers.get("retry-after")]).toEqual([202, "1"]);
    await expect.poll(() => azure.stateOf(id), { timeout: 2_000 }).toEqual(["Approved", "Succeeded"]);
  });
});
