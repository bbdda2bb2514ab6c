import { describe, expect, it } from "vitest";
import { anonymiser } from "./anonymise.ts";

describe("the anonymiser", () => {
  it("drops what signs the address of an operation, and keeps the version of the API", () => {
    const operation =
      "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/operationresults/abc?api-version=2024-05-01&t=638&c=MIIHcert&s=SIGNATURE&h=HASH";
    const anonymous = anonymiser().path(operation);
    expect(anonymous).toMatch(/\?api-version=2024-05-01$/);
    expect(anonymous).not.toMatch(/MIIHcert|SIGNATURE|HASH|638|abc/);
    expect(
      anonymiser().value({ "azure-asyncoperation": `https://management.azure.com${operation}` }),
    ).toEqual({
      "azure-asyncoperation": "name-1",
    });
  });

  it("replaces the actions that a connection asks for, which are free text", () => {
    const state = { status: "Pending", actionsRequired: "call Ana" };
    expect(anonymiser().value(state)).toEqual({ status: "Pending", actionsRequired: "name-1" });
  });

  it("gives each address another one, the same each time, however many there are", () => {
    const given = Array.from({ length: 1_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    const { value } = anonymiser();
    const made = value(given) as readonly string[];
    expect(new Set(made).size).toBe(1_000);
    expect(value(["10.0.0.0/24", "fd00::1"])).toEqual([
      `${made[0]}/24`,
      expect.stringMatching(/^2001:db8::/),
    ]);
  });

  it("keeps only words where Azure's words are expected, and no names of properties that somebody chose", () => {
    const { value } = anonymiser();
    expect(
      value({
        location: "West Europe",
        type: "Microsoft.ApiManagement/service",
        status: "Pending\u001b[31m",
        state: "22222222-2222-4222-8222-222222222222",
        code: "call Ana: +43 1 5550100",
        userAssignedIdentities: { "/subscriptions/x/resourceGroups/rg-secret": {}, "ana@example.org": 1 },
      }),
    ).toEqual({
      location: "West Europe",
      type: "Microsoft.ApiManagement/service",
      status: expect.stringMatching(/^name-/),
      state: expect.stringMatching(/^name-/),
      code: expect.stringMatching(/^name-/),
      userAssignedIdentities: {
        "/subscriptions/name-4/resourceGroups/name-5": {},
        "name-6": 1,
      },
    });
  });

  it.each([
    ["/subscriptions//contoso/resourceGroups/rg", "an empty segment"],
    ["/subscriptions/x/contoso.example/y", "no type where one is expected"],
    ["/subscriptions/x/providers/contoso/y/z", "no namespace"],
    ["/subscriptions/x?api-version=contoso", "no version"],
  ])("leaves no name in %s (%s)", (path) => {
    expect(anonymiser().path(path)).not.toContain("contoso");
  });
});
