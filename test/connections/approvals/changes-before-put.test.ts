import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { knownRead, mapRead } from "../../../src/lib/estate/read.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf } from "../observations.ts";
import { connectionBody } from "./connection-body.ts";

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const { alertTypes, entries, record } = observationsOf(() => workbench);
const path = (id: { text: string }) => id.text.toLowerCase();

describe("an approval", () => {
  it("is not sent if the connection changes between decision and PUT", async () => {
    const id = await workbench.ask();
    // The first read is the decision's; the second, just before the PUT, finds that a person has decided.
    const answer = { status: 200, body: connectionBody(id.text, "Rejected") };
    workbench.simulator.faults.add({
      method: "GET",
      path: path(id),
      after: 1,
      times: 10,
      does: { kind: "answer", answer },
    });
    expect(await workbench.review(id)).toMatchObject({ phase: "Overridden", applied: false });
    expect(workbench.puts()).toBe(0);
    expect(alertTypes()).toEqual(["ConnectionOverridden"]);
  });

  it("is decided again if the endpoint changes between decision and PUT", async () => {
    const id = await workbench.ask();
    const endpoint = workbench.simulator.world.endpoints.get(workbench.onAzure(id).endpointId.toLowerCase());
    if (endpoint === undefined) throw new Error("no endpoint");
    const { azure: real } = workbench.services;
    let reads = 0;
    const azure = {
      ...workbench.services.azure,
      connection: (each: typeof id) => {
        // Between the decision's read of the endpoint and the read before the PUT.
        if (++reads === 2) endpoint.etag = 'W/"moved"';
        return real.connection(each);
      },
    };
    const result = await review(
      { ...workbench.services, azure },
      { id, cause: "event", actor: "test", requestedAt: new Date(0) },
    );
    expect(result).toMatchObject({ applied: true });
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(2);
    expect(workbench.puts()).toBe(1);
  });

  it("is not sent if the connection names another endpoint between decision and PUT, and that one is judged", async () => {
    const id = await workbench.ask();
    const { endpointId } = workbench.onAzure(await workbench.ask({ subscriptionId: subscriptions.sandbox }));
    const { azure } = workbench.services;
    const connection: typeof azure.connection = async (asked) => {
      if ((await record(id))?.phase === "Decided") Object.assign(workbench.onAzure(id), { endpointId });
      return azure.connection(asked);
    };
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    const result = await review({ ...workbench.services, azure: { ...azure, connection } }, request);
    expect(result).toMatchObject({ verdict: "reject", state: "Rejected" });
    expect(workbench.puts()).toBe(1);
  });

  it("is not sent if the policy changes between decision and PUT, and is decided by the new one", async () => {
    const id = await workbench.ask();
    const [before, after] = [workbench.services, workbench.under({ policy: "policies/none" }).services];
    const policy = async () => ((await record(id))?.phase === "Decided" ? after : before).policy();
    const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
    expect(await review({ ...before, policy }, request)).toMatchObject({ phase: "Held", verdict: "hold" });
    expect(workbench.puts()).toBe(0);
    expect((await entries()).map((each) => each.kind === "decision" && each.action)).toEqual([
      "approve",
      "none",
    ]);
  });

  it("is sent although Azure writes the ids of the endpoint in another case between decision and PUT", async () => {
    const id = await workbench.ask();
    const { azure } = workbench.services;
    let reads = 0;
    const endpoint: typeof azure.endpoint = async (asked) => {
      const read = await azure.endpoint(asked);
      if (read.kind === "unknown" || reads++ === 0) return read;
      const subnetId = mapRead(read.value.subnetId, (text) => text.toUpperCase());
      return knownRead({ ...read.value, subnetId });
    };
    const request = {
      id,
      cause: "http",
      actor: "test",
      requestedAt: workbench.services.clock.now(),
    } as const;
    const result = await review({ ...workbench.services, azure: { ...azure, endpoint } }, request);
    expect(result).toMatchObject({ applied: true });
    expect(reads).toBeGreaterThan(1);
    expect((await entries()).filter(({ kind }) => kind === "decision")).toHaveLength(1);
  });
});
