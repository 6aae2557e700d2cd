import { readFileSync } from 'node:fs';
import { createScript, type Redis } from '@pushtech/redis';

export type Argument = string | number | Buffer;

/** A Lua script from files that follow each other. It is told no keys: it makes them itself, as there is no Cluster. */
export const createFileScript = (...files: readonly string[]) => {
  const text = files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');
  const script = createScript(text);
  return (client: Redis, ...args: readonly Argument[]): Promise<unknown> => script(client, [], args);
};
