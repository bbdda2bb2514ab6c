import { readFileSync } from "node:fs";

/** Watches the resident memory of processes, of all together, until it is stopped. */
export function watchMemory(pids: readonly number[]) {
  const samples: number[] = [];
  const timer = setInterval(() => {
    samples.push(pids.reduce((sum, pid) => sum + residentMb(pid), 0));
  }, 500);
  return {
    /** The largest in each half of the time. */
    stop: () => {
      clearInterval(timer);
      const middle = Math.ceil(samples.length / 2);
      return { first: Math.max(...samples.slice(0, middle)), second: Math.max(...samples.slice(middle)) };
    },
  };
}

/** Of Linux's list of processes; not a number on other systems. */
function residentMb(pid: number): number {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) / 1024;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return Number.NaN;
    throw error;
  }
}
