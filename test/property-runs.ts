/**
 * How the properties are run: the same cases every time, so that a run says something about the change and not about
 * chance. Others, and more of them: `PROPERTY_SEED=$RANDOM PROPERTY_RUNS=50000 npx vitest run test/policy
 * test/addresses`.
 */
export const runs = {
  numRuns: Number(process.env.PROPERTY_RUNS ?? "1000"),
  seed: Number(process.env.PROPERTY_SEED ?? "20261124"),
};

/** Of whole policies, each of which is generated, read, checked, compiled and asked about many facts. */
export const policyRuns = { ...runs, numRuns: Math.ceil(runs.numRuns / 4) };
