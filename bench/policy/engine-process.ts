import { verify } from "./verify.ts";
import { engines } from "./engines/all.ts";
import { p99, throughput, timed } from "./measure.ts";
import type { Decision } from "./oracle.ts";
import { createRequests } from "./requests.ts";
import { rulesOf } from "./sets.ts";
import { createWorld } from "./world.ts";

/** One engine with one set, in a process of its own, so that no engine meets the code and the memory of another. */
export interface Task {
  readonly engine: string;
  readonly set: string;
  readonly requests: number;
}

/** `prepare` compiles and compares each decision with the oracle's; `round` measures once. */
export type Message =
  | { readonly kind: "prepare"; readonly answers: readonly Decision[] }
  | { readonly kind: "round"; readonly cpuMs: number }
  | { readonly kind: "p99" };

/** What `prepare` answers. */
export interface Prepared {
  readonly compileMs: number;
}

const task = JSON.parse(process.argv[2] ?? "{}") as Task;
const engine = engines.find(({ name }) => name === task.engine);
if (engine === undefined) throw new Error(`there is no engine ${task.engine}`);
const world = createWorld();
const rules = rulesOf(task.set, world);
const requests = createRequests(task.requests, world);

const { ms: compileMs, result: compiled } = timed(() => engine.compile(rules));
const inputs = requests.map((request) => compiled.prepare(request));
const decide = (input: unknown) => compiled.decide(input);
const measure = throughput(inputs, decide);

function answer(message: Message): unknown {
  switch (message.kind) {
    case "prepare":
      verify(task.engine, inputs.map(decide), message.answers);
      globalThis.gc?.();
      return { compileMs } satisfies Prepared;
    case "round":
      return measure(message.cpuMs);
    case "p99":
      return p99(inputs, decide);
  }
}

process.on("message", (message: Message) => {
  process.send?.(answer(message));
});
process.once("disconnect", () => process.exit(0));
console.log("ready");
