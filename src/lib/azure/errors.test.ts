import { describe, expect, it } from "vitest";
import { putFailure, refusalReason, retryAfterOf, unknownReason } from "./errors.ts";

const answered = (statusCode: number, code = "X", retryAfter?: string) =>
  Object.assign(new Error("quotes a body"), {
    name: "RestError",
    statusCode,
    code,
    response: { headers: new Map(retryAfter === undefined ? [] : [["retry-after", retryAfter]]) },
  });
const broken = (code: string) => Object.assign(new Error("socket"), { name: "RestError", code });
const aborted = Object.assign(new Error("aborted"), { name: "AbortError" });

describe("a call that failed", () => {
  it.each([
    [answered(403, "AuthorizationFailure"), "forbidden"],
    [answered(404, "BlobNotFound"), "not-found"],
    [answered(408), "timed-out"],
    [answered(429), "throttled"],
    [answered(500), "failed"],
    [answered(200, "PARSE_ERROR"), "failed"],
    [broken("ECONNRESET"), "failed"],
    [aborted, "timed-out"],
  ])("%s is unknown: %s", (error, reason) => {
    expect(unknownReason(error)).toBe(reason);
  });

  it("is rethrown if it is a bug of ours", () => {
    expect(() => unknownReason(new TypeError("undefined is not a function"))).toThrow(TypeError);
    expect(() => unknownReason("no error at all")).toThrow("no error at all");
  });
});

describe("a refusal by ARM", () => {
  const arm = (code: string) => JSON.stringify({ error: { code, message: "no" } });

  it.each([
    [401, arm("InvalidAuthenticationTokenTenant"), "foreign-tenant"],
    [401, arm("ExpiredAuthenticationToken"), "failed"],
    [403, arm("AuthorizationFailed"), "forbidden"],
    [404, arm("ResourceNotFound"), "not-found"],
    [404, arm("ResourceGroupNotFound"), "not-found"],
    [404, arm("SubscriptionNotFound"), "not-visible"],
    [404, arm("InvalidResourceType"), "not-visible"],
    [408, arm("RequestTimeout"), "timed-out"],
    [429, arm("TooManyRequests"), "throttled"],
    [500, arm("InternalServerError"), "failed"],
    [301, "", "failed"],
  ])("%i %s is unknown: %s", (status, text, reason) => {
    expect(refusalReason({ status, text })).toBe(reason);
  });

  it.each([
    ["nothing", ""],
    ["a gateway's page", "<html><body>Not Found</body></html>"],
    ["JSON of another form", '{"code":"ResourceNotFound"}'],
    ["an error without a code", '{"error":{"code":null}}'],
    ["a list", "[]"],
    ["null", "null"],
  ])("with %s for a body says nothing about the resource or its owner", (_, text) => {
    for (const status of [401, 403, 404]) expect(refusalReason({ status, text })).toBe("failed");
  });
});

describe("the time of the next request", () => {
  const headed = (headers: Record<string, string>) => ({ headers: { get: (name: string) => headers[name] } });

  it.each([
    [{ "retry-after": "7" }, 7_000],
    [{ "x-ms-user-quota-resets-after": "00:01:05" }, 65_000],
    [{ "retry-after": "7", "x-ms-user-quota-resets-after": "00:01:05" }, 7_000],
    [{ "x-ms-user-quota-resets-after": "99:00:00" }, 3_600_000],
    [{ "x-ms-user-quota-resets-after": "soon" }, undefined],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, undefined],
    [{}, undefined],
  ])("follows from %j: %s", (headers, ms) => {
    expect(retryAfterOf(headed(headers as Record<string, string>))).toBe(ms);
  });
});

describe("a PUT that failed", () => {
  it.each([
    [
      answered(409, "PessimisticConcurrencyConflict"),
      { kind: "busy", code: "PessimisticConcurrencyConflict" },
    ],
    [answered(429, "TooManyRequests", "7"), { kind: "busy", code: "TooManyRequests", retryAfterMs: 7_000 }],
    [
      answered(429, "TooManyRequests", "999999999"),
      { kind: "busy", code: "TooManyRequests", retryAfterMs: 3_600_000 },
    ],
    [answered(412), { kind: "busy", code: "X" }],
    [answered(422), { kind: "busy", code: "X" }],
    [answered(400, "Invalid"), { kind: "refused", code: "400 Invalid" }],
    [answered(403, "AuthorizationFailed"), { kind: "refused", code: "403 AuthorizationFailed" }],
    [answered(500), { kind: "unclear", code: "X" }],
    [answered(200, "PARSE_ERROR"), { kind: "unclear", code: "PARSE_ERROR" }],
    [broken("ECONNRESET"), { kind: "unclear", code: "ECONNRESET" }],
    [aborted, { kind: "unclear", code: "AbortError" }],
  ])("%s is %j", (error, outcome) => {
    expect(putFailure(error, true)).toEqual(outcome);
  });

  it.each([400, 401, 403, 404, 409, 412, 422, 499])(
    "with %i from an intermediary is unclear, because Azure's outcome is not known",
    (status) => {
      expect(putFailure(answered(status), false)).toMatchObject({ kind: "unclear" });
    },
  );

  it("with 429 changed nothing, whether ARM or an intermediary refused it", () => {
    expect(putFailure(answered(429, "X", "7"), false)).toMatchObject({ kind: "busy", retryAfterMs: 7_000 });
  });

  it("never repeats text that is not a code", () => {
    expect(putFailure(answered(400, "<script>secret</script>"), true)).toEqual({
      kind: "refused",
      code: "400 RestError",
    });
  });
});
