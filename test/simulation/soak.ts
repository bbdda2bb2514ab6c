import { parseArgs } from "node:util";
import { seeded } from "../../simulator/random.ts";
import { soakHosts } from "../hosts/soak.ts";
import { judgePairs } from "../connections/untidy/pairs.ts";
import { flows } from "./flows.ts";
import { injectFaults, placesOf, violationsWith } from "./fault-injection.ts";
import { distinctFaults, possibleFaults, type Place } from "./faults.ts";
import { endless, governed, large, profileOf, profiles } from "./profiles.ts";
import { run, type Options } from "./run.ts";

const usage = `Runs the simulation for many seeds, and prints for each that breaks an invariant how to run it again.

  npm run soak [-- --seeds 10000 --from 1 --profile <name>]
  npm run soak -- --seed 123 [--trace <text>]     one seed, with every call whose line contains the text
  npm run soak -- --faults "an approval"          every fault at every call of a flow, or of each flow with "all"; npm test
                                                  tries one at each call, and all at a PUT
  npm run soak -- --pairs "an approval"           every pair of faults at every two places of a flow (half an hour each)
  npm run soak -- hosts [--help]                  real hosts under load that are killed
  npm run soak -- --untidy 50000 [--from 1]       I17 for this many random pairs of changes in Azure's answers

Profiles: ${Object.keys(profiles).join(", ")}, large, endless, governed. Without one,
seeds take them in turn; of five hundred one is large, one endless, two are governed. Flows: ${Object.keys(flows).join(", ")}.
Exit codes: 0 every invariant held, 1 one did not, 2 wrong usage.`;

function readArguments() {
  try {
    return parseArgs({
      options: {
        help: { type: "boolean", default: false },
        seeds: { type: "string", default: "10000" },
        from: { type: "string", default: "1" },
        seed: { type: "string" },
        trace: { type: "string" },
        profile: { type: "string" },
        faults: { type: "string" },
        pairs: { type: "string" },
        untidy: { type: "string" },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const [kind, ...rest] = process.argv.slice(2);
if (kind === "hosts") process.exit(await soakHosts(rest));

const asked = readArguments();
if (asked.help) {
  console.log(usage);
  process.exit(0);
}
const named = (what: string, of: Readonly<Record<string, Options>>, name: string | undefined) => {
  if (name === undefined || Object.hasOwn(of, name)) return of[name ?? ""];
  console.error(`there is no ${what} ${name}\n\n${usage}`);
  process.exit(2);
};
const profile = named("profile", { ...profiles, large, endless, governed }, asked.profile);
const singly = asked.faults === "all" ? undefined : named("flow", flows, asked.faults);
const paired = named("flow", flows, asked.pairs);
const rare = new Map([
  [0, large],
  [250, endless],
  [125, governed],
  [375, governed],
]);
const optionsOf = (seed: number) => profile ?? rare.get(seed % 500) ?? profileOf(seed);

/** Runs one seed, and prints the calls that match --trace. */
async function show(seed: number): Promise<boolean> {
  const { sim } = await run(seed, optionsOf(seed));
  for (const { at, invocation, instance, place, target, outcome } of sim.calls) {
    const line = `${new Date(at).toISOString().slice(5, 23)} ${instance} #${invocation} ${place} ${target} → ${outcome}`;
    if (line.includes(asked.trace ?? "")) console.log(line);
  }
  for (const each of sim.violations) console.log(each);
  console.log(
    `seed ${seed}: ${sim.calls.length} calls, ${sim.violations.length} violations, ${sim.digest()}`,
  );
  return sim.violations.length === 0;
}

async function many(from: number, count: number): Promise<boolean> {
  const started = performance.now();
  const broken: number[] = [];
  let calls = 0;
  for (let seed = from; seed < from + count; seed++) {
    const { sim } = await run(seed, optionsOf(seed));
    calls += sim.calls.length;
    if (sim.violations.length > 0) {
      broken.push(seed);
      const again = asked.profile === undefined ? "" : ` --profile ${asked.profile}`;
      console.log(`\nseed ${seed}: npm run soak -- --seed ${seed}${again}`);
      for (const each of sim.violations.slice(0, 5)) console.log(`  ${each}`);
    }
    const done = seed - from + 1;
    if (done % 50 === 0 || done === count) {
      const left = ((performance.now() - started) / done) * (count - done);
      process.stderr.write(
        `\r${done} of ${count} seeds, ${broken.length} broken, ${calls} calls, ${Math.ceil(left / 1000)} s left   `,
      );
    }
  }
  process.stderr.write("\n");
  console.log(`${count} seeds from ${from}, ${calls} calls: ${broken.length} broken`);
  return broken.length === 0;
}

/** Every fault at every place of a flow, one in each run. */
async function singles(options: Options): Promise<boolean> {
  const all = (places: readonly Place[], index: number) =>
    places.slice(index, index + 1).flatMap(possibleFaults);
  const { places, tried, broken } = await injectFaults(options, all);
  for (const each of broken) console.log(each);
  for (const [fault, count] of tried) console.log(`${fault}: ${count} runs`);
  console.log(`${places} places, ${broken.length} violations`);
  return broken.length === 0;
}

async function everyFlow(): Promise<boolean> {
  let held = true;
  for (const [name, options] of Object.entries(flows)) {
    console.log(`\n${name}`);
    held = (await singles(options)) && held;
  }
  return held;
}

/** Two faults in one run, at every two places of a flow. */
async function pairs(options: Options): Promise<boolean> {
  const places = await placesOf(options);
  let [runs, broken] = [0, 0];
  for (let first = 0; first < places.length; first++) {
    for (let second = first + 1; second < places.length; second++)
      for (const one of distinctFaults(places, first))
        for (const two of distinctFaults(places, second)) {
          runs++;
          const violations = await violationsWith(
            options,
            new Map([
              [first, one],
              [second, two],
            ]),
          );
          if (violations.length === 0) continue;
          broken++;
          console.log(
            `\n${one} at ${first} (${places[first]?.place}) and ${two} at ${second} (${places[second]?.place})`,
          );
          for (const each of violations.slice(0, 5)) console.log(`  ${each}`);
        }
    process.stderr.write(`\r${first + 1} of ${places.length} places, ${runs} runs, ${broken} broken   `);
  }
  process.stderr.write("\n");
  return broken === 0;
}

/** Two changes in Azure's answers at once; no verdict may become less safe. */
async function untidy(count: number, seed: number): Promise<boolean> {
  const { pairs: judged, broken } = await judgePairs(count, seeded(seed), (done) =>
    process.stderr.write(`\r${done.pairs} of ${count} pairs, ${done.broken.length} broken   `),
  );
  process.stderr.write("\n");
  for (const each of broken.slice(0, 50)) console.log(each);
  console.log(`${judged} pairs by seed ${seed}: ${broken.length} broken`);
  return broken.length === 0;
}

async function work(): Promise<boolean> {
  if (asked.untidy !== undefined) return untidy(Number(asked.untidy), Number(asked.from));
  if (asked.faults === "all") return everyFlow();
  if (singly !== undefined) return singles(singly);
  if (paired !== undefined) return pairs(paired);
  return asked.seed === undefined ? many(Number(asked.from), Number(asked.seeds)) : show(Number(asked.seed));
}

const held = await work();
process.exitCode = held ? 0 : 1;
