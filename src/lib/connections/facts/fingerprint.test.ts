import { expect, it } from "vitest";
import { knownRead, unknownRead } from "../../estate/read.ts";
import { fingerprintOf } from "./fingerprint.ts";

type Endpoint = Parameters<typeof fingerprintOf>[1]["endpoint"];
const endpoint = (etag?: string) => knownRead(etag === undefined ? {} : { etag }) as Endpoint;
const of = (known: Readonly<Record<string, string | number>>, read: Endpoint) =>
  fingerprintOf({ known, unknown: {} }, { endpoint: read }, "decider");

it("a fingerprint covers the facts and the endpoint's etag, but not time and counts", () => {
  const facts = { "service.name": "apim", "time.hour": 8, "counts.approved": 1 };
  const first = of(facts, endpoint("one"));
  expect(of({ ...facts, "time.hour": 9, "counts.approved": 2 }, endpoint("one"))).toBe(first);
  expect(of({ ...facts, "service.name": "other" }, endpoint("one"))).not.toBe(first);
  expect(of(facts, endpoint("two"))).not.toBe(first);
});

it("an endpoint without an etag has the same fingerprint as one that cannot be read", () => {
  const none = of({}, endpoint());
  expect(none).not.toBe(of({}, endpoint("one")));
  expect(none).toBe(of({}, unknownRead("forbidden")));
});
