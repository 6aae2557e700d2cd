import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface Assets {
  /** The address of a file by its name. @throws Error when the set has no such file */
  url(name: string): string;
  /** Serves the files; a set that is served already (by another service of the process) stays as it is. */
  register(app: FastifyInstance): void;
}

interface Asset {
  type: string;
  body: Buffer;
}

const load = (folder: URL, name: string): Asset => {
  const type = types[extname(name)];
  if (!type) throw new Error(`no content type is known for ${name}`);
  return { type, body: readFileSync(new URL(name, folder)) };
};

const hashOf = (files: ReadonlyMap<string, Asset>): string => {
  const hash = createHash('sha256');
  for (const [name, { body }] of files) hash.update(`${name}\0${body.length}\0`).update(body);
  return hash.digest('base64url').slice(0, 12);
};

/**
 * Reads files of a folder once and gives them addresses that change with their content: `/_ui/<hash>/<name>`.
 * One hash for the set, so that modules of it can import each other as `./name.js`.
 * @throws Error when a file is missing or of a kind without a known content type
 */
export const loadAssets = (folder: URL, names: readonly string[]): Assets => {
  const files = new Map(names.map((name) => [name, load(folder, name)]));
  const base = `/_ui/${hashOf(files)}`;

  return {
    url(name) {
      if (!files.has(name)) throw new Error(`${name} is not in this set of assets`);
      return `${base}/${name}`;
    },
    register(app) {
      for (const [name, { type, body }] of files) {
        const url = `${base}/${name}`;
        if (app.hasRoute({ method: 'GET', url })) continue;
        app.get(url, { schema: { hide: true } as object }, (_request, reply) => {
          reply.headers({
            'content-type': type,
            'cache-control': 'public, max-age=31536000, immutable',
            'x-content-type-options': 'nosniff',
            'cross-origin-resource-policy': 'same-origin',
          });
          return reply.send(body);
        });
      }
    },
  };
};
