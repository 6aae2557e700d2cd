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

/** What the website's own screens run and look like in the browser. */
export const websiteAssets = loadAssets(new URL('./browser/', import.meta.url), [
  'website.css',
  'ignored.js',
  'visit.js',
  'opt-out.js',
  'check.js',
  'check-page.js',
  'sites.js',
]);

export interface Frame {
  /** Sends a screen with the top bar that this visitor may have. */
  send(request: FastifyRequest, reply: FastifyReply, options: PageOptions): FastifyReply;
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
    send(request, reply, options) {
      const speech = options.speech ?? speechFor(request.raw);
      const aside = asideFor(request, speech);
      return sendPage(reply, {
        nav: navFor(request, speech),
        ...(aside && { aside }),
        connectTo,
        ...options,
        speech,
        styles: [websiteAssets.url('website.css'), ...(options.styles ?? [])],
      });
    },
  };
};
