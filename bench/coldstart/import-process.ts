import { pathToFileURL } from "node:url";
import { provideFunctionsCore } from "../../host/functions-core.ts";

/**
 * Imports one file in a fresh process, and prints how long that takes; with an event, also the time until it is
 * answered. CPU times are those of the main thread, which other processes of the machine hardly change.
 */
const [file = "", event] = process.argv.slice(2);
const { functions } = provideFunctionsCore(() => {});
const [start, cpu] = [performance.now(), process.threadCpuUsage()];
const since = () => {
  const { user, system } = process.threadCpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
};
await import(pathToFileURL(file).href);
const imported = since();
let answered: ReturnType<typeof since> | undefined;
if (event !== undefined) {
  const queued = await functions.get("connectionchanged")?.handler(JSON.parse(event));
  if (!Array.isArray(queued) || queued.length !== 1) throw new Error("the event queued no review");
  answered = since();
}
console.log(JSON.stringify({ functions: functions.size, imported, answered }));
process.exit(0);
