import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from '../answer.ts';
import { urlsOf } from '../urls.ts';
import { needTool } from './apt.ts';
import { needFreePort } from './free-port.ts';
import type { LocalDeps, LocalEngine } from './local-engine.ts';

/** As in production: nothing is evicted, and a crash loses a second at the most. */
const flags = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'everysec',
  '--maxmemory-policy',
  'noeviction',
  '--save',
  '',
];

/** Debian's Redis. */
export const createRedis = ({ settings, processes, say }: LocalDeps): LocalEngine => {
  const folder = join(settings.home, 'redis');
  const place = ['--port', String(settings.redisPort), '--bind', '127.0.0.1', '--dir', folder];

  return {
    name: 'redis',
    install: () => needTool({ command: 'redis-server', package: 'redis-server', engine: 'Redis', say }),
    units: [
      {
        name: 'redis',
        processes: ['redis'],
        start: async () => {
          if (processes.find('redis')) return;
          await needFreePort('Redis', settings.redisPort);
          mkdirSync(folder, { recursive: true });
          await processes.spawn('redis', 'redis-server', [...place, ...flags, '--daemonize', 'no']);
        },
        ready: () => answer('redis', urlsOf(settings).redis, 30, processes.watch('redis')),
        stop: () => processes.stop('redis'),
      },
    ],
  };
};
