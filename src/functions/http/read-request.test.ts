import type { HttpResponseInit } from "@azure/functions";
import { describe, expect, it } from "vitest";
import { httpRequest } from "../../../test/http-request.ts";
import { noParameters, readBody, readQuery, type Parsed } from "./read-request.ts";
import {
  acknowledgementBody,
  addressesQuery,
  addressHistoryQuery,
  alertsQuery,
  connectionsQuery,
  decisionsQuery,
  reevaluationBody,
} from "./requests.ts";

const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim";

interface Errors {
  readonly detail: string;
  readonly errors: readonly {
    readonly detail: string;
    readonly pointer?: string;
    readonly parameter?: string;
  }[];
}

function refused(parsed: Parsed<unknown>): Errors {
  if (!("refusal" in parsed)) throw new Error("the request was accepted");
  const { status, headers, body } = parsed.refusal as HttpResponseInit & { body: string };
  expect({ status, headers }).toMatchObject({
    status: 400,
    headers: { "content-type": "application/problem+json" },
  });
  return JSON.parse(body) as Errors;
}
const value = (parsed: Parsed<unknown>) => ("value" in parsed ? parsed.value : refused(parsed));

describe("a query", () => {
  it("yields parsed values", () => {
    const query = `decisions?service=${service}&verdict=Approve&from=2026-12-01&top=7&continuation=x`;
    expect(value(readQuery(decisionsQuery, httpRequest(query)))).toMatchObject({
      service: { kind: "service" },
      verdict: "approve",
      from: "2026-12-01T00:00:00.000Z",
      top: 7,
      continuation: "x",
    });
    expect(value(readQuery(alertsQuery, httpRequest("alerts?kind=connectionheld&resource=app")))).toEqual({
      kind: "Drawbridge.ConnectionHeld",
      resource: "app",
    });
    expect(
      value(readQuery(addressesQuery, httpRequest("addresses?drifted=false&location=West Europe"))),
    ).toEqual({
      drifted: false,
      location: "westeurope",
    });
    expect(value(readQuery(connectionsQuery, httpRequest("connections")))).toEqual({});
  });

  it("reports every problem at once, each with its parameter", () => {
    const { detail, errors } = refused(
      readQuery(connectionsQuery, httpRequest("connections?phse=Held&phase=Hold&service=x/y&top=0")),
    );
    expect(errors).toEqual([
      {
        parameter: "phse",
        detail:
          '"phse" is unknown; allowed are service, connection, subscription, requester, phase, verdict, rule, end, wait, from, to, last, top, continuation; did you mean "phase"?',
      },
      {
        parameter: "service",
        detail: "service must be the ARM id of an API Management service, or its name",
      },
      {
        parameter: "phase",
        detail: expect.stringMatching(/^phase must be one of Seen, .*; did you mean "Held"\?$/) as string,
      },
      { parameter: "top", detail: "top must be a number from 1 to 1000" },
    ]);
    expect(refused(readQuery(connectionsQuery, httpRequest("connections?to=tomorrow"))).errors).toEqual([
      {
        parameter: "to",
        detail:
          "to must be an instant such as 2026-12-01T00:00:00Z, or a date, which is its beginning in UTC",
      },
    ]);
    expect(detail).toBe(errors.map((each) => each.detail).join("; "));
  });

  it("names a required parameter that is missing, and what it must be", () => {
    expect(refused(readQuery(addressHistoryQuery, httpRequest("addresses/history"))).errors).toEqual([
      {
        parameter: "resource",
        detail:
          "resource is required, and must be the ARM id of an API Management service or of a public IP address, or the name of a service",
      },
    ]);
  });

  it("may hold the key of the Functions host, and otherwise nothing that is not defined", () => {
    expect(value(readQuery(noParameters, httpRequest("decisions/x?code=secret&clientId=default")))).toEqual(
      {},
    );
    const { detail } = refused(readQuery(noParameters, httpRequest("decisions/x?dryRun=secret")));
    expect(detail).toBe('"dryRun" is unknown; none is allowed here');
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("refuses the parameter %s", (name) => {
    const { errors } = refused(readQuery(connectionsQuery, httpRequest(`connections?${name}=x`)));
    expect(errors).toMatchObject([{ parameter: name }]);
  });

  it("refuses a repeated parameter, which the hosts would join or overwrite", () => {
    const { errors } = refused(
      readQuery(connectionsQuery, httpRequest("connections?phase=Held&phase=Applied")),
    );
    expect(errors).toContainEqual({ parameter: "phase", detail: "phase must be given once" });
  });

  it("is answered with at most 20 problems and with short, printable names", () => {
    const hostile = Array.from({ length: 500 }, (_, index) => `%1b[2J${"x".repeat(200)}${index}=1`).join("&");
    const { detail, errors } = refused(readQuery(connectionsQuery, httpRequest(`connections?${hostile}`)));
    expect(errors).toHaveLength(20);
    expect(detail).toMatch(/; and 480 more$/);
    expect(detail.length).toBeLessThan(4_100);
    expect(detail).not.toContain("\u001b");
  });
});

describe("a body", () => {
  const reevaluation = (body: unknown, path = "reevaluate") =>
    readBody(reevaluationBody, httpRequest(path, body));

  it("yields parsed values", async () => {
    expect(value(await reevaluation({ scope: service, states: ["Pending"] }))).toMatchObject({
      scope: { kind: "service" },
      states: ["Pending"],
    });
    const acknowledged = await readBody(
      acknowledgementBody,
      httpRequest("addresses/acknowledge", {
        resource: service,
        addresses: ["203.0.113.20", "203.0.113.3"],
        reason: " planned\u202e ",
        location: "West Europe",
      }),
    );
    expect(value(acknowledged)).toMatchObject({
      addresses: ["203.0.113.3", "203.0.113.20"],
      reason: "planned",
      location: "westeurope",
    });
  });

  it("reports every problem at once, each with a JSON Pointer", async () => {
    const body = { scpe: "all", dryRun: "yes", states: ["Pending", 7], "a/b": 1 };
    expect(refused(await reevaluation(body)).errors).toEqual([
      {
        pointer: "#/scpe",
        detail: '"scpe" is unknown; allowed are scope, dryRun, states; did you mean "scope"?',
      },
      { pointer: "#/a~1b", detail: '"a/b" is unknown; allowed are scope, dryRun, states' },
      {
        pointer: "#/scope",
        detail:
          'scope is required, and must be "all", the ARM id of a connection, service, resource group, subscription or management group, or a name such as apim-orders',
      },
      { pointer: "#/dryRun", detail: "dryRun must be true or false" },
      { pointer: "#/states/1", detail: 'states[1] must be a state of a connection, such as "Pending"' },
    ]);
  });

  it("is not completed by the query: dryRun there would be a review for real", async () => {
    expect(refused(await reevaluation({ scope: "all" }, "reevaluate?dryRun=true")).errors).toEqual([
      { parameter: "dryRun", detail: '"dryRun" is unknown; none is allowed here' },
    ]);
  });

  it.each([
    ["no JSON", "{"],
    ["nothing", " "],
    ["a list", []],
    ["null", "null"],
    ["a list as deep as it may be long", "[".repeat(60_000)],
  ])("that is %s is refused", async (_, body) => {
    expect(refused(await reevaluation(body)).errors).toEqual([
      { pointer: "#", detail: "the body must be a JSON object" },
    ]);
  });

  it("is measured in bytes", async () => {
    const text = JSON.stringify({ scope: "é".repeat(40_000) });
    expect(refused(await reevaluation(text)).detail).toBe("the body is larger than 64 KiB");
  });

  it.each(["constructor", "__proto__", "toString"])("with the key %s is refused", async (key) => {
    const { errors } = refused(await reevaluation(`{"scope": "all", "${key}": {"dryRun": true}}`));
    expect(errors).toMatchObject([{ pointer: `#/${key}` }]);
  });

  it("that is nested deeply where text must stand is refused", async () => {
    const deep = `{"scope": ${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`;
    expect(refused(await reevaluation(deep)).errors).toMatchObject([{ pointer: "#/scope" }]);
  });
});
