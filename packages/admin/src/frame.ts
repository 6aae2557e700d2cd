import type { IncomingMessage } from 'node:http';
import {
  type Html,
  html,
  type Links,
  loadAssets,
  say,
  screens,
  sendPage,
  speechFor,
  tabs,
  uiAssets,
} from '@pushtech/ui';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from './identify.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { Sessions } from './session.ts';
import { whoAndSignOut } from './sign-in-form.ts';

export const assets = loadAssets(new URL('./browser/', import.meta.url), ['people.css']);

export type Tab = 'me' | 'tokens' | 'people' | 'audit';

export interface ScreenOptions {
  title: string;
  body: Html;
  /** Which of the tabs it is; without one the page stands alone, as a card. */
  tab?: Tab;
}

interface FrameDeps {
  identify: Identify;
  sessions: Sessions;
  hosts: OwnHosts;
  links: Links;
}

const paths: Record<Tab, string> = {
  me: '/auth/me',
  tokens: '/auth/tokens',
  people: '/auth/people',
  audit: '/auth/people/audit',
};

export const wantsHtml = ({ headers }: FastifyRequest): boolean =>
  (headers.accept ?? '').includes('text/html');

/** What all pages of this package share: top bar, tabs, the field against CSRF, and how a refusal looks. */
export const createFrame = ({ identify, sessions, hosts, links }: FrameDeps) => {
  /** Only of a session that counts: a page that is open to everyone sends none. */
  const csrfToken = (request: IncomingMessage): string | undefined => {
    if (identify(request).kind !== 'session') return undefined;
    const session = sessions.read(request);
    return session && sessions.csrfToken(session);
  };

  const aside = (request: IncomingMessage): Html | undefined => {
    const csrf = csrfToken(request);
    const { account, who } = identify(request);
    const { words } = speechFor(request);
    return csrf === undefined
      ? undefined
      : whoAndSignOut({ csrf, words, name: account?.name ?? who, me: links('www', paths.me) });
  };

  const allTabs = (request: IncomingMessage, current: Tab): Html => {
    const { people } = speechFor(request).words;
    const mayPeople = identify(request).scopes.has('people:write');
    const shown: Tab[] = mayPeople ? ['people', 'tokens', 'audit', 'me'] : ['tokens', 'me'];
    return tabs(
      people.tabs,
      shown.map((tab) => ({ href: paths[tab], text: people[tab], current: tab === current })),
    );
  };

  const show = (request: FastifyRequest, reply: FastifyReply, { title, body, tab }: ScreenOptions) => {
    const speech = speechFor(request.raw);
    const nav =
      tab === undefined ? {} : { nav: screens(speech.words, links), current: links('www', paths.people) };
    const top = aside(request.raw);
    return sendPage(reply, {
      title,
      speech,
      ...nav,
      ...(top && { aside: top }),
      body: html`${tab && allTabs(request.raw, tab)}${body}`,
      width: tab === undefined ? 'narrow' : 'text',
      styles: [assets.url('people.css')],
      scripts: tab === undefined ? [] : [uiAssets.url('copy.js')],
      formTo: [...hosts.origins],
    });
  };

  return {
    aside,
    csrfToken,
    show,
    /** The hidden field that every form sends back. */
    csrfField(request: FastifyRequest): Html | undefined {
      const csrf = csrfToken(request.raw);
      return csrf === undefined ? undefined : html`<input type="hidden" name="csrf" value="${csrf}">`;
    },
    /** A card that says one thing. */
    tell(request: FastifyRequest, reply: FastifyReply, title: string, text: string) {
      const { signIn } = speechFor(request.raw).words;
      const body = html`<div class="card"><h1>${title}</h1><p>${text}</p><p><a href="/auth/sign-in">${signIn.back}</a></p></div>`;
      return show(request, reply, { title, body });
    },
    /** 403 as a page for people, as JSON for programs. */
    refuse(
      request: FastifyRequest,
      reply: FastifyReply,
      why: { error: 'origin' | 'csrf' | 'scope'; message: string; scope?: string },
    ) {
      reply.code(403);
      if (!wantsHtml(request)) return reply.send(why);
      const { signIn } = speechFor(request.raw).words;
      const text = {
        origin: signIn.foreign,
        csrf: signIn.stale,
        scope: say(signIn.lacks, { scope: why.scope ?? '' }),
      };
      const title = why.error === 'scope' ? signIn.lacksTitle : signIn.refusedTitle;
      return this.tell(request, reply, title, text[why.error]);
    },
  };
};

export type Frame = ReturnType<typeof createFrame>;
