import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { root } from "../../local/child-process.ts";
import { propertyOf } from "./target.ts";
import { targets } from "./targets.ts";

/**
 * `npm run fuzz`: random and spoilt input for everything that arrives from outside, for a bounded time. Each find is
 * kept in `finds.json`, which `npm test` runs.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    target: { type: "string" },
  },
});
const file = join(root, "test/fuzz/finds.json");
const finds = JSON.parse(readFileSync(file, "utf8")) as { target: string; input: unknown }[];
const runsAtOnce = 1_000;
let found = 0;
for (const [name, target] of Object.entries(targets)) {
  if (values.target !== undefined && values.target !== name) continue;
  const end = process.cpuUsage().user + Number(values.seconds) * 1e6;
  let seed = Number(values.seed);
  let runs = 0;
  while (process.cpuUsage().user < end) {
    const { failed, counterexample } = await fc.check(propertyOf(target), { seed, numRuns: runsAtOnce });
    if (failed) {
      const input = counterexample?.[0];
      finds.push({ target: name, input });
      found++;
      console.log(`\n${name}, seed ${seed}: ${JSON.stringify(input)}`);
      break;
    }
    runs += runsAtOnce;
    seed++;
    process.stderr.write(`\r${name}: ${runs} inputs, seed ${seed}   `);
  }
  console.log(`${name}: ${runs} inputs, seeds ${values.seed} to ${seed}`);
}
if (found > 0) writeFileSync(file, `${JSON.stringify(finds, null, 2)}\n`);
process.exitCode = found === 0 ? 0 : 1;
