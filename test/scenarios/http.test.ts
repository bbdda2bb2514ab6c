import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, serviceNamed } from "./inspect.ts";

/** Every parameter of the API with valid and invalid values, behind App Service authentication and with keys only. */
const yearly = "0 0 0 1 1 *";
let stack: Stack;
let folder: string;
let [orders, payments, approved, held] = ["", "", "", ""];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "drawbridge-declared-"));
  payments = `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-payments`;
  writeFileSync(
    join(folder, "addresses.yaml"),
    `addresses:\n  - { resource: ${payments}, location: westeurope, public: ["203.0.113.77"] }\n`,
  );
  stack = await startStack({
    settings: {
      DRAWBRIDGE_SWEEP_SCHEDULE: yearly,
      DRAWBRIDGE_ADDRESS_SCHEDULE: yearly,
      DRAWBRIDGE_ADDRESSES: folder,
      // Whether a service in another subscription is in scope must be read from Azure.
      DRAWBRIDGE_SCOPE_TAGS: "governed=yes",
      WEBSITE_AUTH_ENABLED: "True",
    },
  });
  orders = serviceNamed(stack, "apim-orders").id;
  [approved, held] = await Promise.all([
    ask("requester", subscriptions.landingZone, "pe-approved"),
    ask("partner", subscriptions.partner, "pe-held"),
  ]);
  await fetch(`${stack.app.url}/admin/functions/checkAddresses`, {
    method: "POST",
    headers: { "x-functions-key": stack.masterKey },
  });
  await eventually(async () => {
    const phases = [await phaseOf(stack, approved), await phaseOf(stack, held)];
    const known = await listed("addresses", { kind: "public" });
    if (phases.join() !== "Applied,Held" || known.length < 2) throw new Error("not every record exists yet");
  });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stack.stop();
});

const ask = (token: string, subscriptionId: string, name: string) =>
  makeEndpoint(stack.simulator, { token, subscriptionId, name, serviceId: orders });
const get = (path: string, query: Readonly<Record<string, string>>) =>
  stack.call(`/api/${path}?${new URLSearchParams(query).toString()}`);
