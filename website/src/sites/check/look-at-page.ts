import type { Fetched } from '@pushtech/outgoing';
import { blockedBy, type Load, type Loads, type Policy, parsePolicies } from './csp.ts';
import { type PageTags, readHtml } from './read-html.ts';

/** One thing the check found out. `id` names the sentence in the words; `level` how bad it is. */
export interface Finding {
  id: string;
  level: 'good' | 'warn' | 'bad';
  values?: Record<string, string>;
}

export interface LookOptions {
  /** Where hits must go, e.g. `https://trk.example.org`. */
  tracker: string;
  /** The script's name and path there, e.g. `/t.js`. */
  tagPath: string;
}

const short = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

const policiesOf = ({ headers }: Fetched, { policies }: PageTags): Policy[] =>
  [headers['content-security-policy'], ...policies]
    .flat()
    .filter((text) => typeof text === 'string')
    .flatMap(parsePolicies);

interface Found {
  kind: 'script' | 'pixel';
  url: URL;
  nonce?: string | undefined;
}

const PIXEL = /^\/t\/[\w.:-]{1,64}$/;

/** By the usual name, or by any where it comes from the tracker: scripts may have other names against blockers. */
const isTag = (url: URL, page: URL, { tracker, tagPath }: LookOptions): boolean =>
  url.pathname === tagPath ||
  url.pathname.endsWith('/t.js') ||
  (url.origin === tracker && page.origin !== tracker);

/** The snippet: a script, else an image at the pixel's path; at the tracker before one elsewhere. */
const findSnippet = ({ scripts, images }: PageTags, page: URL, options: LookOptions): Found | undefined => {
  const found: Found[] = [];
  for (const { src, nonce } of scripts) {
    const url = URL.parse(src, page.href);
    if (url && isTag(url, page, options)) found.push({ kind: 'script', url, nonce });
  }
  for (const src of images) {
    const url = URL.parse(src, page.href);
    if (url && PIXEL.test(url.pathname)) found.push({ kind: 'pixel', url });
  }
  return found.find(({ url }) => url.origin === options.tracker) ?? found[0];
};

const snippetFinding = (found: Found | undefined, tracker: string): Finding => {
  if (!found) return { id: 'snippetNone', level: 'bad' };
  const values = { src: short(found.url.href), tracker };
  if (found.url.origin !== tracker) return { id: 'snippetElsewhere', level: 'warn', values };
  return { id: found.kind === 'script' ? 'snippetFound' : 'pixelFound', level: 'good', values };
};

const cspFindings = (
  policies: readonly Policy[],
  page: URL,
  found: Found | undefined,
  options: LookOptions,
) => {
  const { origin } = found?.url ?? new URL(options.tracker);
  const checks: [Loads, string][] =
    found?.kind === 'pixel'
      ? [['img', '/t/pageview']]
      : [
          ['script', options.tagPath],
          ['connect', '/t'],
        ];
  const findings: Finding[] = [];
  for (const [loads, path] of checks) {
    const load: Load = { loads, url: new URL(path, origin), page, nonce: found?.nonce };
    const directive = policies.map((policy) => blockedBy(policy, load)).find(Boolean);
    if (directive) findings.push({ id: `csp_${loads}`, level: 'bad', values: { directive, origin } });
  }
  return findings;
};

/** What stands in a page that was fetched: the snippet, and a policy that would stop it. */
export const lookAtPage = (fetched: Fetched, options: LookOptions): Finding[] => {
  const page = new URL(fetched.url);
  if (fetched.status >= 400) {
    return [
      { id: 'pageStatus', level: 'bad', values: { status: String(fetched.status), url: short(fetched.url) } },
    ];
  }
  const tags = readHtml(fetched.body);
  const found = findSnippet(tags, page, options);
  const policies = policiesOf(fetched, tags);
  const blocked = cspFindings(policies, page, found, options);
  const calm: Finding = { id: policies.length === 0 ? 'cspNone' : 'cspFine', level: 'good' };
  return [snippetFinding(found, options.tracker), ...(blocked.length > 0 ? blocked : [calm])];
};
