import { setTimeout as sleep } from "node:timers/promises";
import type { App } from "../../local/app.ts";
import { startAzurite, type Azurite } from "../../local/azurite.ts";

/** How often each thing happens to the processes, at random moments while requests are under way. */
export interface Disturbed {
  /** A host is killed with SIGKILL, and another one started. */
  readonly kills: number;
  /** A host is stopped with SIGSTOP and continued, in one of four cases after its leases have expired. */
  readonly pauses: number;
  /**
   * Azurite is ended and started again with what it stored. With SIGTERM: it writes to the disk every five seconds, so
   * that SIGKILL would lose what it had acknowledged, which Azure Storage does not.
   */
  readonly outages: number;
}

const pauseMaxMs = 20_000;
/** A lease lasts for a minute and a half. */
const longPauseMs = 100_000;
const longPauseShare = 0.25;
const outageMaxMs = 5_000;

/** What is disturbed: the hosts by their place, and the storage. */
export interface Processes {
  readonly apps: readonly App[];
  readonly boot: (index: number) => Promise<void>;
  azurite: Azurite;
  readonly folder: string;
}

export interface Disturbances {
  /** How many have not happened yet. */
  left(): number;
  /** Does everything whose time has come. */
  happen(elapsedMs: number): Promise<void>;
  /** Continues the hosts that are stopped. */
  end(): Promise<void>;
}

interface Planning {
  readonly random: () => number;
  readonly withinMs: number;
  readonly progress: (step: string) => void;
}

/** Plans disturbances within this time. One that stops a host for long does not delay the others. */
export function planDisturbances(processes: Processes, counts: Disturbed, planning: Planning): Disturbances {
  const { random, withinMs, progress } = planning;
  const planned = (["kills", "pauses", "outages"] as const)
    .flatMap((kind) => Array.from({ length: counts[kind] }, () => ({ kind, at: random() * withinMs })))
    .toSorted((one, other) => one.at - other.at);
  const pauses = pausesOf(processes, random);
  const happens = {
    kills: async (index) => {
      await processes.apps[index]?.end("SIGKILL");
      await processes.boot(index);
    },
    pauses: pauses.begin,
    outages: async () => {
      const { ports } = processes.azurite;
      await processes.azurite.end();
      await sleep(random() * outageMaxMs);
      processes.azurite = await startAzurite(undefined, { folder: processes.folder, ports });
    },
  } satisfies Record<keyof Disturbed, (index: number) => Promise<void>>;
  return {
    left: () => planned.length + pauses.count(),
    happen: async (elapsedMs) => {
      while ((planned[0]?.at ?? Infinity) <= elapsedMs) {
        const next = planned.shift();
        if (next === undefined) return;
        progress(next.kind);
        await happens[next.kind](Math.floor(random() * processes.apps.length));
      }
    },
    end: pauses.end,
  };
}

function pausesOf({ apps }: Processes, random: () => number) {
  /** The hosts that are stopped, each until it continues. */
  const paused = new Map<number, Promise<void>>();
  const over = Promise.withResolvers<void>();
  const continueAfter = async (index: number, child: App["process"], ms: number) => {
    await Promise.race([sleep(ms, undefined, { ref: false }), over.promise]);
    child.kill("SIGCONT");
    paused.delete(index);
  };
  const running = () => [...apps.keys()].filter((index) => !paused.has(index));
  return {
    count: () => paused.size,
    /** Stops a host, or the next one where it is stopped already. */
    begin: async (chosen: number): Promise<void> => {
      while (running().length === 0) await Promise.race(paused.values());
      const index = running()[chosen % running().length] ?? 0;
      const child = apps[index]?.process;
      if (child === undefined) return;
      child.kill("SIGSTOP");
      const forMs = random() < longPauseShare ? longPauseMs : random() * pauseMaxMs;
      paused.set(index, continueAfter(index, child, forMs));
    },
    end: async (): Promise<void> => {
      over.resolve();
      await Promise.all(paused.values());
    },
  };
}
