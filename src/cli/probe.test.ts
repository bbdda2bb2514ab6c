import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/folder.ts";
import { makeEndpoint } from "../../local/requester.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { recordedServices, type ProbeFixture } from "../../simulator/estate/recorded.ts";
import type { Service } from "../../simulator/estate/world.ts";
import { startSimulator, type Simulator } from "../../simulator/server.ts";
import { parseServiceId } from "../lib/azure/resource-id.ts";
import { serviceAnswerOf } from "../lib/azure/addresses-from.ts";
import { run } from "./run.ts";

const { path: folder } = temporaryFolder();

let simulator: Simulator;
let service: Service;
let connection: string;
beforeEach(async () => {
  simulator = await startSimulator(smallEstate());
  [service] = [...simulator.world.services.values()] as [Service];
  service.operationMs = 0;
  const request = { token: "requester", subscriptionId: subscriptions.landingZone, name: "pe-secret" };
  connection = await makeEndpoint(simulator, { ...request, serviceId: service.id, message: "call 555 0100" });
  const foreign = { token: "partner", subscriptionId: subscriptions.partner, name: "pe-partner" };
  await makeEndpoint(simulator, { ...foreign, serviceId: service.id });
});
afterEach(() => simulator.stop());

async function probe(args: readonly string[], answers?: readonly string[]) {
  const [out, err, asked]: [string[], string[], string[]] = [[], [], []];
  const code = await run(["probe", ...args], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment: { DRAWBRIDGE_ARM_ENDPOINT: simulator.url },
    folder: folder(),
    fetch,
    clock: { now: () => new Date("2026-11-24T12:00:00Z") },
    ...(answers === undefined
      ? {}
      : { ask: (question) => Promise.resolve((asked.push(question), answers[asked.length - 1] ?? "")) }),
  });
  return { code, out: out.join(""), err: err.join(""), asked };
}

const fixtures = () =>
  readdirSync(join(folder(), "probe")).map(
    (name) => JSON.parse(readFileSync(join(folder(), "probe", name), "utf8")) as ProbeFixture,
  );
const puts = () =>
  simulator.seen.filter(
    ({ method, path }) => method === "PUT" && path.includes("/privateEndpointConnections/"),
  ).length;

describe("probe", () => {
  it("reads with --yes, says before each step what it does, and writes a fixture for each", async () => {
    const { code, out } = await probe(["--service", service.id, "--yes"]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^service: How does Azure answer.*\n  It reads \/subscriptions\/.*\n  GET 200, GET 200\n/,
    );
    expect(
      fixtures()
        .map(({ step }) => step)
        .toSorted(),
    ).toEqual(["endpoints", "inventory", "service", "service-tags"]);
    const endpoints = fixtures().find(({ step }) => step === "endpoints");
    expect(endpoints?.answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    expect(puts()).toBe(0);
  });

  it("writes nothing of the tenant into its fixtures", async () => {
    await probe(["--service", service.id, "--yes"]);
    const text = JSON.stringify(fixtures());
    for (const secret of [
      "apim-orders",
      "pe-secret",
      "pe-partner",
      "555 0100",
      "rg-apim",
      "contoso",
      "api-platform",
      "203.0.113",
      ...Object.values(subscriptions),
    ])
      expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
    expect(text).toContain('"virtualNetworkType":"None"');
    expect(text).toContain('"status":"Pending"');
  });

  it("has fixtures that the simulator and the decoders of the app take", async () => {
    await probe(["--service", service.id, "--yes"]);
    const [recorded] = recordedServices(fixtures());
    expect(recorded?.connections.size).toBe(2);
    const world = smallEstate();
    const id = recorded?.id ?? "";
    world.services.set(id.toLowerCase(), recorded as Service);
    world.subscriptions.set(id.split("/")[2] ?? "", {
      ...([...world.subscriptions.values()][0] as never as object),
      id: id.split("/")[2],
    } as never);
    world.principals.get("owner")?.assignments.push({ scope: "/", actions: ["*"] });
    const replica = await startSimulator(world);
    const answer = await fetch(`${replica.url}${id}?api-version=2024-05-01`, {
      headers: { authorization: "Bearer owner" },
    });
    const body: unknown = await answer.json();
    await replica.stop();
    const parsed = parseServiceId(id);
    expect(parsed).toBeDefined();
    expect(parsed && serviceAnswerOf(parsed, body)).toMatchObject({
      kind: "known",
      value: { virtualNetworkType: "None" },
    });
    const original = fixtures().find(({ step }) => step === "service")?.answers[0]?.body as {
      properties: object;
    };
    expect(Object.keys((body as typeof original).properties).toSorted()).toEqual(
      Object.keys(original.properties).toSorted(),
    );
  });

  it("asks before each step without --yes, and leaves out what is refused", async () => {
    const { code, asked, out } = await probe(["--service", service.id], ["y", "no", "", "n"]);
    expect({ code, questions: asked.length }).toEqual({ code: 1, questions: 4 });
    expect(out.match(/left out/g)).toHaveLength(3);
    expect(fixtures().map(({ step }) => step)).toEqual(["service"]);
    expect((await probe(["--service", service.id])).code).toBe(1);
  });

  it("approves only the connection that is named, and only when that is written, whatever --yes says", async () => {
    const args = ["--service", service.id, "--yes", "--approve", connection];
    for (const answer of ["y", "yes", ""]) expect((await probe(args, [answer])).code).toBe(1);
    expect((await probe(args)).code).toBe(1);
    expect(puts()).toBe(0);
    const { code, out } = await probe(args, ["approve"]);
    expect({ code, puts: puts() }).toEqual({ code: 0, puts: 1 });
    expect(out).toContain("APPROVES");
    expect([...service.connections.values()].map(({ status }) => status).toSorted()).toEqual([
      "Approved",
      "Pending",
    ]);
    expect(simulator.seen.filter(({ method }) => method === "DELETE")).toEqual([]);
    await probe(args, ["approve"]);
    expect(puts()).toBe(1);
  });

  it("refuses what is no service, and a connection of another one", async () => {
    expect(await probe(["--service", "x"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--service must be"),
    });
    const other = `${service.id.replace("apim-orders", "apim-payments")}/privateEndpointConnections/x`;
    expect(await probe(["--service", service.id, "--approve", other])).toMatchObject({ code: 2 });
  });
});
