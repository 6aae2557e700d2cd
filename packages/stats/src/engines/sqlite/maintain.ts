import type { Writer } from './writer.ts';

/** Has the writer look after old data from time to time. @param every in ms */
export const startMaintenance = (writer: Writer, every: number) => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const round = async (): Promise<void> => {
    // A busy or full disk is told by `apply`; what is left undone comes up again in the next round.
    await writer.run('maintain').catch(() => {});
    next();
  };
  const next = (): void => {
    if (!stopped) timer = setTimeout(round, every).unref();
  };
  next();

  return (): void => {
    stopped = true;
    clearTimeout(timer);
  };
};
