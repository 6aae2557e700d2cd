import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { loadAssets, registerLook, screens, sendPage, speechFor, uiAssets } from '../../src/index.ts';
import { guideBody } from './body.ts';

const DAY = 86_400_000;
const start = Date.UTC(2026, 9, 4);
const wave = (n: number, size: number): number => Math.round(size * (2 + Math.sin(n / 2) + Math.cos(n / 7)));

const facts = {
  chart: {
    label: 'Events of each day',
    interval: 'day',
    zone: 'UTC',
    at: Array.from({ length: 31 }, (_, n) => start + n * DAY),
    series: [
      { name: 'Events', values: Array.from({ length: 31 }, (_, n) => wave(n, 1200)), total: '128,402' },
      {
        name: 'The 31 days before',
        before: true,
        values: Array.from({ length: 31 }, (_, n) => wave(n + 4, 1000)),
      },
    ],
  },
  bars: {
    label: 'Events of each minute',
    interval: 'minute',
    zone: 'Asia/Kolkata',
    at: Array.from({ length: 30 }, (_, n) => start + n * 60_000),
    series: [{ name: 'Events', kind: 'bars', values: Array.from({ length: 30 }, (_, n) => wave(n, 20)) }],
  },
  map: {
    label: 'Events by country',
    values: [
      { code: 'DE', value: 51_203 },
      { code: 'US', value: 20_311 },
      { code: 'FR', value: 4021 },
      { code: 'BR', value: 910 },
      { code: 'IN', value: 212 },
      { code: 'AU', value: 14 },
      { code: 'ZA', value: 1 },
      { code: 'MT', value: 3 },
    ],
  },
};

/** A service whose only page shows all parts. @returns its address */
export const serveGuide = async (): Promise<string> => {
  const assets = loadAssets(new URL('./', import.meta.url), ['guide.js', 'guide.css']);
  const app = Fastify({ forceCloseConnections: true });
  registerLook(app);
  assets.register(app);
  app.get('/', (request, reply) => {
    const speech = speechFor(request.raw);
    const nav = screens(speech.words, (_service, path) => path);
    return sendPage(reply, {
      title: speech.words.nav.start,
      nav,
      current: '/',
      speech,
      body: guideBody(speech),
      facts,
      scripts: [assets.url('guide.js')],
      styles: [uiAssets.url('chart.css'), uiAssets.url('map.css'), assets.url('guide.css')],
    });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.close());
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
};
