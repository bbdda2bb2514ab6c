import { parentPort, workerData } from "node:worker_threads";
import { connectionCatalogue } from "../../lib/policy/language/fields.ts";
import { load } from "../../lib/policy/load.ts";
import type { PolicyText } from "../../lib/policy/source/policy-text.ts";
import type { FactValue } from "../../lib/policy/values/fact.ts";
import { lineReplayer } from "../../lib/replay/replay-lines.ts";

/** What a worker is started with. */
export interface ReplayTask {
  readonly files: readonly PolicyText[];
  readonly values: ReadonlyMap<string, FactValue>;
}

/** Replays the parts that it receives. The policy has loaded in the main thread before. */
const { files, values } = workerData as ReplayTask;
const loaded = load(files, connectionCatalogue, { values, enforcing: false });
if (loaded.kind === "invalid") throw new Error("the policy does not load");
const replay = lineReplayer(loaded.compiled);
// oxlint-disable-next-line require-post-message-target-origin -- a port of a thread has no origin
parentPort?.on("message", (bytes: Uint8Array) => parentPort?.postMessage(replay(bytes)));
