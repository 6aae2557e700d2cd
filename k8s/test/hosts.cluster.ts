import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubectl, read, runTask, smoke, until } from './cluster.ts';

/** Of the overlay `test`. */
const CLASS = 'traefik';
const PATTERN = 'https://{service}.pushtech.test';
const LABEL = 'pushtech/front';

const hasClass = (await kubectl('get', 'gatewayclass', '-o', 'name').catch(() => '')).includes(CLASS);
const folder = dirname(process.env.K8S_TEST_ENV ?? '');
const [key, certificate] = [join(folder, 'tls.key'), join(folder, 'tls.crt')];

/** The Secret that an operator, or cert-manager, would put there. */
const makeCertificate = async (): Promise<void> => {
  const names = ['-subj', '/CN=pushtech.test', '-addext', 'subjectAltName=DNS:*.pushtech.test'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await read(['openssl', 'req', '-x509', ...kind, ...names, '-keyout', key, '-out', certificate]);
  await kubectl('create', 'secret', 'tls', 'pushtech-tls', '--cert', certificate, '--key', key);
};

interface ServiceOf {
  metadata: { namespace: string };
  spec: { clusterIP: string };
}

const addressOf = async (kind: string): Promise<string> => {
  const path = kind === 'gateway' ? '{.status.addresses[0].value}' : '{.status.loadBalancer.ingress[0].ip}';
  const ask = () => kubectl('get', kind, 'pushtech', '-o', `jsonpath=${path}`);
  return until(ask, (address) => address !== '', 60);
};

/** Where the pods of the controller run, which the policies let in by a label. */
const namespaceBehind = async (address: string): Promise<string> => {
  const { items } = JSON.parse(await kubectl('get', 'services', '--all-namespaces', '-o', 'json')) as {
    items: ServiceOf[];
  };
  return items.find(({ spec }) => spec.clusterIP === address)?.metadata.namespace ?? 'kube-system';
};

const passes = async (address: string): Promise<void> => {
  const walk = () => smoke(PATTERN, '--resolve', address, '--ca', certificate);
  await until(walk, ({ ok }) => ok, 60);
};

describe.runIf(process.env.DEPLOY_FULL && hasClass)(
  'by host names, over TLS and through the policies',
  () => {
    let namespace = '';
    beforeAll(async () => {
      await runTask('k8s:up', 'test', '--timeout', '300');
      await makeCertificate();
      namespace = await namespaceBehind(await addressOf('gateway'));
      await kubectl('label', 'namespace', namespace, `${LABEL}=true`, '--overwrite');
    });
    afterAll(async () => {
      if (namespace) await kubectl('label', 'namespace', namespace, `${LABEL}-`);
    });

    // Over HTTP: which of its doors speak TLS for an Ingress is each controller's own matter, by flags or annotations.
    test.each([
      ['trk', '/t/w', '200'],
      ['trk', '/stats/summary', '404'],
      ['kafidx', '/kafidx', '401'],
      ['consumers', '/stats/summary', '401'],
      ['www', '/', '200'],
    ])('the Ingress leads %s.DOMAIN to its service: %s answers %s', async (host, path, wanted) => {
      const address = await addressOf('ingress');
      const words = [
        '-s',
        '-m',
        '5',
        '-o',
        '/dev/null',
        '-w',
        '%{http_code}',
        '-H',
        `Host: ${host}.pushtech.test`,
      ];
      const ask = () => read(['curl', ...words, `http://${address}${path}`]);
      expect(await until(ask, (code) => code === wanted, 30)).toBe(wanted);
    });

    test('the smoke test passes through the Gateway, which sends others to TLS', async () => {
      const address = await addressOf('gateway');
      await kubectl('delete', 'ingress', 'pushtech');
      await passes(address);
      const headers = ['-H', 'Host: kafidx.pushtech.test', '-s', '-o', '/dev/null', '-w', '%{redirect_url}'];
      const ask = () => read(['curl', ...headers, `http://${address}/kafidx?a=1`]);
      const target = 'https://kafidx.pushtech.test/kafidx?a=1';
      expect(await until(ask, (where) => where === target, 30)).toBe(target);
    });
  },
);
