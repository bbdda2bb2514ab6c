/**
 * What is mutated, and the test files that have to notice. Those of a target run for each of its mutants, until one
 * fails.
 */
export interface Target {
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

export const targets: Readonly<Record<string, Target>> = {
  verdict: {
    sources: [
      "src/lib/policy/evaluate/{verdict,judge,verdict-reasons,blocking-unknowns}.ts",
      "src/lib/policy/values/truth.ts",
    ],
    tests: [
      "src/lib/policy/evaluate/*.test.ts",
      "src/lib/policy/case.test.ts",
      "test/policy/{policies,exemption}.test.ts",
    ],
  },
  evaluation: {
    sources: ["src/lib/policy/evaluate/{evaluate,condition-on-facts,condition-truth,fact-sheet}.ts"],
    tests: [
      "src/lib/policy/evaluate/*.test.ts",
      "src/lib/policy/case.test.ts",
      "src/lib/policy/compile/limit.test.ts",
      "src/lib/policy/language/trust.test.ts",
      "test/policy/{condition,policies,exemption}.test.ts",
    ],
  },
  language: {
    sources: [
      "src/lib/policy/compile/*.ts",
      "src/lib/policy/values/*.ts",
      "src/lib/policy/language/{compile-expression,env,formula,member,operators,range-argument,vacuity}.ts",
      "src/lib/policy/language/*-{formula,functions}.ts",
    ],
    tests: [
      "src/lib/policy/{compile,evaluate,language,values}/*.test.ts",
      "src/lib/policy/{load,policy-set}.test.ts",
      "test/policy/{azure-meaning,condition,exemption,policies}.test.ts",
    ],
  },
  ids: {
    sources: ["src/lib/azure/{resource-id,allowed-requests}.ts"],
    tests: [
      "src/lib/azure/{resource-id,allowed-requests,arm-http,arm-writes}.test.ts",
      "src/lib/connections/event-targets.test.ts",
    ],
  },
  access: {
    sources: ["src/functions/access.ts"],
    tests: ["src/functions/access.test.ts"],
  },
  addresses: {
    sources: ["src/lib/addresses/{causes,acknowledge}.ts", "src/lib/addresses/{model,watch}/*.ts"],
    tests: ["src/lib/addresses/**/*.test.ts", "test/addresses/*.test.ts", "test/policy/policies.test.ts"],
  },
  record: {
    sources: ["src/lib/connections/record/*.ts"],
    tests: [
      "src/lib/connections/{record/*,verify-chain}.test.ts",
      "test/connections/record/record-transitions.test.ts",
    ],
  },
  review: {
    sources: [
      "src/lib/connections/review/*.ts",
      "src/lib/connections/{decide,decide-held,review-service,revocation}.ts",
    ],
    tests: ["src/lib/connections/**/*.test.ts"],
  },
  sweep: {
    sources: ["src/lib/connections/sweep/*.ts"],
    tests: ["src/lib/connections/sweep/*.test.ts"],
  },
};
