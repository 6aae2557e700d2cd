import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { rememberImports } from './imports.ts';
import { createPacked, type Packed } from './packed.ts';

export interface Assets {
  /** The address of a file by its name. @throws Error when the set has no such file */
  url(name: string): string;
  /** Serves the files; a set that is served already (by another service of the process) stays as it is. */
  register(app: FastifyInstance): void;
}

export interface Asset {
  type: string;
  body: Buffer;
}

const hashOf = (files: ReadonlyMap<string, Asset>): string => {
  const hash = createHash('sha256');
  for (const [name, { body }] of files) hash.update(`${name}\0${body.length}\0`).update(body);
  return hash.digest('base64url').slice(0, 12);
};

const headers = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
} as const;

const serve = (app: FastifyInstance, url: string, type: string, packed: Packed): void => {
  if (app.hasRoute({ method: 'GET', url })) return;
  app.get(url, { schema: { hide: true } as object }, async (request, reply) => {
    const { body, encoding } = await packed.for(request.headers['accept-encoding']);
    if (encoding) reply.header('content-encoding', encoding);
    return reply.headers({ ...headers, 'content-type': type }).send(body);
  });
};

/** Files with addresses that change with their content: `/_ui/<hash>/<name>`, one hash for the set. */
export const createAssets = (files: ReadonlyMap<string, Asset>): Assets => {
  const base = `/_ui/${hashOf(files)}`;
  for (const [name, { body }] of files)
    if (name.endsWith('.js')) rememberImports(base, name, body.toString());
  const packed = new Map([...files].map(([name, { body }]) => [name, createPacked(body)]));

  return {
    url(name) {
      if (!files.has(name)) throw new Error(`${name} is not in this set of assets`);
      return `${base}/${name}`;
    },
    register(app) {
      for (const [name, { type }] of files) serve(app, `${base}/${name}`, type, packed.get(name) as Packed);
    },
  };
};
