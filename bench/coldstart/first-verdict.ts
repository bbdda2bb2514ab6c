import { parseArgs } from "node:util";
import type { Fact } from "../../src/lib/policy/values/fact.ts";

/**
 * Reaches a verdict in a fresh process with the app's own modules, and prints how long each step takes: loading the
 * modules, loading the policy from its folder, and deciding once.
 */
const { root = "", policy: folder = "" } = parseArgs({
  options: { root: { type: "string" }, policy: { type: "string" } },
}).values;

const known: Readonly<Record<string, string | number>> = {
  "endpoint.subscriptionId": "00000000-0000-4000-8000-000000000003",
  "endpoint.subnet.name": "snet-endpoints",
  "connection.groupId": "Gateway",
  "counts.approved": 3,
};

async function timed<T>(work: () => T | Promise<T>) {
  const [start, cpu] = [performance.now(), process.threadCpuUsage()];
  const result = await work();
  const { user, system } = process.threadCpuUsage(cpu);
  return { result, took: { ms: performance.now() - start, cpuMs: (user + system) / 1000 } };
}

const modules = await timed(() =>
  Promise.all([
    import("../../src/lib/config/load-policy.ts"),
    import("../../src/lib/connections/decide.ts"),
    import("../../src/lib/policy/language/fields.ts"),
  ]),
);
const [{ loadPolicy }, { decide }, { fields }] = modules.result;
const facts = fields.map(({ name }): Fact => {
  const value = known[name];
  return value === undefined ? { kind: "absent" } : { kind: "known", value };
});
const policy = await timed(() => loadPolicy(root, { policy: folder, policyParameters: {}, mode: "enforce" }));
const verdict = await timed(() => decide(policy.result, facts, new Date(0)));
console.log(
  JSON.stringify({
    modules: modules.took,
    policy: policy.took,
    decision: verdict.took,
    verdict: verdict.result.kind,
  }),
);
