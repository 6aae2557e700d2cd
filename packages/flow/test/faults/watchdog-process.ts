// Run by watchdog.ts as a process of its own: when the test goes away without having cleaned up, this does it.
import { createEngines } from '@pushtech/scripts/engines';
import type { Watched } from './watchdog.ts';

const watched: Watched = { pids: [] };
let done = false;

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
};

process.on('message', (message: Partial<Watched> | 'done') => {
  if (message === 'done') done = true;
  else Object.assign(watched, message);
});
process.on('disconnect', async () => {
  if (!done) {
    for (const pid of watched.pids) kill(pid);
    if (watched.engines) await createEngines(watched.engines).wipe();
  }
  process.exit(0);
});
// Ctrl-C reaches us too; the work begins when the test is gone.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
