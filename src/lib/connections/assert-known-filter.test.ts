import { describe, expect, it } from "vitest";
import { good, subscription } from "../../../test/config-makers.ts";
import { policyOf, ruleOf } from "../../../test/policy/policy-makers.ts";
import type { ScopeConfig } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import { parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import type { PageRequest } from "../page.ts";
import type { ConnectionSummary } from "./listings.ts";
import type { Entry } from "./record/connection-record.ts";
import { assertKnown } from "./assert-known-filter.ts";

const [left, requester, nobody] = ["2", "3", "9"].map((digit) =>
  subscription.replaceAll("1", digit).replace(/-[2-9](?=[2-9]{3}-[2-9]{4}-)/, "-4"),
) as [string, string, string];
const serviceIn = (id: string) =>
  parseServiceId(
    `/subscriptions/${id}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim`,
  ) as ServiceId;

const recorded: ConnectionSummary = {
  id: `${serviceIn(left).text}/privateEndpointConnections/pe`,
  service: serviceIn(left).text,
  name: "pe",
  phase: "Held",
  rule: "old rule",
  at: "2026-11-24T08:00:00.000Z",
  requester,
};
const compiled = policyOf(ruleOf("{ field: connection.groupId, equals: Gateway }", "hold"));
const valid = { kind: "valid", compiled } as LoadedPolicy;

async function unknown(
  filter: Parameters<typeof assertKnown>[1],
  {
    policy = valid,
    summaries = [recorded],
    scope = readConfig(good).scope,
    decided = [],
  }: {
    policy?: LoadedPolicy;
    summaries?: ConnectionSummary[];
    scope?: ScopeConfig;
    /** The rules of the decisions, newest first. */
    decided?: readonly (string | undefined)[];
  } = {},
): Promise<string> {
  const services = {
    listings: {
      services: () => Promise.resolve([]),
      summaries: () => Promise.resolve(summaries),
      entries: (_: unknown, { top, continuation = "0" }: PageRequest) => {
        const end = Number(continuation) + top;
        const items = decided
          .slice(Number(continuation), end)
          .map((rule) => ({ kind: "decision", verdict: { kind: "hold", rule } }) as unknown as Entry);
        return Promise.resolve({ items, ...(end < decided.length ? { continuation: String(end) } : {}) });
      },
    },
    policy: () => Promise.resolve(policy),
    scope,
  };
  return assertKnown(services, filter).then(
    () => "known",
    (error: Error) => error.message,
  );
}

describe("a filter of an empty list", () => {
  it("may name a subscription of the scope, or one of a service that is recorded though it left the scope", async () => {
    expect(await unknown({ subscription })).toBe("known");
    expect(await unknown({ subscription: left })).toBe("known");
    expect(await unknown({ subscription: nobody })).toBe(
      `neither the scope nor a known service names the subscription "${nobody}"; known: ${subscription}, ${left}`,
    );
    expect(await unknown({ subscription: `${subscription.slice(0, -1)}0` })).toContain(
      `did you mean "${subscription}"?`,
    );
  });

  it("may name any subscription where management groups or tags decide, which Azure alone knows", async () => {
    const { scope } = readConfig(good);
    expect(
      await unknown({ subscription: nobody }, { scope: { ...scope, managementGroups: ["platform"] } }),
    ).toBe("known");
  });

  it("may name the subscription of an endpoint whose connection is recorded", async () => {
    expect(await unknown({ requester })).toBe("known");
    expect(await unknown({ requester: subscription })).toContain(
      `no known connection comes from subscription "${subscription}"`,
    );
    expect(await unknown({ requester }, { summaries: [] })).toBe(
      `no known connection comes from subscription "${requester}"`,
    );
  });

  it("may name a rule of the policy, or one of an older policy that a record names", async () => {
    expect(await unknown({ rule: "r" })).toBe("known");
    expect(await unknown({ rule: "old rule" })).toBe("known");
    expect(await unknown({ rule: "old rul" })).toBe(
      'neither the policy, nor the last decision of a connection, nor any recorded decision has the rule "old rul"; did you mean "old rule"?',
    );
    expect(await unknown({ rule: "x".repeat(500) })).toMatch(/known: old rule, r$/);
  });

  it("may name a rule that only earlier decisions have, as far as they are searched", async () => {
    const decided = [...Array.from({ length: 90 }, () => undefined), "older rule"];
    expect(await unknown({ rule: "older rule" }, { decided })).toBe("known");
    expect(await unknown({ rule: "older rul" }, { decided })).toMatch(
      /nor any recorded decision has the rule "older rul"; did you mean "older? rule"\?$/,
    );
    const many = [...Array.from({ length: 100 }, () => "r"), "oldest rule"];
    expect(await unknown({ rule: "oldest rule" }, { decided: many })).toMatch(
      /^neither the policy, nor .*, nor the newest 100 decisions has the rule "oldest rule"; /,
    );
  });

  it("says that rules are unknown while the policy does not load", async () => {
    const policy: LoadedPolicy = { kind: "invalid", hash: "x", problems: ["broken"] };
    expect(await unknown({ rule: "r" }, { policy })).toContain("the policy does not load");
    expect(await unknown({ rule: "old rule" }, { policy })).toBe("known");
  });

  it("has every unknown value reported", async () => {
    const text = await unknown({ subscription: nobody, requester: nobody, rule: "nothing like it" });
    expect(text.split("; ").filter((part) => /^(?:neither|no known)/.test(part))).toHaveLength(3);
  });
});
