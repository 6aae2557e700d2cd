import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@pushtech/testing';
import { afterAll, expect, it } from 'vitest';
import { createServiceProcess } from './service-process.ts';

const home = mkdtempSync(join(tmpdir(), 'pushtech-process-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** A service that is ready at once and does `onTerm` when it is told to stop. */
const serviceThat = async (onTerm: string) => {
  const main = join(home, 'main.mjs');
  writeFileSync(
    main,
    `import { createServer } from 'node:http';
     process.on('SIGTERM', () => ${onTerm});
     createServer((request, response) => response.end()).listen(Number(process.env.PORT), '127.0.0.1');`,
  );
  const service = createServiceProcess({
    name: 'example',
    main,
    port: await freePort(),
    env: {},
    logFile: join(home, 'log'),
    nice: 0,
    started: () => {},
  });
  await service.start();
  return service;
};

it('calls a process killed that died by SIGKILL on its way down', async () => {
  const service = await serviceThat(`process.kill(process.pid, 'SIGKILL')`);
  expect(await service.stop()).toBe('SIGKILL');
  expect(service.away.map(({ why }) => why)).toEqual(['killed']);
});

it('calls a process stopped that ended as it was told', async () => {
  const service = await serviceThat('process.exit(0)');
  expect(await service.stop()).toBe('0');
  expect(service.away.map(({ why }) => why)).toEqual(['stopped']);
});
