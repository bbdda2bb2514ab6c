import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeEndpoint } from "../../local/requester.ts";
import { startStack, type Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { eventually, phaseOf, serviceNamed } from "./inspect.ts";

/** Compares the published description with the actual responses. */
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
  >;
}
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

let stack: Stack;
let document: Document;
let ajv: Ajv2020;
let connection: string;
let service: string;
beforeAll(async () => {
  stack = await startStack();
  document = (await (await fetch(`${stack.app.url}/api/openapi.json`)).json()) as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  // Every property of a response must be described, although clients must accept additional ones.
  ajv.addSchema({ $id: "api", ...(closed(document) as Document) });
  service = serviceNamed(stack, "apim-orders").id;
  connection = await makeEndpoint(stack.simulator, {
    token: "partner",
    subscriptionId: subscriptions.partner,
    name: "pe-described",
    serviceId: service,
  });
  await eventually(async () => {
    if ((await phaseOf(stack, connection)) !== "Held") throw new Error("the connection is not held yet");
  });
  await fetch(`${stack.app.url}/admin/functions/checkAddresses`, {
    method: "POST",
    headers: { "x-functions-key": stack.masterKey },
  });
  await eventually(async () => {
    const { addresses } = (await (await stack.call("/api/addresses")).json()) as { addresses: unknown[] };
    if (addresses.length === 0) throw new Error("the app does not know any addresses yet");
  });
});
afterAll(() => stack.stop());

