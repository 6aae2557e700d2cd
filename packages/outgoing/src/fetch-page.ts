import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isPushtechError } from '@pushtech/event';
import { outgoingError } from './errors.ts';
import { type AddressRules, checkHost, guardedLookup } from './guarded-lookup.ts';
import { readBody } from './read-body.ts';

export interface FetchOptions extends AddressRules {
  /** Bytes of the body, unpacked, that are read; the rest is left. Default 1 MiB. */
  maxBytes?: number;
  /** For everything together, redirects included. Default 8,000. */
  timeoutMs?: number;
  /** Default 3. */
  maxRedirects?: number;
  /** Sent along; never cookies or credentials. */
  headers?: Record<string, string>;
}

export interface Fetched {
  /** Where the answer came from in the end. */
  url: string;
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  /** The body was longer than `maxBytes`. */
  cut: boolean;
}

const readUrl = (text: string, base?: string): URL => {
  const url = URL.parse(text, base);
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw outgoingError('OUTGOING_URL', 'this is no http or https address');
  }
  if (url.username !== '' || url.password !== '') {
    throw outgoingError('OUTGOING_URL', 'an address with a user name in it is not fetched');
  }
  return url;
};

const ask = (url: URL, options: FetchOptions, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    checkHost(url.hostname, options);
    const request = (url.protocol === 'https:' ? https : http).get(
      url,
      {
        agent: false,
        signal,
        lookup: guardedLookup(options),
        maxHeaderSize: 16_384,
        headers: { accept: 'text/html,*/*;q=0.1', 'accept-encoding': 'gzip', ...options.headers },
      },
      resolve,
    );
    request.on('error', reject);
  });

const isRedirect = ({ statusCode = 0, headers }: IncomingMessage): boolean =>
  [301, 302, 303, 307, 308].includes(statusCode) && headers.location !== undefined;

const follow = async (start: string, options: FetchOptions, signal: AbortSignal): Promise<Fetched> => {
  const { maxBytes = 1_048_576, maxRedirects = 3 } = options;
  let url = readUrl(start);
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(url, options, signal);
    if (!isRedirect(answer)) {
      const body = await readBody(answer, maxBytes);
      return { url: url.href, status: answer.statusCode ?? 0, headers: answer.headers, ...body };
    }
    answer.destroy();
    if (redirects === maxRedirects) {
      throw outgoingError('OUTGOING_REDIRECTS', `it sends on more than ${maxRedirects} times`);
    }
    url = readUrl(answer.headers.location as string, url.href);
  }
};

const named = (error: unknown, signal: AbortSignal): unknown => {
  if (isPushtechError(error)) return error;
  if (signal.aborted) return outgoingError('OUTGOING_TIMEOUT', 'it did not answer in time');
  const { code, message } = error as NodeJS.ErrnoException;
  return outgoingError('OUTGOING_FAILED', code ?? message);
};

/**
 * Gets a page of the open web once, for those who typed its address. Each hop's address is checked when the socket
 * connects, so neither a redirect nor a change of the name leads into a private network.
 * @throws PushtechError, see `codes`
 */
export const fetchPage = async (url: string, options: FetchOptions = {}): Promise<Fetched> => {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 8_000);
  try {
    return await follow(url, options, signal);
  } catch (error) {
    throw named(error, signal);
  }
};
