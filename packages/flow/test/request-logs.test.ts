import { setTimeout as sleep } from 'node:timers/promises';
import { assemble, createLogger } from '@pushtech/service';
import { expect, it } from 'vitest';
import { buildFlow } from '../src/app.ts';
import { readFlowSettings } from '../src/config.ts';
import { dataFolder, NO_PLACES } from './start-flow.ts';

const VISITOR = 'vid-47114711';
const SECRET = 's3cr3t-0815';
const QUERY = `?vid=${VISITOR}&token=${SECRET}&code=${SECRET}&id=${VISITOR}&site=a.example&from=${SECRET}`;

/** Not described in /docs: pages whose address holds a secret, and addresses that are none. */
const FURTHER = [
  `/dashboard/shared/${SECRET}`,
  `/auth/invitation/${SECRET}`,
  `/auth/provider/return`,
  '/nowhere',
  '/t/%zz',
  '/%zz',
  '/r',
];

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

it('no line of the log, at any level, holds a visitor or a secret of an address', async () => {
  const folder = dataFolder();
  const lines: string[] = [];
  const env = { DATA_DIR: folder.path, GEOIP_CITY_PATH: NO_PLACES, HEARTBEAT_SECONDS: '0' };
  const settings = readFlowSettings(env);
  const record = createLogger('trace', 'test', { write: (line) => void lines.push(line) });
  const flow = await assemble(settings, record, buildFlow(settings));
  const { url } = await flow.host.listen({ host: '127.0.0.1', port: 0 });

  const { paths } = (await (await fetch(`${url}/docs/json`)).json()) as { paths: Record<string, object> };
  const described = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, VISITOR));
  expect(described.length).toBeGreaterThan(20);
  for (const path of [...described, ...FURTHER]) {
    for (const method of METHODS) {
      const answer = await fetch(`${url}${path}${QUERY}`, { method, redirect: 'manual' });
      await answer.body?.cancel();
    }
  }
  await sleep(200);
  await flow.close();
  folder.remove();

  // Pixels leave no line; everything else did.
  expect(lines.length).toBeGreaterThan(150);
  expect(lines.filter((line) => line.includes(VISITOR) || line.includes(SECRET))).toEqual([]);
});
