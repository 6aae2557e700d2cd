import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { timeAnswers } from '../src/time-answers.ts';

const server = createServer();
afterEach(() => server.close());

it('counts each answer, and times every 16th until it is handed to the system', async () => {
  const seconds: number[] = [];
  const timed = timeAnswers(
    (request, response) => {
      if (request.url !== '/t/a') return false;
      setTimeout(() => response.end('pixel'), 20);
      return true;
    },
    (one) => seconds.push(one),
  );
  server.on('request', (request, response) => {
    if (!timed.answer(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (let n = 0; n < 33; n++) await (await fetch(`${url}/t/a`)).text();
  for (let n = 0; n < 40; n++) await (await fetch(`${url}/elsewhere`)).text();

  expect(timed.counts.answered).toBe(33);
  expect(seconds).toHaveLength(3);
  for (const one of seconds) expect(one).toBeGreaterThanOrEqual(0.019);
});
