import { describe, expect, it } from "vitest";
import { putFailure, unknownReason } from "./errors.ts";

const answered = (statusCode: number, code = "X", retryAfter?: string) =>
  Object.assign(new Error("quotes a body"), {
    name: "RestError",
    statusCode,
    code,
    response: { headers: new Map(retryAfter === undefined ? [] : [["retry-after", retryAfter]]) },
  });
const broken = (code: string) => Object.assign(new Error("socket"), { name: "RestError", code });
const aborted = Object.assign(new Error("aborted"), { name: "AbortError" });

describe("a read that failed", () => {
  it.each([
    [answered(401, "InvalidAuthenticationTokenTenant"), "foreign-tenant"],
    [answered(401, "AuthenticationFailed"), "forbidden"],
    [answered(403, "AuthorizationFailed"), "forbidden"],
    [answered(404, "ResourceNotFound"), "not-found"],
    [answered(408), "timed-out"],
    [answered(429), "throttled"],
    [answered(500), "failed"],
    [answered(200, "PARSE_ERROR"), "failed"],
    [broken("ECONNRESET"), "failed"],
    [aborted, "timed-out"],
  ])("%s is unknown: %s", (error, reason) => {
    expect(unknownReason(error)).toBe(reason);
  });

  it("is thrown on where it is a bug of ours", () => {
    expect(() => unknownReason(new TypeError("undefined is not a function"))).toThrow(TypeError);
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
    expect(putFailure(error)).toEqual(outcome);
  });

  it("never repeats a code that is no code", () => {
    expect(putFailure(answered(400, "<script>secret</script>"))).toEqual({
      kind: "refused",
      code: "400 RestError",
    });
  });
});
