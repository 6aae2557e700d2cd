import type { GatherHits } from './gather-hits.ts';
import { oldestSeconds } from './metrics.ts';
import type { Spool } from './spool/spool.ts';

const MIB = 1024 ** 2;

const fullness = (spool: Spool, now: number): string => {
  const { bytes, maxBytes, records } = spool.status();
  if (maxBytes === 0) return 'there is no spool (SPOOL_MAX_BYTES is 0)';
  const percent = ((bytes / maxBytes) * 100).toFixed(1);
  const age = Math.round(oldestSeconds(spool, now));
  return `the spool is ${percent} % full: ${(bytes / MIB).toFixed(1)} MiB, ${records} batches, the oldest ${age} s old`;
};

/** What is not as it should be, in words. @param now epoch ms */
export const degradedOf = ({ delivery }: GatherHits, spool: Spool, now: number): string[] => {
  const away = delivery.problem();
  const { problem } = spool.status();
  const waiting = delivery.waitingBytes();
  return [
    ...(away ? [`the buffer takes no hits: ${away}`] : []),
    ...(away || spool.hasRecords() ? [fullness(spool, now)] : []),
    ...(problem ? [`the spool takes nothing: ${problem}`] : []),
    ...(away && waiting > 0 ? [`${(waiting / MIB).toFixed(1)} MiB wait in memory`] : []),
  ];
};
