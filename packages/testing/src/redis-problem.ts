import { exchange, problemOf, type Server } from './exchange.ts';

const command = (...words: string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

const serverOf = (url: URL): Server => ({
  host: url.hostname.replace(/^\[|\]$/g, ''),
  port: Number(url.port) || 6379,
  tls: url.protocol === 'rediss:',
});

const commands = (url: URL): string[] => {
  const password = decodeURIComponent(url.password);
  const words = ['AUTH', decodeURIComponent(url.username), password].filter((word) => word !== '');
  return [...(password === '' ? [] : [command(...words)]), command('PING')];
};

/** Why PING is not answered with PONG; `undefined` = it is. @param address `redis://[user:password@]host[:port]` */
export const redisProblem = (address: string, ms: number): Promise<string | undefined> =>
  problemOf(async () => {
    const url = URL.parse(address);
    if (!/^rediss?:$/.test(url?.protocol ?? '') || !url?.hostname) return 'that is no redis:// address';
    const sent = commands(url);
    const isWhole = (answer: Buffer): boolean => answer.toString().split('\r\n').length > sent.length;
    const answer = await exchange(serverOf(url), Buffer.from(sent.join('')), isWhole, ms);
    const lines = answer.toString().split('\r\n');
    return lines[sent.length - 1] === '+PONG' ? undefined : `it says "${lines[0]?.slice(0, 100)}"`;
  });
