import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createDevices } from '../src/index.ts';

interface Crawler {
  instances: string[];
}

const crawlers = JSON.parse(
  readFileSync(new URL('fixtures/crawler-user-agents.json', import.meta.url), 'utf8'),
) as Crawler[];

const devices = createDevices();

describe('crawlers', () => {
  it('are flagged with a reason, 99 of 100 instances at least', () => {
    const agents = crawlers.flatMap(({ instances }) => instances);
    const flagged = agents.filter((agent) => devices.read(agent).botReasons !== undefined);
    console.log(`${flagged.length} of ${agents.length} crawlers flagged`);
    expect(flagged.length / agents.length).toBeGreaterThanOrEqual(0.99);
  });

  it.each([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'agent:Google'],
    ['curl/8.5.0', 'agent:curl/8.5.0'],
    ['', 'agent:missing'],
    [undefined, 'agent:missing'],
    ['   ', 'agent:missing'],
  ])('%j is one because of %s', (agent, reason) => {
    expect(devices.read(agent).botReasons).toEqual([reason]);
  });
});

describe('hostile agents', () => {
  const parts = [
    'Opera ',
    'Version/',
    'Windows Phone ',
    'MSIE 1.',
    '; ',
    'Mozilla/5.0 (Linux; ',
    '(',
    '\u0000',
    '💥',
    '\ud800',
    '__proto__',
  ];

  it('of 22 KB are read in less than 10 ms and cut', () => {
    for (const first of parts) {
      for (const second of parts) {
        const agent = (first + second).repeat(22_000 / (first.length + second.length));
        // The best of three: the machine may be busy with something else.
        const times = [1, 2, 3].map((salt) => {
          const start = performance.now();
          devices.read(`${salt}${agent}`);
          return performance.now() - start;
        });
        expect(Math.min(...times)).toBeLessThan(10);
      }
    }
  });

  it('longer than 512 characters share one answer', () => {
    const start = 'Mozilla/5.0 '.padEnd(512, 'x');
    expect(devices.read(`${start}y`)).toBe(devices.read(`${start}z`));
  });

  it('do not fill the memory', () => {
    const small = createDevices({ cacheSize: 3 });
    const first = small.read('agent 0');
    for (let i = 1; i <= 3; i++) small.read(`agent ${i}`);
    expect(small.read('agent 0')).not.toBe(first);
    expect(small.read('agent 0')).toEqual(first);
  });
});
