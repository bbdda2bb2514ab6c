/**
 * Virtual time: the next due work runs next, and nothing else makes anything happen, so equal calls give an equal
 * order.
 */
export interface Scheduler {
  now(): number;
  /** `background` work, such as the next tick of a timer, does not keep a run from being idle. */
  at(time: number, work: () => void, background?: "background"): void;
  sleep(ms: number): Promise<void>;
  /** Runs everything that is due up to a time, then sets the clock to that time. */
  runUntil(time: number): Promise<void>;
  /** Ends the run: nothing that is due runs any more. */
  stop(): void;
  /** Whether nothing is due but background work: no call, message, event or operation is under way. */
  isIdle(): boolean;
}

interface Due {
  readonly time: number;
  readonly order: number;
  readonly work: () => void;
  readonly background: boolean;
}

/** After so much work the event loop gets a turn, so that the test runner hears of the process. */
const turnLength = 1_000;

export function scheduler(start: number): Scheduler {
  const heap: Due[] = [];
  let now = start;
  let order = 0;
  let [foreground, ran] = [0, 0];
  let stopped = false;
  const isDue = (next: Due | undefined, time: number): next is Due =>
    !stopped && next !== undefined && next.time <= time;
  const at: Scheduler["at"] = (time, work, background) => {
    if (background === undefined) foreground++;
    // Whole milliseconds, as in every clock here.
    const due = Math.max(Math.ceil(time), now);
    push(heap, { time: due, order: order++, work, background: background !== undefined });
  };
  return {
    now: () => now,
    at,
    sleep: (ms) =>
      new Promise((resolve) => {
        at(now + ms, resolve);
      }),
    runUntil: async (time) => {
      for (let next = heap[0]; isDue(next, time); next = heap[0]) {
        pop(heap);
        if (!next.background) foreground--;
        now = next.time;
        next.work();
        // Nothing waits for anything real, so all that the work resumed reaches its next wait before the next tick.
        await (++ran % turnLength === 0 ? new Promise(setImmediate) : resumed());
      }
      now = time;
    },
    stop: () => {
      stopped = true;
    },
    isIdle: () => foreground === 0,
  };
}

/** Resolves when all microtasks have run: cheaper than a turn of the event loop. */
function resumed(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

function before(a: Due, b: Due): boolean {
  return a.time === b.time ? a.order < b.order : a.time < b.time;
}

function push(heap: Due[], due: Due): void {
  let place = heap.push(due) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!before(due, heap[parent] as Due)) break;
    heap[place] = heap[parent] as Due;
    place = parent;
  }
  heap[place] = due;
}

function pop(heap: Due[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const left = 2 * place + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && before(heap[right] as Due, heap[left] as Due) ? right : left;
    if (!before(heap[child] as Due, last)) break;
    heap[place] = heap[child] as Due;
    place = child;
  }
  heap[place] = last;
}
