import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { tagScript } from '@pushtech/tag/built';
import type { FastifyInstance } from 'fastify';

export interface ScriptOptions {
  /** Names the script is served under, e.g. `s.js`; `t.js` always is. */
  tagNames: readonly string[];
  /** Where hits may go beside `/t`; a script of another name sends to the first. */
  trackPaths: readonly string[];
}

const OWN_NAME = 't.js';

/** Only what is asked for by name: `*` and `gzip;q=0` do not mean it. */
const asksFor = (accepted: string, encoding: string): boolean =>
  accepted.split(',').some((part) => {
    const [name, quality = ''] = part.split(';');
    return name?.trim() === encoding && !/q=0(\.0*)?\s*$/.test(quality);
  });

const packed = (text: string) => {
  const plain = Buffer.from(text);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 16);
  return { plain, gzip: gzipSync(plain, { level: 9 }), br: brotliCompressSync(plain), tag: `W/"${hash}"` };
};

const scriptSchema = {
  tags: ['tracker'],
  summary: 'The script for pages',
  description:
    'Counts page views, links to other sites, downloads and marked elements; `<script defer src="/t.js"></script>` is all a ' +
    'page needs. What it does and its attributes: packages/tag/README.md.',
} as const;

const serve = (app: FastifyInstance, name: string, path: string): void => {
  const { tag, ...bodies } = packed(tagScript(name, path));
  app.get(`/${name}`, { schema: scriptSchema }, (request, reply) => {
    const accepted = request.headers['accept-encoding'] ?? '';
    const encoding = (['br', 'gzip'] as const).find((one) => asksFor(accepted, one));
    reply.headers({
      'Content-Type': 'text/javascript; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'cross-origin',
      'Access-Control-Allow-Origin': '*',
      'Cache-Control': 'public, max-age=3600, stale-while-revalidate=86400',
      Vary: 'Accept-Encoding',
      ETag: tag,
    });
    const known = (request.headers['if-none-match'] ?? '').split(',').map((one) => one.trim());
    if (known.includes('*') || known.some((one) => one.replace(/^W\//, '') === tag.slice(2)))
      return reply.code(304).send();
    if (encoding) reply.header('Content-Encoding', encoding);
    return reply.send(bodies[encoding ?? 'plain']);
  });
};

/** `GET /t.js` and the further names. */
export const scriptRoute = (app: FastifyInstance, { tagNames, trackPaths }: ScriptOptions): void => {
  const [further = '/t'] = trackPaths;
  for (const name of new Set([OWN_NAME, ...tagNames])) serve(app, name, name === OWN_NAME ? '/t' : further);
};
