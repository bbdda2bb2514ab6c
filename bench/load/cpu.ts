import { readFileSync } from "node:fs";

/** Who shares the processors with the hosts. */
export type Kind = "hosts" | "Azurite" | "Azure" | "sender";

/** Processors that each kind kept busy during a phase: 2 at most together on a machine with two. */
export type Busy = Readonly<Record<Kind, number>>;

/** Linux counts processor time in hundredths of a second, on every architecture. */
const ticksPerSecond = 100;

/** Watches the processor time of processes by kind. `take` returns what each kept busy since the last time. */
export function watchCpu(pids: Readonly<Record<Kind, readonly number[]>>): { readonly take: () => Busy } {
  const now = () => ({ at: performance.now(), used: mapKinds(pids, cpuSeconds) });
  let last = now();
  return {
    take: () => {
      const [before, after] = [last, (last = now())];
      const seconds = (after.at - before.at) / 1_000;
      return mapKinds(pids, (_, kind) => (after.used[kind] - before.used[kind]) / seconds);
    },
  };
}

function mapKinds<T>(
  pids: Readonly<Record<Kind, readonly number[]>>,
  of: (pids: readonly number[], kind: Kind) => T,
): Record<Kind, T> {
  const { hosts, Azurite, Azure, sender } = pids;
  return {
    hosts: of(hosts, "hosts"),
    Azurite: of(Azurite, "Azurite"),
    Azure: of(Azure, "Azure"),
    sender: of(sender, "sender"),
  };
}

/** Of Linux's list of processes; not a number on other systems. */
function cpuSeconds(pids: readonly number[]): number {
  const ticks = pids.reduce((sum, pid) => sum + ticksOf(pid), 0);
  return ticks / ticksPerSecond;
}

/** The fields after the command, which may have spaces: the 12th and 13th are the time as a user and in the kernel. */
function ticksOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /su, "")
      .split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Number.NaN;
    throw error;
  }
}
