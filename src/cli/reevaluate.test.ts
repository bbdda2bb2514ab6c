import { describe, expect, it } from "vitest";
import { answeringApp } from "../../test/answering-app.ts";

const { onApp } = answeringApp();
const service =
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim-orders";
const connection = `${service}/privateEndpointConnections/pe-one`;

describe("reevaluate", () => {
  const result = {
    connection,
    state: "Pending",
    verdict: "hold",
    reasons: ["no rule applies"],
    applied: false,
  };

  it("prints the results of a small scope", async () => {
    const { code, out, err } = await onApp("reevaluate --scope apim-orders --dry-run --format csv", {
      "/api/reevaluate": { results: [result] },
    });
    expect(code).toBe(0);
    expect(err).toMatch(/^not simulated: the breakers and rate limits of the app/);
    expect(out.split("\r\n")[1]).toBe(`${result.connection},Pending,hold,,no,no rule applies,,`);
  });

  it("says who decided otherwise than the policy: in a column of its own as CSV, beside the verdict in the table", async () => {
    const decided = { ...result, person: "approve", decidedBy: "ana@contoso.example", applied: true };
    const answers = { "/api/reevaluate": { results: [decided] } };
    const csv = await onApp("reevaluate --scope apim-orders --format csv", answers);
    expect(csv.out).toBe(
      `connection,state,verdict,rule,applied,reason,decided,person\r\n${result.connection},Pending,hold,,yes,no rule applies,approve,ana@contoso.example\r\n`,
    );
    const table = await onApp("reevaluate --scope apim-orders", answers);
    expect(table.out).toMatch(/ hold \(ana@contoso\.example: approve\) +- +yes +no rule applies\n$/);
    const ofOlder = { "/api/reevaluate": { results: [{ ...decided, decidedBy: undefined }] } };
    const older = await onApp("reevaluate --scope apim-orders", ofOlder);
    expect(older.out).toMatch(/ hold \(a person: approve\) +- +yes +no rule applies\n$/);
  });

  it("waits for the end of a larger scope, and exits with 1 where a part was not read", async () => {
    const status = { id: "r", services: 1, states: ["Pending"], results: [result], unread: [service] };
    const { code, out, err } = await onApp("reevaluate --scope all", {
      "/api/reevaluate": { id: "r", status: "/api/reevaluations/r" },
      "/api/reevaluations/r": [
        { ...status, status: "running", services: 0 },
        { ...status, status: "ended" },
      ],
    });
    expect(code).toBe(1);
    expect(out).toContain("apim-orders/pe-one");
    expect(err).toBe(
      `services with Pending connections reviewed so far: 0\nservices with Pending connections reviewed so far: 1\nnot read: ${service}\n`,
    );
  });

  it("does not wait where it should not", async () => {
    const { out } = await onApp("reevaluate --scope all --no-wait", {
      "/api/reevaluate": { id: "r", status: "/api/reevaluations/r" },
    });
    expect(out).toBe("started r; for its results: drawbridge reevaluate --status r\n");
  });

  it("prints what was started before: at its end, or what there is of it", async () => {
    const status = { id: "r", services: 1, states: ["Pending"], results: [result], unread: [] };
    const atEnd = await onApp("reevaluate --status r", {
      "/api/reevaluations/r": [
        { ...status, status: "running", results: [] },
        { ...status, status: "ended" },
      ],
    });
    expect(atEnd).toMatchObject({ code: 0, out: expect.stringContaining("apim-orders/pe-one") });
    const now = await onApp("reevaluate --status r --no-wait", {
      "/api/reevaluations/r": { ...status, status: "running" },
    });
    expect(now).toMatchObject({
      code: 0,
      out: expect.stringContaining("apim-orders/pe-one"),
      err: "it is not finished: there will be more results\n",
    });
    const both = await onApp("reevaluate --status r --scope all", {});
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining("it takes no scope") });
  });

  it.each([
    [
      "a breaker that a person's approval waits for",
      { ...result, person: "approve", reason: "the approvals breaker has been open since noon" },
      "not applied: the approvals breaker has been open since noon; no rule applies",
    ],
    [
      "the mode, whose reason has the policy's",
      { ...result, reason: "mode observe: the verdict is approve, and nothing is applied (no rule applies)" },
      "mode observe: the verdict is approve, and nothing is applied (no rule applies)",
    ],
    [
      "a hold alone, whose reason is the policy's",
      { ...result, reason: "no rule applies" },
      "no rule applies",
    ],
    ["a dry run alone, of which one knows", { ...result, reason: "dry run" }, "no rule applies"],
  ])("says why nothing was applied: %s", async (_, one, reason) => {
    const answers = { "/api/reevaluate": { results: [one] } };
    const { out } = await onApp("reevaluate --scope apim-orders --format csv", answers);
    expect(out.split("\r\n")[1]?.split(",no,")[1]).toContain(reason);
    const table = await onApp("reevaluate --scope apim-orders", answers);
    expect(table.out.trimEnd().split(/ {2,}/).at(-1)).toBe(reason);
  });

  it("accepts a state that Azure does not document, and says so", async () => {
    const { code, out, err } = await onApp("reevaluate --scope apim-orders --states Foo,pending", {
      "/api/reevaluate": { results: [] },
    });
    expect({ code, out, err }).toEqual({
      code: 0,
      out: "no connections in these states\n",
      err: 'Azure documents no state "Foo", only Pending, Approved, Rejected, Disconnected\n',
    });
  });
});
