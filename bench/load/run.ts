import { setTimeout as sleep } from "node:timers/promises";
import { startApp, type App } from "../../local/app.ts";
import { startAzurite } from "../../local/azurite.ts";
import { landingZones } from "../../simulator/estate/generate.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { checkTables } from "../../test/hosts/invariants.ts";
import { startAzure, type Azure } from "../simulated-azure.ts";
import { watchCpu, type Busy } from "./cpu.ts";
import { sendEvent } from "./send-event.ts";
import { watchMemory } from "./memory.ts";

export interface Options {
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** How many events arrive at once, after the steady ones. */
  readonly burst: number;
  /** The numbers of processes to measure. */
  readonly processes: readonly number[];
  readonly services: number;
  /** Minutes between two sweeps; the app's default is five. A review that waited for two minutes is left to them. */
  readonly sweepMinutes: number;
  readonly progress: (step: string) => void;
}

/** What each phase's answers took, in milliseconds. */
interface Answers {
  readonly events: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Events that were not answered with success: Event Grid would send them again. */
  readonly refused: number;
}

export interface Measured {
  readonly processes: number;
  readonly steady: Answers;
  readonly burst: Answers;
  /** From the first event until every request was approved. */
  readonly seconds: number;
  /** Requests that were not approved and recorded in the end, or other violated invariants. */
  readonly lost: readonly string[];
  readonly puts: number;
  /** Processors that were busy while events arrived steadily, at once, and until every request was approved. */
  readonly busy: { readonly steady: Busy; readonly burst: Busy; readonly rest: Busy };
  /** The largest memory of all hosts together, in the first and in the second half of the run. */
  readonly memoryMb: { readonly first: number; readonly second: number };
}

export interface Report extends Pick<Options, "eventsPerSecond" | "seconds" | "services"> {
  readonly measured: readonly Measured[];
}

/** Enough subscriptions that Azure's quota for reads is not the limit. */
const subscriptions = 100;
const keys = { masterKey: "m", functionKey: "f" };
/**
 * How long no request may be approved before those that are left count as lost: two sweeps at their default schedule,
 * since a review that waited for two minutes is left to the next one.
 */
const standstillMs = 10 * minuteMs;

export async function run({ processes, ...options }: Options): Promise<Report> {
  const { eventsPerSecond, seconds, services } = options;
  const measured: Measured[] = [];
  for (const count of processes) measured.push(await measure(count, options));
  return { eventsPerSecond, seconds, services, measured };
}

async function measure(processes: number, options: Omit<Options, "processes">): Promise<Measured> {
  const { services, progress } = options;
  progress(`starting processes: ${processes}`);
  const [azurite, azure] = await Promise.all([startAzurite(), startAzure({ services, subscriptions })]);
  const apps: App[] = [];
  try {
    const settings = settingsOf(azurite.connectionString, azure.url, options.sweepMinutes);
    for (let index = 0; index < processes; index++) apps.push(await startApp({ settings, port: 0, ...keys }));
    const urls = apps.map(({ url }) => url);
    const sent: string[] = [];
    // A process that was just started loads the app for its first event, which the benchmark coldstart measures.
    for (const url of urls) sent.push(...(await sendFirst(azure, url)));
    await waitForApprovals(azure, progress);
    await azure.calls();
    const hosts = apps.map(({ process: { pid = 0 } }) => pid);
    const memory = watchMemory(hosts);
    const { pid: azuritePid = 0 } = azurite.process;
    const cpu = watchCpu({ hosts, Azurite: [azuritePid], Azure: [azure.pid], sender: [process.pid] });
    const startedAt = performance.now();
    const steady = await sendSteadily(azure, urls, sent, options);
    const busySteady = cpu.take();
    progress(describeAnswers(steady));
    progress(`${options.burst} events at once`);
    const burst = await sendAtOnce(azure, urls, sent, options.burst);
    const busyAtOnce = cpu.take();
    // What follows may take an hour, so that what is known is said before.
    progress(describeAnswers(burst));
    await waitForApprovals(azure, progress);
    const busy = { steady: busySteady, burst: busyAtOnce, rest: cpu.take() };
    const seconds = (performance.now() - startedAt) / 1_000;
    const memoryMb = memory.stop();
    const calls = await azure.calls();
    const { broken } = await checkTables({
      connectionString: azurite.connectionString,
      ids: sent,
      timeoutMs: 60_000,
    });
    const puts = calls["PUT privateEndpointConnections"] ?? 0;
    return { processes, steady, burst, seconds, lost: broken, puts, busy, memoryMb };
  } finally {
    await Promise.all(apps.map((app) => app.end()));
    await azure.end();
    await azurite.end();
  }
}

