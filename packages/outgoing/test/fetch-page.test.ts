import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { codes } from '../src/errors.ts';
import { fetchPage } from '../src/fetch-page.ts';
import type { Resolve } from '../src/guarded-lookup.ts';

const serve = async (listener: RequestListener) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, seen };
};

/** Every name leads to these addresses, one after the other. */
const leadingTo = (...addresses: string[]): Resolve =>
  ((_name: string, _options: object, done: (error: null, all: object[]) => void) =>
    done(null, [{ address: addresses.shift() ?? '127.0.0.1', family: 4 }])) as unknown as Resolve;

it('brings a page with its final address, status and headers', async () => {
  const { url } = await serve((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/next' }).end();
    else response.writeHead(200, { 'content-security-policy': "default-src 'self'" }).end('<p>ä</p>');
  });
  const page = await fetchPage(url, { allowLoopback: true });
  expect(page).toMatchObject({ url: `${url}/next`, status: 200, body: '<p>ä</p>', cut: false });
  expect(page.headers['content-security-policy']).toBe("default-src 'self'");
});

it('unpacks gzip and stops reading after maxBytes of what comes out', async () => {
  const { url } = await serve((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000, 97))),
  );
  const page = await fetchPage(url, { allowLoopback: true, maxBytes: 1000 });
  expect(page).toMatchObject({ body: 'a'.repeat(1000), cut: true });
});

it('never asks a host that is this machine, by address or by name', async () => {
  const { url, port, seen } = await serve((_request, response) => response.end('secret'));
  for (const address of [
    url,
    `http://localhost:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://2130706433:${port}/`,
  ]) {
    await expect(fetchPage(address)).rejects.toMatchObject({ code: 'OUTGOING_ADDRESS' });
  }
  expect(seen).toEqual([]);
});

it('does not follow a redirect to a private address', async () => {
  const { url } = await serve((_request, response) =>
    response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  );
  await expect(fetchPage(url, { allowLoopback: true })).rejects.toMatchObject({ code: 'OUTGOING_ADDRESS' });
});

it('connects to the very address it has checked, whatever the name says a moment later', async () => {
  const { port, seen } = await serve((_request, response) => response.end('secret'));
  const target = `http://shop.example:${port}/`;
  await expect(fetchPage(target, { resolve: leadingTo('10.0.0.7') })).rejects.toMatchObject({
    code: 'OUTGOING_ADDRESS',
  });
  // 192.0.2.0/24 and the like are refused too; a public one that answers nothing runs into the time limit or is refused.
  await expect(fetchPage(target, { resolve: leadingTo('240.0.0.1', '127.0.0.1') })).rejects.toMatchObject({
    code: 'OUTGOING_ADDRESS',
  });
  expect(seen).toEqual([]);
});

it('gives up after three redirects', async () => {
  const { url, seen } = await serve((request, response) =>
    response.writeHead(302, { location: `${request.url}x` }).end(),
  );
  await expect(fetchPage(url, { allowLoopback: true })).rejects.toMatchObject({ code: 'OUTGOING_REDIRECTS' });
  expect(seen).toHaveLength(4);
});

it('gives up when the answer takes too long, also in the middle of it', async () => {
  const { url } = await serve((_request, response) => {
    response.writeHead(200).write('begin');
  });
  await expect(fetchPage(url, { allowLoopback: true, timeoutMs: 300 })).rejects.toMatchObject({
    code: 'OUTGOING_TIMEOUT',
  });
});

it.each(['file:///etc/passwd', 'ftp://a.example/', 'javascript:1', 'nonsense', 'http://user:pw@a.example/'])(
  'does not take %s',
  async (url) => {
    await expect(fetchPage(url, { allowLoopback: true })).rejects.toMatchObject({ code: 'OUTGOING_URL' });
  },
);

it('names a connection that fails', async () => {
  await expect(fetchPage('http://127.0.0.1:1/', { allowLoopback: true })).rejects.toMatchObject({
    code: 'OUTGOING_FAILED',
    kind: 'retry',
  });
});

it('lists its codes in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  for (const [code, [kind, when]] of Object.entries(codes)) {
    expect(readme).toContain(`| \`${code}\` | ${kind} | ${when} |`);
  }
});
