import type { Redis } from 'ioredis';

const setting = async (client: Redis, name: string): Promise<string | undefined> => {
  // Hosted servers often forbid CONFIG: what cannot be asked cannot be warned of.
  const answer = await client.config('GET', name).catch(() => undefined);
  return (answer as string[] | undefined)?.[1];
};

/** What may be lost with the server as it is set up, one sentence each; empty when it keeps what it takes. */
export const durabilityWarnings = async (client: Redis): Promise<string[]> => {
  const warnings: string[] = [];
  if ((await setting(client, 'appendonly')) === 'no') {
    warnings.push(
      'appendonly is off: a restart of Redis loses everything since its last snapshot; set appendonly yes',
    );
  }
  const policy = await setting(client, 'maxmemory-policy');
  if (policy !== undefined && policy !== 'noeviction') {
    warnings.push(
      `maxmemory-policy is ${policy}: when its memory is full, Redis throws data away without a word; set noeviction`,
    );
  }
  return warnings;
};
