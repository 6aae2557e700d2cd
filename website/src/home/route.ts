import { isIP } from 'node:net';
import { isPublicAddress } from '@pushtech/outgoing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ScreenDeps } from '../app.ts';
import { websiteAssets } from '../frame.ts';
import { homePage } from './page.ts';
import { visitRoute } from './visit-route.ts';

const DAYS_30 = 30 * 86_400_000;
/** Numbers that take longer than this come with the next look: the page does not wait. */
const PATIENCE_MS = 400;

const inTime = <T>(answer: Promise<T>): Promise<T | undefined> =>
  Promise.race([
    answer.catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS, undefined).unref()),
  ]);

/** A site's label for a page of this host, as the enricher makes it. */
const ownLabel = ({ headers }: FastifyRequest): string =>
  (headers.host ?? '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/^www\./, '');

/** `GET /`: carries the pixel, so that a newcomer sees the own visit arrive; `GET /visit/:id` tells of it. */
export const homeRoute = (app: FastifyInstance, deps: ScreenDeps): void => {
  const { frame, stats, places, links, readAddress, clock, trackerOrigin } = deps;
  visitRoute(app, deps);
  const pixel = links('trk', '/t/pageview');

  /** How many events there are, and whether any is of another site than these pages. */
  const soFar = async (request: FastifyRequest) => {
    const now = clock();
    const top = await inTime(
      stats.top({ dimension: 'site', limit: 20, from: now - DAYS_30, to: now + 60_000, bots: 'include' }),
    );
    const others = top?.rows.some(({ value }) => value !== ownLabel(request)) ?? true;
    return { events: top?.total.events, empty: !others };
  };

  app.get('/', { schema: { hide: true } }, async (request, reply) => {
    const speech = frame.speech(request);
    const { visit } = speech.words.home;
    const mayRead = frame.mayRead(request);
    const seen = readAddress(request.raw);
    const { country, region, city } = places.find(seen.address) ?? {};
    const { headers } = request;
    const undeclared =
      seen.from === 'socket' && Boolean(headers['x-forwarded-for'] ?? headers.forwarded) && mayRead;
    const numbers = mayRead ? await soFar(request) : { events: undefined, empty: false };
    return frame.send(request, reply, {
      title: speech.words.home.title,
      current: links('www', '/'),
      sheet: 'home.css',
      scripts: [websiteAssets.url('visit.js')],
      facts: {
        words: mayRead ? visit : { ...visit, blocked: visit.away, late: visit.away },
        common: { notKnown: speech.words.common.notKnown },
        pixel,
        stream: '/visit/',
        tracker: trackerOrigin(request),
      },
      body: homePage({
        ...numbers,
        speech,
        links,
        seen,
        undeclared,
        place: [city, region, country].filter(Boolean).join(', '),
        isPrivate: isIP(seen.address) !== 0 && !isPublicAddress(seen.address),
        mayRead,
        attribution: places.attribution,
        pixel,
      }),
    });
  });
};
