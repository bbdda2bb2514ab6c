import { describe, expect, it } from "vitest";
import { parseServiceId, type ServiceId } from "../../lib/azure/resource-id.ts";
import { approvalReferences, endpointStatuses, foreignStatus } from "./endpoint-questions.ts";
import type { Answered } from "./probe-azure.ts";

const [own, other] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const group = "resourceGroups/rg/providers";
const service = parseServiceId(
  `/subscriptions/${own}/${group}/Microsoft.ApiManagement/service/apim-orders`,
) as ServiceId;
const endpoint = (subscription: string, name: string) =>
  `/subscriptions/${subscription}/${group}/Microsoft.Network/privateEndpoints/${name}`;
const of = (subscription: string, count: number) =>
  Array.from({ length: count }, (_, index) => endpoint(subscription, `pe-${index}`));

const answered = (path: string, status: number, body: unknown = null): Answered => ({
  method: "GET",
  path: `${path}?api-version=2026-01-01`,
  at: 0,
  status,
  body,
});
const unanswered = (path: string): Answered => ({
  method: "GET",
  path,
  at: 0,
  status: null,
  failure: "failed",
  body: null,
});
const member = (id: string | undefined, index: number) => ({
  id: `${service.text}/privateEndpointConnections/c-${index}`,
  properties: {
    privateLinkServiceConnectionState: { status: "Pending" },
    ...(id === undefined ? {} : { privateEndpoint: { id } }),
  },
});
const listed = (ids: readonly (string | undefined)[], more: readonly unknown[] = []) =>
  answered(service.text, 200, { value: [...ids.map(member), ...more] });
const asked = (list: Answered, endpoints: readonly Answered[]) =>
  [endpointStatuses(service), foreignStatus(service)].map(({ answer }) => {
    const found = answer([list, ...endpoints]);
    return found.kind === "known" ? found.value : `(${found.reason})`;
  });

describe("the endpoints of other subscriptions", () => {
  it("are not said to be none where only the first ten were read", () => {
    const [mine, others] = [of(own, 10), of(other, 2)];
    const answers = mine.map((each) => answered(each, 200));
    for (const each of asked(listed([...mine, ...others]), answers))
      expect(each).toBe(
        "(none of the first 10 endpoints is of another subscription; the 2 that are were not read)",
      );
    for (const each of asked(listed(mine), answers))
      expect(each).toBe("(the service has no connection from another subscription)");
  });

  it("are not said to be none where the list, or an endpoint in it, cannot be read", () => {
    for (const each of asked(listed([], [{ id: 1 }]), []))
      expect(each).toMatch(/^\(Azure's answer cannot be used as it is \(incomplete-list\)\)$/);
    for (const each of asked(listed([...of(own, 1), undefined]), []))
      expect(each).toMatch(/but 1 of 2 name none that can be read\)$/);
    const broken = approvalReferences(service).answer([listed([], [{ id: 1 }])]);
    expect(broken).toMatchObject({ kind: "unknown", reason: expect.stringContaining("incomplete-list") });
  });

  it("are counted over what answered, with how many did not and how many were not read", () => {
    const others = of(other, 12);
    const [first = "", second = "", ...more] = others.slice(0, 10);
    const refused = { error: { code: "AuthorizationFailed" } };
    const answers = [
      answered(first, 200),
      unanswered(second),
      ...more.map((each) => answered(each, 403, refused)),
    ];
    const statuses = "1 with 200, 8 with 403 AuthorizationFailed; no answer for 1 more; 2 more were not read";
    const [counted, foreign] = asked(listed(others), answers);
    expect(counted).toBe(statuses);
    expect(foreign).toBe(
      `(for none of 9 Azure said so (401 InvalidAuthenticationTokenTenant): Azure answered ${statuses}; if you know one of them to be in another tenant, its status is the answer)`,
    );
    expect(asked(listed(of(other, 1)), [unanswered(first)])[0]).toBe(
      "(Azure answered for none of the endpoints of other subscriptions that it was asked for (1))",
    );
  });
});
