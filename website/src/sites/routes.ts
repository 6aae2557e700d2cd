import { SITE_PATTERN } from '@pushtech/event';
import type { Site } from '@pushtech/store';
import { say } from '@pushtech/ui';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ScreenDeps } from '../app.ts';
import { fieldOf } from '../forms.ts';
import { websiteAssets } from '../frame.ts';
import { checkPage } from './check/page.ts';
import { checkRoutes } from './check/routes.ts';
import { listSites } from './known-sites.ts';
import { listPage } from './list-page.ts';
import { checkSite, labelOf, type Problems, readTyped, type Typed, typedOf } from './site-form.ts';
import { type SiteFacts, sitePage } from './site-page.ts';
import { type Variant, variantsOf } from './variants.ts';

interface OfSite {
  Params: { label: string };
  Querystring: { send?: unknown; saved?: unknown };
}

const asNamed = (label: string, timeZone = 'UTC'): Omit<Site, 'id' | 'createdAt'> => ({
  name: label,
  timeZone,
  origins: [],
  excludedAddresses: [],
  excludedPaths: [],
});

/** `/sites`: the sites, what to paste on them, their rules, and the live check. */
export const sitesRoutes = (app: FastifyInstance, deps: ScreenDeps): void => {
  const { frame, guard, links, store, readAddress, trackerOrigin, clock } = deps;
  const schema = { hide: true };
  const read = { schema, preHandler: guard.require('stats:read') };
  const write = { schema, preHandler: guard.require('sites:write') };
  const current = links('www', '/sites');
  const hrefOf = (label: string, rest = '') => links('www', `/sites/${encodeURIComponent(label)}${rest}`);

  const rights = (request: FastifyRequest) => ({
    mayWrite: guard.identify(request.raw).scopes.has('sites:write'),
    csrf: guard.csrfToken(request.raw),
  });

  const showList = async (request: FastifyRequest, reply: FastifyReply, wrong?: string) => {
    const speech = frame.speech(request);
    const list = await listSites(deps);
    return frame.send(request, reply, {
      title: speech.words.sites.title,
      current,
      sheet: 'sites.css',
      scripts: [websiteAssets.url('sites.js')],
      body: listPage({ speech, links, list, wrong, ...rights(request) }),
    });
  };

  interface Shown {
    site: Site | undefined;
    typed?: Typed;
    problems?: Problems;
    outcome?: SiteFacts['outcome'];
    send?: unknown;
  }

  const showSite = (request: FastifyRequest, reply: FastifyReply, label: string, shown: Shown) => {
    const speech = frame.speech(request);
    const variants = variantsOf(trackerOrigin(request), label, deps.tag);
    const { site, typed = typedOf(site ?? asNamed(label)), problems = {}, outcome, send } = shown;
    const variant: Variant['id'] = variants.find(({ id }) => id === send)?.id ?? 'script';
    const { address } = readAddress(request.raw);
    return frame.send(request, reply, {
      title: say(speech.words.sites.pageTitle, { name: site?.name ?? label }),
      current,
      sheet: 'sites.css',
      scripts: [websiteAssets.url('sites.js')],
      body: sitePage({
        ...{ speech, links, label, site, typed, problems, outcome, variants, variant, address },
        ...rights(request),
      }),
    });
  };

  const isLabel = (label: string, reply: FastifyReply): boolean => {
    if (SITE_PATTERN.test(label)) return true;
    reply.code(404).send({ error: 'not_found', message: 'this is no name of a site' });
    return false;
  };

  const save = async (id: string, given: Omit<Site, 'id' | 'createdAt'>): Promise<void> => {
    const site: Site = { id, createdAt: clock(), ...given };
    if (await store.sites.insert(site)) return;
    await store.sites.update(id, ({ createdAt }) => ({ ...site, createdAt }));
  };

  // Before `/sites/:label/check`: of two addresses that fit, the fixed one counts.
  checkRoutes(app, deps);

  app.get('/sites', read, async (request, reply) => showList(request, reply));

  app.post('/sites', write, async (request, reply) => {
    const typed = fieldOf(request.body, 'address');
    const label = labelOf(typed);
    if (label === undefined) return showList(request, reply.code(422), typed.slice(0, 200));
    const zone = fieldOf(request.body, 'zone');
    const given = asNamed(label, checkSite({ ...typedOf(asNamed(label)), zone }).ok ? zone : 'UTC');
    if (await store.sites.insert({ id: label, createdAt: clock(), ...given })) {
      await guard.audit(request.raw, 'site.added', label);
    }
    return reply.redirect(hrefOf(label), 303);
  });

  app.get<OfSite>('/sites/:label', read, async (request, reply) => {
    const { label } = request.params;
    if (!isLabel(label, reply)) return reply;
    const { send, saved } = request.query;
    const site = await store.sites.get(label);
    return showSite(request, reply, label, { site, send, outcome: saved === '1' ? 'saved' : undefined });
  });

  app.post<OfSite>('/sites/:label', write, async (request, reply) => {
    const { label } = request.params;
    if (!isLabel(label, reply)) return reply;
    const typed = readTyped(request.body);
    const checked = checkSite(typed);
    if (!checked.ok) {
      const site = await store.sites.get(label);
      const { problems } = checked;
      return showSite(request, reply.code(422), label, { site, typed, problems, outcome: 'notSaved' });
    }
    try {
      await save(label, checked.site);
    } catch (error) {
      request.log.warn({ err: error, site: label }, 'The settings of a site could not be saved.');
      return showSite(request, reply.code(503), label, { site: undefined, typed, outcome: 'gone' });
    }
    await guard.audit(request.raw, 'site.changed', label);
    return reply.redirect(`${hrefOf(label)}?saved=1#settings`, 303);
  });

  app.post<OfSite>('/sites/:label/remove', write, async (request, reply) => {
    const { label } = request.params;
    if (!isLabel(label, reply)) return reply;
    if (await store.sites.remove(label)) await guard.audit(request.raw, 'site.removed', label);
    return reply.redirect(current, 303);
  });

  app.get<OfSite>('/sites/:label/check', read, async (request, reply) => {
    const { label } = request.params;
    if (!isLabel(label, reply)) return reply;
    const speech = frame.speech(request);
    const name = (await store.sites.get(label))?.name ?? label;
    const url = label.includes('.') ? `https://${label}/` : '';
    return frame.send(request, reply, {
      title: say(speech.words.sites.checking.title, { name }),
      current,
      sheet: 'check.css',
      scripts: [websiteAssets.url('check.js')],
      facts: {
        words: { checking: speech.words.sites.checking, findings: speech.words.sites.findings },
        label,
        tracker: trackerOrigin(request),
        see: links('trk', '/t'),
        tagPath: `/${deps.tag.name}`,
        script: links('trk', `/${deps.tag.name}`),
        csrf: guard.csrfToken(request.raw),
      },
      body: checkPage({ speech, links, label, name, url }),
    });
  });
};
