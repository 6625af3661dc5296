/** How long the rest will take, by what is done: `about 4 min left`. Empty until something is. */
export function timeLeft({ done, all, ms }: { done: number; all: number; ms: number }): string {
  if (done === 0 || done >= all) return "";
  const seconds = ((ms / done) * (all - done)) / 1000;
  return seconds < 90 ? `, about ${Math.ceil(seconds)} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
