import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { root } from "../../local/child-process.ts";
import { propertyOf } from "./target.ts";
import { targets } from "./targets.ts";

const usage = `Gives random and spoilt input to everything that reads what arrives from outside, for a bounded time. Each find
is kept in test/fuzz/finds.json, which npm test runs.

  npm run fuzz -- [options]

  --target NAME   what is given input; all by default
  --seconds N     how many seconds of a processor each target gets; 10 by default
  --seed N        the first seed; by default the clock's

Targets: ${Object.keys(targets).join(", ")}.

Exit codes: 0 nothing was found, 1 something was, 2 invalid arguments.`;

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: "boolean", default: false },
        seconds: { type: "string", default: "10" },
        seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
        target: { type: "string" },
      },
    });
    if (values.target !== undefined && !Object.hasOwn(targets, values.target))
      throw new Error(`there is no target ${values.target}`);
    for (const [name, text] of Object.entries({ seconds: values.seconds, seed: values.seed }))
      if (!/^\d+$/.test(text)) throw new Error(`--${name} has to be a whole number`);
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const values = readArguments();
if (values.help) {
  console.log(usage);
  process.exit(0);
}
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
