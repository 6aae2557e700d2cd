import type { Logger } from './logger.ts';

/** Below Kubernetes' default grace period of 30 s. */
const HARD_CAP_MS = 25_000;

/**
 * Stops on SIGTERM and SIGINT; a second signal, or a stop that takes longer than 25 s, ends the process at once.
 * `failed` is for what a process cannot live on with: it stops too, with exit code 1.
 */
export const runUntilSignal = (record: Logger, stop: () => Promise<void>, failed?: Promise<never>): void => {
  let stopping = false;

  const end = async (why: string, code: number) => {
    if (stopping) process.exit(1);
    stopping = true;
    record.info({ why }, 'Stopping.');
    setTimeout(() => process.exit(1), HARD_CAP_MS).unref();
    try {
      await stop();
      record.info('Stopped.');
      process.exit(code);
    } catch (error) {
      record.fatal({ err: error }, 'The stop failed.');
      process.exit(1);
    }
  };

  process.on('SIGTERM', () => end('SIGTERM', 0));
  process.on('SIGINT', () => end('SIGINT', 0));
  failed?.catch((error: unknown) => {
    record.fatal({ err: error }, 'A part failed for good.');
    end('a part failed', 1);
  });
};
