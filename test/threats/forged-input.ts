import type { Threats } from "./mitigation.ts";

/** What arrives from outside and names something: events, ids, what a requester writes. */
export const forgedInput: Threats = {
  T1: [
    {
      name: "an event selects only ids inside the scope",
      file: "src/lib/connections/event-targets.ts",
      replace: ['governsById(scope, id.kind === "service" ? id : id.service) !== "no"', "true"],
      test: {
        file: "src/lib/connections/event-targets.test.ts",
        title: "about another subscription is not governed",
      },
    },
    {
      name: "unreadable events are counted and acknowledged",
      file: "src/lib/connections/event-targets.ts",
      replace: [
        "if (hint === undefined) return",
        "if (hint === undefined) throw new Error(); else if (false) return",
      ],
      test: { file: "src/lib/connections/event-targets.test.ts", title: "that is %j is malformed" },
    },
    {
      name: "one event selects at most ten services",
      file: "src/lib/connections/event-targets.ts",
      replace: ["const linksMax = 10;", "const linksMax = 10_000;"],
      test: { file: "src/lib/connections/event-targets.test.ts", title: "selects at most ten services" },
    },
    {
      name: "a name that Azure does not know leaves no row",
      file: "src/lib/connections/review/admit.ts",
      replace: ['if (read.kind === "known" || read.reason !== "not-found")', "if (true)"],
      test: {
        file: "test/connections/approvals/review-end-to-end.test.ts",
        title: "writes nothing about a connection that does not exist",
      },
    },
  ],
  T2: [
    {
      name: "a review reads nothing outside the scope",
      file: "src/lib/connections/review/admit.ts",
      replace: ['if (governed === "yes") return undefined;', 'if (governed !== "unknown") return undefined;'],
      test: {
        file: "test/connections/approvals/review-end-to-end.test.ts",
        title: "reads nothing outside its scope, and nothing in mode off",
      },
    },
    {
      name: "an unknown scope is not governed",
      file: "src/lib/connections/review/admit.ts",
      replace: ["return unchangedResult(id, unreadScope(person));", "return undefined;"],
      test: {
        file: "test/connections/sweep/scope-by-tags-and-groups.test.ts",
        title: "by %s governs nothing until it can be read",
      },
    },
    {
      name: "scope and ids are folded alike",
      file: "src/lib/fold-name.ts",
      replace: ["small.toUpperCase() === letter ? small : letter", "false ? small : letter"],
      test: {
        file: "test/connections/sweep/scope-by-tags-and-groups.test.ts",
        title: "is excluded in any spelling: %s",
      },
    },
  ],
  T3: [
    {
      name: "ids are parsed into validated segments",
      file: "src/lib/azure/resource-id.ts",
      replace: ['pattern.test(segment) && !segment.endsWith(".")', "pattern.test(segment)"],
      test: { file: "src/lib/azure/resource-id.test.ts", title: "is not %j: %s" },
    },
    {
      name: "names of connections have a grammar",
      file: "src/lib/azure/resource-id.ts",
      replace: ["const connectionName = /^[a-z0-9_.-]{1,160}$/;", "const connectionName = /^[^/]+$/;"],
      test: { file: "src/lib/azure/resource-id.test.ts", title: "is not %j: %s" },
    },
    {
      name: "each URL is checked as it is sent",
      file: "src/lib/azure/arm-http.ts",
      replace: ["if (!conforms(request.method, url))", "if (false)"],
      test: { file: "src/lib/azure/arm-http.test.ts", title: "is not sent if it is not an allowed one" },
    },
    {
      name: "the clients send through that check",
      file: "src/lib/azure/arm-pipeline.ts",
      replace: ["      confined,\n", ""],
      test: { file: "src/lib/azure/arm-http.test.ts", title: "of each client is sent through that check" },
    },
  ],
  T4: [
    {
      name: "a rule on the requester's words does not load",
      file: "src/lib/policy/analysis/requester-only-approval.ts",
      replace: [
        "if (isSufficient(condition, analyses, nonDistinguishing)) return [];",
        "if (isSufficient(condition, analyses, nonDistinguishing) || true) return [];",
      ],
      test: { file: "src/lib/policy/language/trust.test.ts", title: "does not rest on %s" },
    },
    {
      name: "a message says nothing once a decision overwrote it",
      file: "src/lib/connections/facts/fact-sources.ts",
      replace: ['if (state !== "Pending") return unknown("not-attempted");', ""],
      test: {
        file: "test/connections/persons/people.test.ts",
        title: "is not audited by its message, which the approver has overwritten",
      },
    },
  ],
};
