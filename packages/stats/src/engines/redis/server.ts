import type { Redis } from '@pushtech/redis';
import { type Connection, isDown } from '@pushtech/redis';
import { statsError } from '../../errors.ts';

export interface Server {
  /** Runs commands. @throws PushtechError `STATS_DOWN` (retry): after a timeout they may have worked all the same */
  run<T>(commands: (client: Redis) => Promise<T>): Promise<T>;
  /** Runs commands in one go, and throws the first error among them. */
  pipeline(commands: readonly (readonly (string | number | Buffer)[])[]): Promise<unknown[]>;
}

export const createServer = (connection: Connection): Server => {
  const run = async <T>(commands: (client: Redis) => Promise<T>): Promise<T> => {
    try {
      return await connection.call(commands);
    } catch (error) {
      if (isDown(error)) throw statsError('STATS_DOWN', (error as Error).message, error);
      throw error;
    }
  };
  return {
    run,
    pipeline: (commands) =>
      run(async (client) => {
        const pipeline = client.pipeline();
        for (const [name, ...args] of commands) pipeline.callBuffer(name as string, ...args);
        const replies = (await pipeline.exec()) ?? [];
        return replies.map(([error, reply]) => {
          if (error) throw error;
          return reply;
        });
      }),
  };
};