function describeAnswers({ events, medianMs, p99Ms, refused }: Answers): string {
  return `${events} answers, half of them within ${Math.round(medianMs)} ms, 99 of 100 within ${Math.round(p99Ms)} ms, ${refused} refused`;
}

function settingsOf(storage: string, azure: string, sweepMinutes: number): Record<string, string> {
  return {
    DrawbridgeState: storage,
    DRAWBRIDGE_ARM_ENDPOINT: azure,
    DRAWBRIDGE_MODE: "enforce",
    DRAWBRIDGE_SCOPE_MANAGEMENT_GROUPS: "platform",
    DRAWBRIDGE_POLICY_PARAMETERS: JSON.stringify({ landingZones }),
    DRAWBRIDGE_MAX_APPROVALS_PER_HOUR: "100000",
    DRAWBRIDGE_MAX_REQUESTS_PER_HOUR: "100000",
    DRAWBRIDGE_SWEEP_SCHEDULE: `0 */${sweepMinutes} * * * *`,
    DRAWBRIDGE_ADDRESS_SCHEDULE: "0 0 0 1 1 *",
  };
}

async function sendFirst(azure: Azure, url: string): Promise<readonly string[]> {
  const ids = await azure.request(1);
  for (const id of ids)
    if ((await sendEvent(url, id)) === undefined) throw new Error("a host refuses its first event");
  return ids;
}

async function sendSteadily(
  azure: Azure,
  urls: readonly string[],
  sent: string[],
  { eventsPerSecond, seconds, progress }: Omit<Options, "processes">,
): Promise<Answers> {
  const answers: Promise<number | undefined>[] = [];
  const start = performance.now();
  for (let second = 0; second < seconds; second++) {
    progress(`second ${second + 1} of ${seconds}`);
    for (const [index, id] of (await azure.request(eventsPerSecond)).entries()) {
      await sleep(Math.max(0, start + (second + index / eventsPerSecond) * 1_000 - performance.now()));
      sent.push(id);
      answers.push(sendEvent(urls[sent.length % urls.length] ?? "", id));
    }
  }
  return answersOf(await Promise.all(answers));
}

async function sendAtOnce(
  azure: Azure,
  urls: readonly string[],
  sent: string[],
  count: number,
): Promise<Answers> {
  const ids = await azure.request(count);
  sent.push(...ids);
  return answersOf(await Promise.all(ids.map((id, index) => sendEvent(urls[index % urls.length] ?? "", id))));
}

async function waitForApprovals(azure: Azure, progress: Options["progress"]): Promise<void> {
  let [least, fellAt] = [Infinity, performance.now()];
  for (let left = await azure.pending(); left > 0; left = await azure.pending()) {
    if (left < least) [least, fellAt] = [left, performance.now()];
    if (performance.now() - fellAt > standstillMs) return;
    progress(`${left} requests wait`);
    await sleep(2_000);
  }
}

function answersOf(times: readonly (number | undefined)[]): Answers {
  const sorted = times.filter((each) => each !== undefined).toSorted((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    events: times.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    slowestMs: at(1),
    refused: times.length - sorted.length,
  };
}
