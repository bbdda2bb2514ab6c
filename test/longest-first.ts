import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Test files that take longest start first, so that no worker is left alone with one of them at the end. Scenarios wait
 * for most of their time, for a lease, a retry or a schedule, and others compute: in this order, two of the four workers
 * wait while the other two have a core each.
 */
export const longest: readonly string[] = [
  "test/scenarios/crash.test.ts",
  "test/scenarios/degraded.test.ts",
  "test/bench.test.ts",
  "test/simulation/simulation.test.ts",
  "test/simulation/every-fault.test.ts",
  "test/dashboard/accessibility.test.ts",
  "test/scenarios/untidy-azure.test.ts",
  "test/dashboard/dashboard-signed-in.test.ts",
  "test/scenarios/alerts-to-a-webhook.test.ts",
  "test/policy/policy-analysis.test.ts",
  "test/simulation/planted-bugs.test.ts",
  "test/production/production.test.ts",
  "test/connections/untidy-answers.test.ts",
  "test/scenarios/telemetry.test.ts",
  "test/connections/changed-decision.test.ts",
  "test/scenarios/events.test.ts",
  "src/lib/azure/call-quota.test.ts",
  "test/scenarios/addresses.test.ts",
  "test/connections/sweep-of-an-estate.test.ts",
  "test/hosts/hosts.test.ts",
  "src/lib/state/table-rows.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place < 0 ? longest.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
