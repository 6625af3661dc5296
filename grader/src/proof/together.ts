/**
 * All values, or the first error, but not before every piece of work has ended: the first error aborts the others,
 * and what they have begun they also clean up.
 */
export async function together<T>(signal: AbortSignal, begin: (signal: AbortSignal) => Promise<T>[]): Promise<T[]> {
  const stop = new AbortController();
  const work = begin(AbortSignal.any([signal, stop.signal]));
  try {
    return await Promise.all(work);
  } catch (thrown) {
    stop.abort(thrown);
    await Promise.allSettled(work);
    throw thrown;
  }
}
