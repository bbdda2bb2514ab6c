/** Virtual time: what is due next runs next, and nothing else makes anything happen. The same calls, the same order. */
export interface Scheduler {
  now(): number;
  at(time: number, work: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Runs everything that is due up to a time, and then lets it be that time. */
  runUntil(time: number): Promise<void>;
}

interface Due {
  readonly time: number;
  readonly order: number;
  readonly work: () => void;
}

export function scheduler(start: number): Scheduler {
  const heap: Due[] = [];
  let now = start;
  let order = 0;
  const at = (time: number, work: () => void) => {
    // Whole milliseconds, as every clock here has them.
    push(heap, { time: Math.max(Math.ceil(time), now), order: order++, work });
  };
  return {
    now: () => now,
    at,
    sleep: (ms) =>
      new Promise((resolve) => {
        at(now + ms, resolve);
      }),
    runUntil: async (time) => {
      for (let next = heap[0]; next !== undefined && next.time <= time; next = heap[0]) {
        pop(heap);
        now = next.time;
        next.work();
        // There is nothing real to wait for, so that whatever the work woke comes to its next wait before this returns.
        await new Promise(setImmediate);
      }
      now = time;
    },
  };
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
