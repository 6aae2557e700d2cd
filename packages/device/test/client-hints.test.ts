import type { ClientHints } from '@pushtech/event';
import { describe, expect, it } from 'vitest';
import { createDevices } from '../src/index.ts';

const devices = createDevices();
const REDUCED =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36';
const WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1';

const brands = (name: string) => `"Chromium";v="124", "${name}";v="124", "Not-A.Brand";v="99"`;

const table: [promise: string, agent: string, hints: ClientHints, device: object][] = [
  [
    'a reduced agent gets its model, maker and system back',
    REDUCED,
    { model: '"SM-S911B"', platform: '"Android"', platformVersion: '"14.0.0"', mobile: '?1' },
    { kind: 'mobile', vendor: 'Samsung', model: 'SM-S911B', os: { name: 'Android', version: '14' } },
  ],
  [
    'Windows 11 is told from 10',
    WINDOWS,
    { platform: '"Windows"', platformVersion: '"15.0.0"' },
    { kind: 'desktop', os: { name: 'Windows', version: '11' } },
  ],
  [
    'Windows 10 stays 10',
    WINDOWS,
    { platform: '"Windows"', platformVersion: '"10.0.0"' },
    { os: { name: 'Windows', version: '10' } },
  ],
  [
    'a platform alone changes nothing',
    WINDOWS,
    { platform: '"Windows"' },
    { os: { name: 'Windows', version: '10' } },
  ],
  ['Edge', WINDOWS, { brands: brands('Microsoft Edge') }, { browser: { name: 'Edge', version: '124' } }],
  ['Opera', WINDOWS, { brands: brands('Opera') }, { browser: { name: 'Opera', version: '124' } }],
  ['Brave', WINDOWS, { brands: brands('Brave') }, { browser: { name: 'Brave', version: '124' } }],
  [
    'Edge on a phone',
    REDUCED,
    { brands: brands('Microsoft Edge'), mobile: '?1' },
    { browser: { name: 'Edge Mobile' } },
  ],
  [
    'brands without quotes',
    WINDOWS,
    { brands: brands('Microsoft Edge').replaceAll('"', '') },
    { browser: { name: 'Edge', version: '124' } },
  ],
  [
    'Chrome keeps its full version',
    WINDOWS,
    { brands: brands('Google Chrome') },
    { browser: { name: 'Chrome', version: '124.0.0.0' } },
  ],
  [
    'an invented brand says nothing',
    WINDOWS,
    { brands: brands('constructor') },
    { browser: { name: 'Chrome', version: '124.0.0.0' } },
  ],
  [
    'an agent of its own name keeps it',
    IPHONE,
    { brands: brands('Google Chrome') },
    { browser: { name: 'Mobile Safari' } },
  ],
  [
    'garbage is left out',
    WINDOWS,
    { brands: ';;";', platform: '"', model: '""', mobile: 'x' },
    { os: { name: 'Windows' } },
  ],
];

describe('client hints', () => {
  it.each(table)('%s', (_, agent, hints, device) => {
    expect(devices.read(agent, hints).device).toMatchObject(device);
  });

  it('give away a browser without a head', () => {
    expect(devices.read(WINDOWS, { brands: brands('HeadlessChrome') }).botReasons).toEqual([
      'hints:HeadlessChrome',
    ]);
  });

  it('of absurd length are not remembered', () => {
    expect(devices.read(WINDOWS, { model: 'x'.repeat(10_000) })).toBe(devices.read(WINDOWS));
  });
});
