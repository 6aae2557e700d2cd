import type { Ledger } from '@pushtech/stats';
import { openStream } from './stream.ts';
import { post } from './tracker-steps.ts';
import { askJson, at, type Step, until, type Walk } from './walk.ts';

const countedFor = async (walk: Walk): Promise<number> => {
  const query = new URLSearchParams({ site: walk.site, bots: 'include' });
  const url = at(walk, 'consumer-stats', `/stats/summary?${query}`);
  return (await askJson<{ events: number }>(walk, url)).events;
};

/** Before anything is sent: what follows must come through it. */
export const openStreamStep: Step = {
  name: 'stream opens',
  async take(walk) {
    walk.before = await countedFor(walk);
    const url = at(walk, 'kafidx', `/kafidx/stream?site=${encodeURIComponent(walk.site)}`);
    walk.stream = await openStream(url, walk.identity, walk.road);
    return undefined;
  },
};

/** An import of one event has a ledger of its own, whatever else is going on. */
export const ledgerStep: Step = {
  name: 'ledger adds up',
  async take(walk) {
    await post(walk, `?run=${walk.run}`, walk.identity);
    const url = at(walk, 'consumer-stats', `/stats/ledger?run=${walk.run}`);
    const even = ({ received, redelivered, kept, dead, dropped, counted, duplicates }: Ledger): boolean =>
      received === 1 &&
      received + redelivered === kept + dead &&
      Object.keys(dropped).length === 0 &&
      counted === 1 &&
      kept === counted + duplicates;
    await until(
      walk,
      () => askJson<Ledger>(walk, url),
      even,
      (ledger) => `${url} still says ${JSON.stringify(ledger)}`,
    );
    return undefined;
  },
};

export const summaryStep: Step = {
  name: 'counted',
  async take(walk) {
    const wanted = walk.before + walk.sent.length;
    const counted = await until(
      walk,
      () => countedFor(walk),
      (events) => events >= wanted,
      (events) => `${events} of ${wanted} events are counted`,
    );
    return `${counted} events of ${walk.site} so far`;
  },
};

export const seenStep: Step = {
  name: 'seen on the stream',
  async take(walk) {
    const { stream, sent } = walk;
    if (!stream) throw new Error('the stream could not be opened');
    const missing = () => sent.filter((id) => !stream.seen.has(id));
    await until(
      walk,
      async () => missing().length,
      (left) => left === 0 || stream.ended() !== '',
      (left) => `${left} of ${sent.length} events have not come by`,
    );
    if (missing().length > 0) throw new Error(stream.ended());
    return undefined;
  },
};
