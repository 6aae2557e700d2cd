import { openBuffer } from '@pushtech/buffer';
import { encodeHitBatch, type Hit, newId, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';

const minute = (at: number): number => at - (at % 60_000);

/** A hit as the tracker writes it. */
export const hitOf = (item: object): Hit => ({
  ...({ id: newId(), type: 'pageview', receivedAt: Date.now(), via: 'post' } as const),
  item: { type: 'pageview', site: 'shop.example', properties: {}, ...item },
});

/** Puts hits into the buffer of a running system as its tracker would: bad ones become dead letters there. */
export const putIntoBuffer = async (dataDir: string, hits: readonly Hit[]): Promise<void> => {
  const buffer = await openBuffer(`sqlite:${dataDir}/buffer.db`);
  const at = Date.now();
  const head = {
    v: 1 as const,
    batch: newId(),
    at,
    received: [{ minute: minute(at), n: hits.length }],
    dropped: [],
  };
  await buffer.append(
    encodeHitBatch(
      head,
      hits.map((hit) => JSON.stringify(hit)),
    ),
    { durable: true },
  );
  await buffer.close();
};

/** Writes letters of a step that crashed and is mended now: what went into them is sound. */
export const writeCrashed = async (dataDir: string, hits: readonly Hit[]): Promise<void> => {
  const log = await openLog(`sqlite:${dataDir}/log.db`);
  const batch = newId();
  const tallies = [{ minute: minute(Date.now()), n: hits.length }];
  const letters = hits.map((hit, index) => ({
    topic: topics.dead,
    key: hit.id,
    value: JSON.stringify({
      ...{ at: new Date(hit.receivedAt).toISOString(), reason: 'crash', step: 'place', message: 'it failed' },
      ...{
        id: hit.id,
        type: hit.type,
        site: 'shop.example',
        original: JSON.stringify(hit),
        encoding: 'utf8',
      },
      position: `entry/${index}`,
    }),
    headers: { origin: `${batch}/${index}` },
  }));
  const received = { topic: topics.received, key: batch, value: JSON.stringify({ batch, tallies }) };
  await log.append([received, ...letters]);
  await log.close();
};
