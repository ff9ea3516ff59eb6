/** Runs work over items, at most `limit` at a time; rejects with the first failure. Stopped, it finishes those it has begun. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
  stopping?: AbortSignal,
): Promise<void> {
  const queue = items.values();
  const drain = async () => {
    for (const item of queue) {
      if (stopping?.aborted) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, drain));
}
