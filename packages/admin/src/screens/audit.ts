import { empty, html, pagesNav, speechFor, table } from '@pushtech/ui';
import type { FastifyInstance } from 'fastify';
import { newestLines } from '../audit.ts';
import type { PeopleDeps } from '../deps.ts';
import { queryField } from '../forms.ts';
import { raw, stacked, timeText } from './parts.ts';

const PAGE = 50;
const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** What was done, newest first. */
export const auditRoute = (app: FastifyInstance, { frame, store, clock, require }: PeopleDeps): void => {
  app.get('/auth/people/audit', { preHandler: require('people:write') }, async (request, reply) => {
    const { words, lang } = speechFor(request.raw);
    const { people } = words;
    const asked = queryField(request, 'before');
    const before = ID.test(asked) ? { before: asked } : {};
    const found = await newestLines({ lines: store.audit, now: clock(), limit: PAGE + 1, ...before });
    const lines = found.slice(0, PAGE);
    const columns = [people.when, people.who, people.what, people.target].map((text) => ({ text }));
    const rows = lines.map(({ at, who, what, target }) => [
      timeText(at, lang, true),
      raw(who),
      html`<code>${what}</code>`,
      raw(target),
    ]);
    const older = found.length > PAGE ? `/auth/people/audit?before=${lines.at(-1)?.id}` : undefined;
    const newer = before.before && '/auth/people/audit';
    const list = stacked(table({ caption: people.audit, columns, rows }));
    const body = html`<h1>${people.audit}</h1>
${rows.length === 0 ? empty(people.noAudit, people.noAuditText) : list}${pagesNav({ older, newer }, words)}`;
    return frame.show(request, reply, { title: people.audit, body, tab: 'audit' });
  });
};