const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
  stack.call(`/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
/** The items of a listing, whose property has the name of its path. */
async function listed(path: string, query: Readonly<Record<string, string>>) {
  const answer = await get(path, query);
  expect(answer.status).toBe(200);
  const found = ((await answer.json()) as Readonly<Record<string, unknown>>)[path.split("/").at(-1) ?? ""];
  return found as readonly Readonly<Record<string, unknown>>[];
}
const base64 = (text: string) => Buffer.from(text).toString("base64");
const detailOf = async (answer: Response) => ((await answer.json()) as { detail: string }).detail;

describe("a listing", () => {
  const later = "2099-01-01T00:00:00Z";
  it.each<readonly [string, string, () => Readonly<Record<string, string>>, number]>([
    ["decisions", "of a service", () => ({ service: orders }), 3],
    ["decisions", "of a connection", () => ({ connection: held }), 1],
    ["decisions", "of a connection of another service", () => ({ connection: held, service: payments }), 0],
    ["decisions", "of a kind", () => ({ kind: "outcome" }), 1],
    ["decisions", "of a verdict", () => ({ verdict: "approve" }), 1],
    ["decisions", "of a name", () => ({ connection: "apim-orders/pe-held" }), 1],
    ["decisions", "of the last hour", () => ({ last: "1h" }), 3],
    ["decisions", "in the order of the chains", () => ({ order: "chain" }), 3],
    ["decisions", "until then", () => ({ to: later }), 3],
    ["decisions", "until before", () => ({ to: "2020-01-01T00:00:00Z" }), 0],
    ["decisions", "from then on", () => ({ from: later }), 0],
    ["connections", "of a service", () => ({ service: orders }), 2],
    ["connections", "of another service", () => ({ service: payments }), 0],
    ["connections", "in a phase", () => ({ phase: "held" }), 1],
    ["alerts", "about a service", () => ({ resource: orders }), 2],
    ["alerts", "about a connection, which are its service's", () => ({ resource: held }), 2],
    ["alerts", "about the name of a connection", () => ({ resource: "apim-orders/pe-held" }), 2],
    ["alerts", "about the app", () => ({ resource: "app" }), 0],
    ["alerts", "of a kind", () => ({ kind: "AddressDrifted" }), 1],
    ["alerts", "from then on", () => ({ from: later }), 0],
    ["addresses", "of a resource", () => ({ resource: payments, kind: "public" }), 1],
    ["addresses", "in a location", () => ({ location: "West Europe", kind: "public" }), 2],
    [
      "addresses",
      "in a location where the other filters leave none",
      () => ({ location: "westeurope", kind: "outbound", drifted: "true" }),
      0,
    ],
    ["addresses", "of those that drifted", () => ({ drifted: "true" }), 1],
    ["addresses", "of those that did not", () => ({ drifted: "false", kind: "public" }), 1],
  ])("of %s %s", async (path, _, query, count) => {
    expect(await listed(path, query())).toHaveLength(count);
  });

  it.each([
    ["decisions", "connection", "x/y/z", "connection must be"],
    ["decisions", "service", "x/y", "service must be"],
    ["decisions", "order", "x", "newest, chain"],
    ["decisions", "last", "1w", "such as 30m, 24h or 7d"],
    ["decisions", "kind", "x", "decision, outcome, adoption, archival"],
    ["decisions", "verdict", "x", "approve, reject, hold"],
    ["decisions", "to", "x", "to must be an instant"],
    ["connections", "service", "x/y", "service must be"],
    ["connections", "requester", "x", "id of a subscription"],
    ["alerts", "resource", "x/y/z", 'or "app"'],
    ["alerts", "severity", "x", "critical, warning, info"],
    ["alerts", "kind", "x", "ConnectionHeld"],
    ["alerts", "from", "x", "from must be an instant"],
    ["addresses", "resource", "x/y", "resource must be"],
    ["addresses", "drifted", "x", "true or false"],
    ["addresses", "regoin", "x", "allowed are resource, kind, location, drifted"],
  ])("of %s reports the problem with %s=%s", async (path, name, value, why) => {
    const answer = await get(path, { [name]: value });
    expect(answer.status).toBe(400);
    expect(await detailOf(answer)).toContain(why);
  });

  const listings = ["decisions", "connections", "alerts", "addresses", "addresses/history"];
  it.each(listings)("of %s has the same items in pages of any size", async (path) => {
    const isHistory = path === "addresses/history";
    const asked: Record<string, string> = isHistory ? { resource: payments, top: "1" } : { top: "1" };
    const name = isHistory ? "changes" : path;
    // An event that comes late may have a connection reviewed once more between two pages.
    await eventually(async () => {
      const items: unknown[] = [];
      let pages = 0;
      for (let continuation: string | undefined = ""; continuation !== undefined; pages++) {
        const answer = await get(path, continuation === "" ? asked : { ...asked, continuation });
        const page = (await answer.json()) as Readonly<Record<string, unknown[]>> & { continuation?: string };
        expect(page[name]?.length).toBeLessThanOrEqual(1);
        items.push(...(page[name] ?? []));
        ({ continuation } = page);
      }
      expect(pages).toBeGreaterThan(1);
      const whole = (await (await get(path, { ...asked, top: "1000" })).json()) as Record<string, unknown[]>;
      expect(items).toEqual(whole[name]);
    });
  });

  const neverGiven = ["x", base64("7"), base64('{"nextPartitionKey":""}'), "x".repeat(9_000)];
  it.each(listings)("of %s refuses a forged continuation and a number out of range", async (path) => {
    const resource: Record<string, string> = path === "addresses/history" ? { resource: payments } : {};
    for (const continuation of neverGiven) {
      const answer = await get(path, { ...resource, continuation });
      expect(answer.status).toBe(400);
      expect(await detailOf(answer)).toContain("the continuation of the page before");
    }
    for (const top of ["0", "1001", "-1", "x"])
      expect(await detailOf(await get(path, { ...resource, top }))).toContain("from 1 to 1000");
  });
});

describe("an acknowledgement", () => {
  const body = () => ({ resource: payments, addresses: ["203.0.113.20"], reason: "as planned" });

  it("of a declared baseline is refused, because its file defines it", async () => {
    const answer = await post("addresses/acknowledge", body());
    expect(answer.status).toBe(409);
    expect(await detailOf(answer)).toMatch(/it is in .*addresses\.yaml:2; change it there/);
    expect(await listed("addresses", { drifted: "true" })).toHaveLength(1);
  });

  it.each<readonly [string, object, string]>([
    ["a location that is no text", { location: 7 }, "location must be text"],
    ["addresses that are no list", { addresses: "203.0.113.20" }, "must be a list of at most 1000 addresses"],
    ["addresses that are no texts", { addresses: [7] }, "addresses[0] must be text"],
    ["addresses that are none", { addresses: ["x"] }, "must be a list of at most 1000 addresses"],
    ["a reason that is no text", { reason: 7 }, "reason must say why"],
    ["a reason that is a novel", { reason: "x".repeat(501) }, "reason must say why"],
    ["a name that is no text", { by: 7 }, "by must name a person"],
    ["a resource that is no text", { resource: 7 }, "resource must be"],
  ])("is refused with %s", async (_, wrong, why) => {
    const answer = await post("addresses/acknowledge", { ...body(), ...wrong });
    expect(answer.status).toBe(400);
    expect(await detailOf(answer)).toContain(why);
  });

  it("can be for one kind in one location", async () => {
    const right = { resource: orders, kind: "public", addresses: ["203.0.113.10"], reason: "it is" };
    const at = (location: string) => post("addresses/acknowledge", { ...right, location });
    expect(await (await at("West Europe")).json()).toEqual({ outcome: "unchanged" });
    expect((await at("northeurope")).status).toBe(404);
  });
});

describe("a re-evaluation", () => {
  const claims = [{ typ: "preferred_username", val: "ana@contoso.example" }];
  const principal = { "x-ms-client-principal": base64(JSON.stringify({ claims })) };

  it("covers the requested states", async () => {
    const seen = async (states: readonly string[]) => {
      const answer = await post("reevaluate", { scope: orders, dryRun: true, states });
      return ((await answer.json()) as { results: { connection: string }[] }).results.length;
    };
    expect(await seen(["Approved"])).toBe(1);
    expect(await seen(["pending", "APPROVED"])).toBe(2);
    expect(await seen(["Rejected"])).toBe(0);
  });

  it.each<readonly [string, object, string]>([
    ["states that are no list", { states: "Pending" }, "states must be a list"],
    ["states that are no texts", { states: [7] }, "states[0] must be a state of a connection"],
    ["a state that is a typo", { states: ["Pendng"] }, 'did you mean "Pending"?'],
    ["a dry run of another kind", { dryRun: "yes" }, "dryRun must be true or false"],
    ["a scope that is no text", { scope: 7 }, "scope must be"],
    ["an unknown key", { force: true }, "allowed are scope, dryRun, states"],
    ["a list for a body", [], "must be a JSON object"],
  ])("is refused with %s", async (_, wrong, why) => {
    const answer = await post("reevaluate", Array.isArray(wrong) ? wrong : { scope: orders, ...wrong });
    expect(answer.status).toBe(400);
    expect(await detailOf(answer)).toContain(why);
  });

  const reasonFor = async (scope: string) => {
    const answer = await post("reevaluate", { scope, dryRun: true });
    return ((await answer.json()) as { results: { reason: string }[] }).results[0]?.reason;
  };
  it("reports if the connection, its service or its scope could not be read", async () => {
    const denied = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };
    const does = { kind: "answer", answer: denied } as const;
    stack.simulator.faults.add({ path: "/service/apim-", times: 100, does });
    const elsewhere = orders.replace(subscriptions.platform, subscriptions.landingZone);
    try {
      for (const [scope, why] of [
        [orders, "Azure's answer: forbidden"],
        [elsewhere, "whether the service is governed could not be read"],
      ]) {
        const answer = await post("reevaluate", { scope, dryRun: true });
        expect(answer.status).toBe(502);
        expect(await detailOf(answer)).toContain(why);
      }
      expect(await reasonFor(held)).toBe("it could not be read (forbidden)");
    } finally {
      stack.simulator.faults.clear();
    }
    expect(await reasonFor(`${orders}/privateEndpointConnections/none`)).toBe("there is no such connection");
  });

  it.each([
    ["by a token, which needs no role here", principal, "http:ana@contoso.example"],
    ["by a key alone", {}, "http"],
  ])("is asked for %s", async (_, headers, actor) => {
    const begun = await post("reevaluate", { scope: "all", dryRun: true, states: [actor] }, headers);
    expect(begun.status).toBe(202);
    const status = await stack.call(begun.headers.get("location") ?? "");
    expect(await status.json()).toMatchObject({ actor });
  });
});