const encoded = (text: string) => encodeURIComponent(text);
/** The schema with additional properties forbidden. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closed(each)]));
  return "properties" in schema ? { additionalProperties: false, ...inner } : inner;
}

/** The violations of the description in a response. */
async function problemsOf(path: string, method: string, answer: Response): Promise<string[]> {
  const described = document.paths[path]?.[method]?.responses[answer.status];
  if (described === undefined) return [`${method} ${path} does not describe ${answer.status}`];
  // What stands where changes, and is nobody's business on the way.
  if (answer.ok && answer.headers.get("cache-control") !== "no-store") return [`${path} may be cached`];
  const [type, content] = Object.entries(described.content ?? {})[0] ?? [];
  if (type === undefined || content === undefined) return [];
  if (answer.headers.get("content-type")?.includes(type) !== true) return [`${path}: not ${type}`];
  const pointer = `api#/paths/${path.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method}/responses/${answer.status}/content/${type.replace("/", "~1")}/schema`;
  const validate = ajv.getSchema(pointer);
  if (validate === undefined) return [`${pointer} is no schema`];
  const body: unknown = await answer.json();
  return validate(body) === true
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${path}${instancePath}: ${message} ${JSON.stringify(params)}`,
      );
}

const calls: readonly (readonly [
  path: string,
  method: string,
  ask: () => Promise<Response>,
  status: number,
])[] = [
  ["/health", "get", () => fetch(`${stack.app.url}/api/health`), 200],
  ["/health/details", "get", () => stack.call("/api/health/details"), 200],
  ["/access", "get", () => stack.call("/api/access"), 200],
  ["/access", "get", () => stack.call("/api/access?verbose=true"), 400],
  ["/overview", "get", () => stack.call("/api/overview"), 200],
  ["/overview", "get", () => stack.call("/api/overview?top=1"), 400],
  ["/connections", "get", () => stack.call("/api/connections?top=5"), 200],
  ["/connections", "get", () => stack.call("/api/connections?phase=x"), 400],
  ["/connections", "get", () => stack.call("/api/connections?service=apim-none"), 404],
  ["/held", "get", () => stack.call("/api/held?service=apim-orders"), 200],
  ["/held", "get", () => stack.call("/api/held?top=0"), 400],
  ["/held", "get", () => stack.call("/api/held?service=apim-none"), 404],
  ["/decisions", "get", () => stack.call("/api/decisions?connection=apim-orders/pe-none&last=24h"), 404],
  ["/health/details", "get", () => stack.call("/api/health/details?verbose=true"), 400],
  ["/decisions", "get", () => stack.call("/api/decisions?verdict=hold&from=2020-01-01T00:00:00Z"), 200],
  ["/decisions", "get", () => stack.call("/api/decisions?verdict=maybe"), 400],
  ["/decisions", "get", () => stack.call("/api/decisions?from=yesterday"), 400],
  [
    "/decisions/{id}",
    "get",
    async () => {
      const { decisions } = (await (await stack.call("/api/decisions")).json()) as {
        decisions: { id: string }[];
      };
      return stack.call(`/api/decisions/${decisions[0]?.id}`);
    },
    200,
  ],
  ["/decisions/{id}", "get", () => stack.call("/api/decisions/none"), 404],
  ["/decisions/{id}", "get", () => stack.call("/api/decisions/none?top=1"), 400],
  ["/addresses", "get", () => stack.call("/api/addresses"), 200],
  ["/addresses", "get", () => stack.call("/api/addresses?kind=x"), 400],
  ["/addresses", "get", () => stack.call(`/api/addresses?resource=${encoded(`${service}-none`)}`), 404],
  [
    "/addresses/history",
    "get",
    () => stack.call(`/api/addresses/history?resource=${encoded(`${service}-none`)}`),
    404,
  ],
  ["/addresses/history", "get", () => stack.call(`/api/addresses/history?resource=${encoded(service)}`), 200],
  [
    "/addresses/acknowledge",
    "post",
    () => post("/api/addresses/acknowledge", { resource: service, addresses: [], reason: "x" }),
    200,
  ],
  [
    "/addresses/acknowledge",
    "post",
    () => post("/api/addresses/acknowledge", { resource: service, addresses: ["203.0.113.99"], reason: "x" }),
    409,
  ],
  ["/addresses/acknowledge", "post", () => post("/api/addresses/acknowledge", {}), 400],
  // The stack takes keys alone, which do not decide.
  ["/connections/decide", "post", () => post("/api/connections/decide", {}), 403],
  ["/addresses/service-tags", "get", () => stack.call("/api/addresses/service-tags"), 200],
  ["/addresses/service-tags", "get", () => stack.call("/api/addresses/service-tags?top=1"), 400],
  ["/policy", "get", () => stack.call("/api/policy"), 200],
  ["/policy", "get", () => stack.call("/api/policy?top=1"), 400],
  ["/doctor", "get", () => stack.call("/api/doctor"), 200],
  ["/doctor", "get", () => stack.call("/api/doctor?top=1"), 400],
  ["/alerts", "get", () => stack.call("/api/alerts"), 200],
  ["/alerts", "get", () => stack.call("/api/alerts?kind=x"), 400],
  ["/alerts", "get", () => stack.call("/api/alerts?resource=apim-none"), 404],
  ["/reevaluate", "post", () => post("/api/reevaluate", { scope: connection, dryRun: true }), 200],
  ["/reevaluate", "post", () => post("/api/reevaluate", { scope: "all", dryRun: true }), 202],
  ["/reevaluate", "post", () => post("/api/reevaluate", { scope: "x y" }), 400],
  ["/reevaluate", "post", () => post("/api/reevaluate?dryRun=true", { scope: connection }), 400],
  [
    "/reevaluate",
    "post",
    () => post("/api/reevaluate", { scope: service.replace("apim-orders", "apim-none") }),
    404,
  ],
  [
    "/reevaluations/{id}",
    "get",
    async () => {
      const { status } = (await (await post("/api/reevaluate", { scope: "all", dryRun: true })).json()) as {
        status: string;
      };
      return stack.call(status);
    },
    200,
  ],
  ["/reevaluations/{id}", "get", () => stack.call("/api/reevaluations/none"), 404],
  ["/reevaluations/{id}", "get", () => stack.call("/api/reevaluations/none?top=1"), 400],
  ["/openapi.json", "get", () => fetch(`${stack.app.url}/api/openapi.json`), 200],
];
const post = (path: string, body: object) => stack.call(path, { method: "POST", body: JSON.stringify(body) });

describe("the description of the API", () => {
  it.each(calls)("%s %s responds as described (%#)", async (path, method, ask, status) => {
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(await problemsOf(path, method, answer)).toEqual([]);
  });

  it("has exactly the paths of the app", () => {
    const tried = new Set(calls.map(([path]) => path));
    expect(new Set(Object.keys(document.paths))).toEqual(tried);
    const http = stack.app.functions.length;
    expect(http).toBeGreaterThan(tried.size);
    expect(document.openapi).toBe("3.1.0");
  });

  it("requires a key where the app does", async () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { responses }] of Object.entries(methods)) {
        const url = `${stack.app.url}/api${path.replace("{id}", "x")}`;
        const answer = await fetch(url, { method: method.toUpperCase() });
        const isRefused = answer.status === 401;
        expect(`${path} ${isRefused}`).toBe(`${path} ${"401" in responses}`);
        expect(isRefused ? await problemsOf(path, method, answer) : []).toEqual([]);
      }
  });
});

/** They are for browsers, and for whoever polls: no part of the description. */
describe("beside the described operations", () => {
  it("the bare address leads to the page, which needs no key", async () => {
    for (const address of ["/api", "/api/"]) {
      const answer = await fetch(`${stack.app.url}${address}`, { redirect: "manual" });
      expect([answer.status, answer.headers.get("location")]).toEqual([302, "/api/dashboard"]);
    }
    const page = await fetch(`${stack.app.url}/api`);
    expect(page.url).toBe(`${stack.app.url}/api/dashboard`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
    const files = [...(await page.text()).matchAll(/(?:src|href)="(\/api\/[^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(2);
    for (const path of files) {
      const file = await fetch(`${stack.app.url}${path}`);
      expect([file.status, file.headers.get("cache-control")]).toEqual([
        200,
        "public, max-age=31536000, immutable",
      ]);
      const etag = file.headers.get("etag") ?? "";
      const again = await fetch(`${stack.app.url}${path}`, { headers: { "if-none-match": etag } });
      expect(again.status).toBe(304);
    }
    expect((await fetch(`${stack.app.url}/api/nothing`)).status).toBe(404);
  });

  it("a list that did not change is answered without a body", async () => {
    const first = await stack.call("/api/overview");
    const etag = first.headers.get("etag") ?? "";
    const again = await stack.call("/api/overview", { headers: { "if-none-match": etag } });
    expect([first.status, again.status, await again.text()]).toEqual([200, 304, ""]);
  });
});
