import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../answer.ts';
import { engineError } from '../engine-error.ts';

const isTaken = async (port: number): Promise<boolean> => {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};

/**
 * Before an engine starts: at a port that somebody else has, his answers would be taken for ours.
 * @throws PushtechError `ENGINE_SETTINGS`
 */
export const needFreePort = async (engine: string, port: number): Promise<void> => {
  // One that was ended a moment ago may need this long to be gone.
  if (!(await until(async () => !(await isTaken(port)), 3))) {
    throw engineError('ENGINE_SETTINGS', `Port ${port}, which ${engine} needs, is somebody else's.`);
  }
};
