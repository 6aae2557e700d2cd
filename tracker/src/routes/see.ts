import type { Devices } from '@pushtech/device';
import type { Places } from '@pushtech/place';
import type { ReadAddress } from '@pushtech/service';
import type { FastifyInstance } from 'fastify';
import { requestFacts } from '../request-facts.ts';

export interface SeeDeps {
  readAddress: ReadAddress;
  places: Places;
  devices: Devices;
}

/** `GET /t`: what we see of whoever asks, and where we read it. Nothing is kept. */
export const seeRoute = (app: FastifyInstance, { readAddress, places, devices }: SeeDeps): void => {
  app.get(
    '/t',
    { schema: { tags: ['tracker'], summary: 'What do you see of me?' } },
    async (request, reply) => {
      const { address, from } = readAddress(request.raw);
      const facts = requestFacts(request.raw, readAddress);
      const agent = devices.read(facts.ua, facts.hints);
      reply.header('Cache-Control', 'no-store');
      return {
        address,
        from,
        ...(from === 'socket' && forwardedHint(request.headers)),
        place: places.find(address) ?? null,
        ...(places.attribution && { attribution: places.attribution }),
        device: agent.device ?? null,
        bot: agent.botReasons ? { reasons: agent.botReasons } : null,
        userAgent: facts.ua ?? null,
        language: facts.lang ?? null,
        privacy: { gpc: facts.gpc === true, dnt: facts.dnt === true },
      };
    },
  );
};

/** The most common reason for wrong places: a proxy in front that nobody declared. */
const forwardedHint = (headers: Record<string, unknown>) =>
  headers['x-forwarded-for'] || headers.forwarded
    ? { hint: 'there is a forwarding header, but its sender is not in TRUSTED_PROXIES, so it was not read' }
    : {};
