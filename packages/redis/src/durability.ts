import type { Redis } from 'ioredis';
import type { Connection } from './connect.ts';

const setting = async (client: Redis, name: string): Promise<string | undefined> => {
  // Hosted servers often forbid CONFIG: what cannot be asked cannot be warned of.
  const answer = await client.config('GET', name).catch(() => undefined);
  return (answer as string[] | undefined)?.[1];
};

/** What may be lost with the server as it is set up, one sentence each; empty when it keeps what it takes. */
export const durabilityWarnings = async (client: Redis): Promise<string[]> => {
  const [appendOnly, fsync, policy] = await Promise.all(
    ['appendonly', 'appendfsync', 'maxmemory-policy'].map((name) => setting(client, name)),
  );
  const warnings: string[] = [];
  if (appendOnly === 'no') {
    warnings.push(
      'appendonly is off: a restart of Redis loses everything since its last snapshot; set appendonly yes',
    );
  } else if (fsync === 'no') {
    warnings.push('appendfsync is no: a power cut may lose half a minute; set appendfsync everysec');
  }
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `maxmemory-policy is ${policy}: when its memory is full, Redis throws data away without a word; set noeviction`,
    );
  }
  return warnings;
};

type Warn = (facts: object, sentence: string) => void;

/** Checks now and whenever the server comes back; says each warning once, and again when it had been put right between. */
export const watchDurability = (connection: Connection, warn: Warn): void => {
  let said: string[] = [];
  const check = async (): Promise<void> => {
    const warnings = await durabilityWarnings(connection.client);
    // A server that went away during the check has said nothing.
    if (!connection.isUp()) return;
    for (const sentence of warnings) {
      if (!said.includes(sentence)) warn({ server: connection.name }, sentence);
    }
    said = warnings;
  };
  connection.client.on('ready', check);
  if (connection.isUp()) void check();
};
