import { openBuffer } from '@pushtech/buffer';
import { type DeadLetter, encodeHitBatch, type Hit, newId, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';

const MINUTE = 60_000;

/** A hit as the tracker writes it; what its sender says is up to the test. */
export const hitOf = (item: object, fields: Partial<Hit> = {}): Hit =>
  ({
    id: newId(),
    type: 'pageview',
    receivedAt: Date.now(),
    via: 'post',
    item: { type: 'pageview', site: 'shop.example', properties: {}, ...item },
    ...fields,
  }) as Hit;

/** Puts lines into the buffer of a running system as the tracker would, counted at the door. */
export const putIntoBuffer = async (dataDir: string, lines: readonly string[]): Promise<void> => {
  const buffer = await openBuffer(`sqlite:${dataDir}/buffer.db`);
  const at = Date.now();
  const received = [{ minute: at - (at % MINUTE), n: lines.length }];
  await buffer.append(encodeHitBatch({ v: 1, batch: newId(), at, received, dropped: [] }, lines), {
    durable: true,
  });
  await buffer.close();
};

/** Letters of a step that crashed once and is mended now, and what the tracker had counted: the books stay even. */
export const crashedLetters = async (dataDir: string, hits: readonly Hit[]): Promise<void> => {
  const log = await openLog(`sqlite:${dataDir}/log.db`);
  const batch = newId();
  const at = Date.now();
  const tallies = [{ minute: at - (at % MINUTE), n: hits.length }];
  const letters = hits.map((hit, index) => {
    const letter: DeadLetter = {
      at: new Date(hit.receivedAt).toISOString(),
      reason: 'crash',
      step: 'place',
      message: 'a step failed',
      id: hit.id,
      type: hit.type,
      site: 'shop.example',
      original: JSON.stringify(hit),
      encoding: 'utf8',
      position: `entry/${index}`,
    };
    const headers = { origin: `${batch}/${index}` };
    return { topic: topics.dead, key: hit.id, value: JSON.stringify(letter), headers };
  });
  await log.append([
    { topic: topics.received, key: batch, value: JSON.stringify({ batch, tallies }) },
    ...letters,
  ]);
  await log.close();
};
