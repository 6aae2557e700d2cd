import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './ask.ts';
import { assetsOf, problemsWith } from './assets.ts';
import { openStream, StreamRefused } from './stream.ts';
import { askJson, at, SkipStep, type Step, type Walk } from './walk.ts';

/** Whoever does not say who they are gets nothing but the way to the sign-in. */
export const strangerStep: Step = {
  name: 'strangers stay out',
  async take(walk) {
    if (walk.token === '' && walk.password === '') throw new SkipStep('no token, no password: taken as open');
    const url = at(walk, 'consumer-stats', '/stats/summary');
    const { status } = await walk.ask(url);
    if (status !== 401 && status !== 403) throw new Error(`${url} answers a stranger with ${status}`);
    const address = at(walk, 'kafidx', '/kafidx/stream');
    const refusal = await openStream(address, {}, walk.road).then(
      (stream) => stream.close(),
      (error: unknown) => error,
    );
    if (!(refusal instanceof StreamRefused)) throw refusal ?? new Error(`${address} lets strangers look`);
    if (refusal.status !== 401 && refusal.status !== 403) throw refusal;
    return undefined;
  },
};

/** `a=b` of each cookie that was set. */
const cookiesOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]).join('; ');

/** Whoever comes often is told to wait before the next try. */
const signIn = async (walk: Walk): Promise<Answer> => {
  const url = at(walk, 'website', '/auth/sign-in');
  const question = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
    body: new URLSearchParams({ email: 'admin', password: walk.password, to: '/' }).toString(),
  } as const;
  const answer = await walk.ask(url, question);
  const waitMs = Number(answer.headers['retry-after']) * 1000;
  if (answer.status !== 429 || !(waitMs <= walk.patienceMs)) return answer;
  await sleep(waitMs);
  return walk.ask(url, question);
};

export const signInStep: Step = {
  name: 'sign-in',
  async take(walk) {
    if (walk.password === '') throw new SkipStep('no ADMIN_PASSWORD');
    const answer = await signIn(walk);
    if (answer.status !== 303) throw new Error(`the password of admin is answered with ${answer.status}`);
    const cookie = cookiesOf(answer);
    const session: Walk = { ...walk, identity: { cookie } };
    await askJson(session, at(walk, 'consumer-stats', '/stats/summary'));
    if (walk.token === '') walk.identity = { cookie };
    return undefined;
  },
};

/** The page as HTML. @throws when something else answers */
const pageAt = async (walk: Walk, url: string): Promise<string> => {
  const { status, headers, body } = await walk.ask(url, {
    headers: { accept: 'text/html', ...walk.identity },
  });
  const html = body.toString();
  if (status !== 200 || !/^text\/html\b/.test(headers['content-type'] ?? '') || !/<\/html>\s*$/i.test(html))
    throw new Error(`${url} answers ${status} of "${headers['content-type']}", not a page`);
  return html;
};

/** The pages, and every script and sheet they name: a front door that mixes services up breaks these first. */
export const pagesStep: Step = {
  name: 'pages',
  async take(walk) {
    const assets: string[] = [];
    for (const url of [
      at(walk, 'website', '/'),
      at(walk, 'website', '/dashboard'),
      at(walk, 'kafidx', '/kafidx'),
    ]) {
      const found = assetsOf(await pageAt(walk, url), url);
      if (found.length === 0) throw new Error(`${url} names no scripts and no sheets`);
      assets.push(...found);
    }
    const all = [...new Set(assets)];
    const problems = await problemsWith(all, walk.ask);
    if (problems.length > 0)
      throw new Error(`${problems.slice(0, 3).join(', ')} (${problems.length} of ${all.length})`);
    return `${all.length} scripts and sheets`;
  },
};
