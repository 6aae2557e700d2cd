import { type Guard, signOutButton } from '@pushtech/admin';
import {
  type Html,
  html,
  type Links,
  loadAssets,
  type PageOptions,
  type Speech,
  screens,
  sendPage,
  speechFor,
} from '@pushtech/ui';
import type { FastifyReply, FastifyRequest } from 'fastify';

const modules = ['ignored.js', 'visit.js', 'opt-out.js', 'check.js', 'check-page.js', 'sites.js'];

/** One sheet for each screen: what all need, then its own. */
const sheets = {
  'home.css': ['page', 'home', 'road', 'next-card'],
  'documentation.css': ['page', 'documentation', 'prose'],
  'privacy.css': ['page', 'prose'],
  'sites.css': ['page', 'one-field', 'sites'],
  'check.css': ['page', 'one-field', 'check', 'findings'],
} as const;

/** What the website's own screens run and look like in the browser. */
export const websiteAssets = loadAssets(new URL('./browser/', import.meta.url), modules, sheets);

interface ScreenOptions extends Omit<PageOptions, 'styles'> {
  sheet: keyof typeof sheets;
}

export interface Frame {
  /** Sends a screen with the top bar that this visitor may have. */
  send(request: FastifyRequest, reply: FastifyReply, options: ScreenOptions): FastifyReply;
  speech(request: FastifyRequest): Speech;
  /** Whether who asks may see numbers. */
  mayRead(request: FastifyRequest): boolean;
}

/** What all screens of the website share. */
export const createFrame = ({ guard, links }: { guard: Guard; links: Links }): Frame => {
  const open = new Set([links('www', '/'), links('www', '/documentation')]);
  // Where another host takes hits, pages must be allowed to talk to it; it is one of ours.
  const tracker = URL.parse(links('trk', '/t'))?.origin;
  const connectTo = tracker ? [tracker] : [];

  const mayRead = (request: FastifyRequest) => guard.identify(request.raw).scopes.has('stats:read');

  /** A stranger is shown no doors that lead to a sign-in; the sign-in itself stands at the end. */
  const navFor = (request: FastifyRequest, { words }: Speech) =>
    screens(words, links).filter(({ href }) => mayRead(request) || open.has(href));

  const asideFor = (request: FastifyRequest, { words }: Speech): Html | undefined =>
    guard.identify(request.raw).kind === 'none'
      ? html`<a class="sign-in" href="${links('www', '/auth/sign-in')}">${words.home.signIn}</a>`
      : signOutButton(guard.csrfToken(request.raw), words);

  return {
    mayRead,
    speech: (request) => speechFor(request.raw),
    send(request, reply, { sheet, ...options }) {
      const speech = options.speech ?? speechFor(request.raw);
      const aside = asideFor(request, speech);
      return sendPage(reply, {
        nav: navFor(request, speech),
        ...(aside && { aside }),
        connectTo,
        ...options,
        speech,
        styles: [websiteAssets.url(sheet)],
      });
    },
  };
};
