import type { LogRecord } from '../log.ts';

/** How much of each topic is kept, in characters of values; older halves go when it is passed. */
const MAX_CHARS = 4_000_000;
const MAX_RECORDS = 5000;

interface Recent {
  records: LogRecord[];
  chars: number;
}

const charsOf = (records: readonly LogRecord[]): number =>
  records.reduce((sum, record) => sum + record.value.length, 0);

/**
 * The newest records of each topic as they were appended here, so that subscribers of the same process need not read and
 * decode them again. Always one run of positions without a hole: when somebody else appended in between, it starts anew.
 */
export const createRecent = () => {
  const topics = new Map<string, Recent>();

  return {
    push(topic: string, added: readonly LogRecord[]): void {
      const recent = topics.get(topic) ?? { records: [], chars: 0 };
      topics.set(topic, recent);
      const last = recent.records.at(-1);
      if (last && last.position + 1 !== added[0]?.position) {
        recent.records = [];
        recent.chars = 0;
      }
      for (const record of added) recent.records.push(record);
      recent.chars += charsOf(added);
      if (recent.chars <= MAX_CHARS && recent.records.length <= MAX_RECORDS) return;
      recent.records = recent.records.slice(Math.ceil(recent.records.length / 2));
      recent.chars = charsOf(recent.records);
    },

    /** Lets go of what retention has deleted. */
    trim(topic: string, before: number): void {
      const recent = topics.get(topic);
      const first = recent?.records[0]?.position ?? before;
      if (!recent || first >= before) return;
      recent.records = recent.records.slice(before - first);
      recent.chars = charsOf(recent.records);
    },

    /** Records from exactly this position on; none when that one is not kept here. */
    read(topic: string, from: number, max: number): LogRecord[] {
      const records = topics.get(topic)?.records;
      const first = records?.[0]?.position;
      if (!records || first === undefined || from < first) return [];
      return records.slice(from - first, from - first + max);
    },
  };
};
