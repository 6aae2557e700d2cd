import { freePort } from '@pushtech/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployedServices } from '../../scripts/src/deploy/services.ts';
import { type Ask, createAsk, createRoad } from '../../scripts/src/smoke/ask.ts';
import { createStack, type Stack } from './stack.ts';

const services = deployedServices.map(({ name }) => name);
const DOMAIN = 'pushtech.test';
const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

describe.skipIf(!process.env.DEPLOY_FULL)('in production, with certificates of its own', () => {
  let stack: Stack;
  let ask: Ask;
  let strange: Ask;
  let tls: number;
  let plain: number;
  let prometheus: number;
  const at = (host: string, path: string): string => `https://${host}.${DOMAIN}:${tls}${path}`;
  /** As somebody asks whom port 443 leads here. */
  const host = (name: string) => ({ host: `${name}.${DOMAIN}`, 'user-agent': AGENT });

  beforeAll(async () => {
    [tls, plain, prometheus] = await Promise.all([freePort(), freePort(), freePort()]);
    stack = await createStack(`pushtech-production-${process.pid}`, ['production', 'observability'], {
      DOMAIN,
      CADDY_TLS: 'internal',
      HTTP_BIND: `127.0.0.1:${plain}`,
      HTTPS_BIND: `127.0.0.1:${tls}`,
      PROMETHEUS_PORT: String(prometheus),
    });
    // Grafana and the exporters are images that not every machine can have.
    await stack.up('--build', 'front', 'enricher', 'prometheus');
    const root = '/data/caddy/pki/authorities/local/root.crt';
    const ca = await stack.compose(['exec', '-T', 'front', 'cat', root]);
    ask = createAsk(createRoad(20_000, ca, '127.0.0.1'));
    strange = createAsk(createRoad(20_000, undefined, '127.0.0.1'));
  });
  afterAll(async () => {
    await stack?.close();
  });

  test('runs two copies of each service, trackers on one spool', async () => {
    const found = await stack.containers();
    for (const name of services) {
      const copies = found.filter(({ Service }) => Service === name);
      expect([name, copies.map(({ Health }) => Health)]).toEqual([name, ['healthy', 'healthy']]);
    }
  });

  test('public hosts answer by name', async () => {
    expect((await ask(at('trk', '/t/w?wor=king'), { headers: host('trk') })).headers).toMatchObject({
      'content-type': 'image/gif',
      'x-event-id': expect.any(String),
    });
    const { status, headers, body } = await ask(at('www', '/'), { headers: host('www') });
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
    // Links between services are made of PUBLIC_URL only.
    expect(body.toString()).toContain(`https://trk.${DOMAIN}/`);
    expect(body.toString()).not.toContain('localhost');
  });

  test('the front door answers its health check', async () => {
    expect((await ask(`http://127.0.0.1:${plain}/front-door`)).status).toBe(200);
  });

  test('plain HTTP and the bare domain lead to the host with TLS', async () => {
    const plainly = await ask(`http://www.${DOMAIN}:${plain}/sites`, { headers: host('www') });
    expect([plainly.status, plainly.headers.location]).toEqual([308, `https://www.${DOMAIN}/sites`]);
    const bare = await ask(`https://${DOMAIN}:${tls}/x`, { headers: { host: DOMAIN } });
    expect([bare.status, bare.headers.location]).toEqual([301, `https://www.${DOMAIN}/x`]);
  });

  test('nobody else’s certificate, and no other host', async () => {
    await expect(strange(at('www', '/'), { headers: host('www') })).rejects.toThrow(/certificate/);
    await expect(ask(`https://elsewhere.test:${tls}/`, {})).rejects.toThrow();
  });

  test('admin hosts refuse strangers, and /metrics is nobody’s', async () => {
    for (const [name, path] of [
      ['kafidx', '/kafidx'],
      ['kafidx', '/kafidx/stream'],
      ['consumers', '/stats/summary'],
      ['consumers', '/stats/ledger'],
      ...['trk', 'kafidx', 'consumers', 'www'].map((one) => [one, '/metrics'] as const),
    ] as const) {
      expect([name, path, (await ask(at(name, path), { headers: host(name) })).status]).toEqual([
        name,
        path,
        401,
      ]);
      const page = await ask(at(name, path), { headers: { ...host(name), accept: 'text/html' } });
      expect([page.status, page.headers.location]).toEqual([302, expect.stringContaining('/auth/sign-in')]);
    }
  });

  test('who signs in on one host is known on the others', async () => {
    const password = stack.env.ADMIN_PASSWORD ?? '';
    const signedIn = await ask(at('www', '/auth/sign-in'), {
      method: 'POST',
      headers: { ...host('www'), 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ email: 'admin', password }).toString(),
    });
    const cookies = (signedIn.headers['set-cookie'] ?? []).join('\n');
    expect(cookies).toMatch(new RegExp(`Domain=${DOMAIN}.*Secure|Secure.*Domain=${DOMAIN}`, 'i'));
    const cookie = (signedIn.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');
    for (const [name, path] of [
      ['kafidx', '/kafidx'],
      ['consumers', '/stats/summary'],
    ] as const) {
      expect([name, (await ask(at(name, path), { headers: { ...host(name), cookie } })).status]).toEqual([
        name,
        200,
      ]);
    }
  });

  test('counts what comes in through any copy once', async () => {
    const ids: (string | string[] | undefined)[] = [];
    for (let n = 0; n < 20; n++) {
      ids.push((await ask(at('trk', '/t/copies'), { headers: host('trk') })).headers['x-event-id']);
    }
    expect(new Set(ids).size).toBe(20);
    const headers = { ...host('consumers'), authorization: `Bearer ${stack.env.API_TOKEN}` };
    await expect
      .poll(
        async () =>
          JSON.parse(
            (
              await ask(at('consumers', '/stats/summary?type=copies&bots=include'), { headers })
            ).body.toString(),
          ).events,
        { timeout: 30_000 },
      )
      .toBe(20);
  });

  test('Prometheus finds every copy, and takes the alert rules', async () => {
    const asked = async <T>(path: string): Promise<T> =>
      (await (await fetch(`http://127.0.0.1:${prometheus}/api/v1/${path}`)).json()) as T;
    interface Targets {
      data: { activeTargets: { labels: { job: string }; health: string; lastError: string }[] };
    }
    const ups = async () => {
      const { data } = await asked<Targets>('targets?state=active');
      return services.map((name) => {
        const targets = data.activeTargets.filter(({ labels }) => labels.job === name);
        return [name, ...targets.map(({ health, lastError }) => `${health}${lastError}`)];
      });
    };
    await expect
      .poll(ups, { timeout: 60_000, interval: 1000 })
      .toEqual(services.map((name) => [name, 'up', 'up']));
    const { data } = await asked<{ data: { groups: unknown[] } }>('rules?type=alert');
    expect(data.groups.length).toBeGreaterThan(0);
  });
});
