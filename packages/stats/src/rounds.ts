/**
 * Repeats some work, with a pause in between.
 * @param every in ms; 0 = never
 * @returns ends it, and waits for a round under way
 */
export const startRounds = (work: () => Promise<unknown>, every: number): (() => Promise<void>) => {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  const round = async (): Promise<void> => {
    // What keeps it from working is told by `apply`; what is left undone comes up again in the next round.
    await work().catch(() => {});
    next();
  };
  const next = (): void => {
    if (stopped || every === 0) return;
    timer = setTimeout(() => {
      running = round();
    }, every).unref();
  };
  next();

  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
};
