import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/run.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { eventually, serviceNamed } from "./inspect.ts";

/** Addresses through the whole stack: events, the timer, the table in Azurite, HTTP and the command line. */
let stack: Stack;
let id: string;
beforeAll(async () => {
  // Checks run only on request, so that each test knows what found the change.
  stack = await startStack({ settings: { DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *" } });
  ({ id } = serviceNamed(stack, "apim-orders"));
});
afterAll(() => stack.stop());

interface Shown {
  readonly resource: string;
  readonly kind: string;
  readonly state: string;
  readonly current: readonly string[];
  readonly drift?: { readonly causes: readonly { readonly cause: string }[] };
}

const checkNow = () =>
  fetch(`${stack.app.url}/admin/functions/checkAddresses`, {
    method: "POST",
    headers: { "x-functions-key": stack.masterKey },
  });
const shown = async (): Promise<Shown> => {
  const query = new URLSearchParams({ resource: id, kind: "public" });
  const answer = await stack.call(`/api/addresses?${query.toString()}`);
  const { addresses } = (await answer.json()) as { addresses: Shown[] };
  if (addresses[0] === undefined) throw new Error("the app does not know its addresses yet");
  return addresses[0];
};
const patch = (body: object) =>
  fetch(`${stack.simulator.url}${id}?api-version=2024-05-01`, {
    method: "PATCH",
    headers: { authorization: "Bearer owner" },
    body: JSON.stringify(body),
  });
const post = (body: unknown) =>
  stack.call("/api/addresses/acknowledge", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
async function drawbridge(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    environment: { DRAWBRIDGE_URL: stack.app.url, DRAWBRIDGE_KEY: stack.functionKey },
    folder: ".",
    fetch,
    clock: { now: () => new Date() },
  });
  return { code, out: out.join(""), err: err.join("") };
}

describe("addresses", () => {
  it("are recorded by the first check", async () => {
    expect((await checkNow()).status).toBe(202);
    await eventually(async () => expect(await shown()).toMatchObject({ state: "right" }));
    expect((await drawbridge("addresses")).out).toMatch(/apim-orders +westeurope +public +203\.0\.113\.10/);
  });

  it("are never an empty list for a region in which nothing has any, which would be an empty allow-list", async () => {
    const answer = await stack.call("/api/addresses?location=mars");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      detail: 'nothing has addresses in "mars"; known: westeurope',
    });
    for (const command of ["addresses", "export"]) {
      const { code, out, err } = await drawbridge(command, "--location", "mars\u001b[31m");
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toContain('nothing has addresses in "mars');
      expect(err).toContain("; known: westeurope\n");
      expect(err).not.toContain("\u001b");
    }
    // A known region in which the other filters leave none is an answer.
    const none = await stack.call("/api/addresses?location=West%20Europe&drifted=true");
    expect(await none.json()).toEqual({ addresses: [] });
  });

  it("that change cause an alert at once, after an event", async () => {
    // Takes longer, at this speed, than the ten seconds in which a service is not read again.
    serviceNamed(stack, "apim-orders").updateMs = 25 * minuteMs;
    expect((await patch({ zones: ["1", "2", "3"] })).status).toBe(202);
    await eventually(async () => expect(await shown()).toMatchObject({ state: "drifted" }));
    expect((await shown()).drift?.causes[0]).toMatchObject({ cause: "availability zones changed" });
    await eventually(async () =>
      expect(stack.app.lines.join("\n")).toContain('"type":"Drawbridge.AddressDrifted"'),
    );
    const { code, out } = await drawbridge("addresses", "--drifted", "yes");
    expect(code).toBe(1);
    expect(out).toContain("availability zones changed");
  });

  it.each([
    ["malformed JSON", "{"],
    ["a list", []],
    ["an unknown key", { resource: "", addresses: [], reason: "x", force: true }],
    ["no resource", { addresses: [], reason: "x" }],
    ["no reason", { resource: "ID", addresses: [] }],
    ["an empty reason", { resource: "ID", addresses: [], reason: " \u202e " }],
    ["invalid addresses", { resource: "ID", addresses: ["everything"], reason: "x" }],
    ["an unknown kind", { resource: "ID", addresses: [], reason: "x", kind: "all" }],
    ["a huge body", `{"reason":"${"x".repeat(70_000)}"}`],
  ])("cannot be acknowledged with %s", async (_, body) => {
    const sent = typeof body === "string" ? body : JSON.stringify(body).replace('"ID"', JSON.stringify(id));
    const answer = await post(sent);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(await shown()).toMatchObject({ state: "drifted" });
  });

  it("can be acknowledged if they are the current ones", async () => {
    const { current } = await shown();
    const say = (addresses: string) =>
      drawbridge(
        "acknowledge",
        "--resource",
        id,
        "--addresses",
        addresses,
        "--reason",
        "zones, as planned",
        "--by",
        "ana",
      );
    expect(await say("203.0.113.10")).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        `the named addresses are not the current ones: Azure shows public in westeurope: ${current.join(", ")}; check these`,
      ) as string,
    });
    expect(await say(current.join(","))).toMatchObject({ code: 0, out: "acknowledged\n" });
    expect(await shown()).toMatchObject({
      state: "right",
      origin: { by: "ana", reason: "zones, as planned" },
    });
    expect(await say(current.join(","))).toMatchObject({
      code: 0,
      out: "already the baseline\n",
    });
    const { out } = await drawbridge("addresses", "--history", id);
    expect(out.split("\n").map((line) => line.split(/ {2,}/)[1])).toEqual(
      expect.arrayContaining(["learned", "changed", "drifted", "acknowledged"]),
    );
  });

  it("of a resource outside the scope, or without records, cannot be acknowledged", async () => {
    const foreign = id.replace(
      /^\/subscriptions\/[^/]+/,
      "/subscriptions/99999999-9999-4999-8999-999999999999",
    );
    const body = { addresses: [], reason: "x" };
    expect((await post({ ...body, resource: foreign })).status).toBe(403);
    expect((await post({ ...body, resource: id.replace("apim-orders", "apim-nobody") })).status).toBe(404);
  });

  it("of an unknown resource are an error, and never an empty list", async () => {
    const unknown = encodeURIComponent(id.replace("apim-orders", "apim-nobody"));
    for (const path of ["", "/history"])
      expect((await stack.call(`/api/addresses${path}?resource=${unknown}`)).status).toBe(404);
  });

  it("are listed by the requested filters only", async () => {
    const get = (query: string) => stack.call(`/api/addresses${query}`);
    for (const query of [
      "?kind=all",
      "?resource=%2Fx",
      "?drifted=1",
      "?top=0",
      "/history",
      "/history?resource=%2Fx",
    ])
      expect((await get(query)).status).toBe(400);
    const page = (await (await get("?top=1")).json()) as { addresses: unknown[]; continuation?: string };
    expect(page.addresses.length).toBeLessThanOrEqual(1);
    expect(page.continuation).toBeDefined();
    const rest = await get(`?top=1&continuation=${encodeURIComponent(page.continuation ?? "")}`);
    expect(rest.status).toBe(200);
    expect((await get("?continuation=x")).status).toBe(400);
  });

  it("are not read after malformed events", async () => {
    const calls = stack.simulator.seen.length;
    const url = `${stack.app.url}/runtime/webhooks/EventGrid?functionName=addressesMayHaveChanged`;
    const events = [{}, 7, null, { data: null }, { data: { operationName: "x", resourceUri: "y" } }];
    const headers = { "aeg-event-type": "Notification" };
    for (const event of events)
      expect((await fetch(url, { method: "POST", headers, body: JSON.stringify([event]) })).status).toBe(202);
    const details = (await (await stack.call("/api/health/details")).json()) as {
      counters: Record<string, number>;
      lastAddressCheck: object;
    };
    expect(details.counters["address-events-malformed"]).toBe(4);
    expect(details.lastAddressCheck).toMatchObject({ services: 2 });
    expect(stack.simulator.seen.length).toBe(calls);
  });
});
