const checkEveryMs = 500;

/** Calls `stop` once the process that started this one has ended: the system then gives this one another parent. */
export function onParentGone(stop: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, checkEveryMs);
  timer.unref();
}
