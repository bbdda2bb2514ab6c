/**
 * Does work on all of them, so many at once; the results are in order. What one throws is thrown when those under way have
 * come to their end.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  const left = items.entries();
  const worker = async () => {
    for (const [index, item] of left) done[index] = await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  const failed = workers.find((each) => each.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return done;
}
