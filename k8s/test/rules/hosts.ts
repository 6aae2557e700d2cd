import type { Manifest } from './manifest.ts';
import { problem, type Rule } from './rule.ts';

interface Led {
  by: Manifest;
  host: string;
  /** A Kubernetes Service. */
  to: string;
}

const byRoute = (by: Manifest): Led[] =>
  (by.spec?.hostnames ?? []).flatMap((host) =>
    (by.spec?.rules ?? []).flatMap(({ backendRefs = [] }) =>
      backendRefs.map(({ name: to }) => ({ by, host, to })),
    ),
  );

const byIngress = (by: Manifest): Led[] =>
  (by.spec?.rules ?? []).flatMap(({ host = '', http }) =>
    (http?.paths ?? []).map(({ backend }) => ({ by, host, to: backend.service?.name ?? '?' })),
  );

/** `{service}` in `PUBLIC_URL`, the source of all links: `https://{service}.example.org`. */
const publicUrl = (documents: readonly Manifest[]): string =>
  documents.find(({ kind, data }) => kind === 'ConfigMap' && data?.PUBLIC_URL)?.data?.PUBLIC_URL ?? '';

export const hosts: Rule = {
  promise: 'each service is reached by the very host name that links to it carry, by Gateway and by Ingress',
  check: (documents, { services }) => {
    const url = publicUrl(documents);
    const kinds: [string, (by: Manifest) => Led[]][] = [
      ['HTTPRoute', byRoute],
      ['Ingress', byIngress],
    ];
    return kinds.flatMap(([kind, read]) => {
      const led = documents.filter((one) => one.kind === kind).flatMap(read);
      if (led.length === 0) return [];
      const addressOf = (label: string) => url.replace('{service}', label);
      const known = services.flatMap(({ host, service }) =>
        host && service ? [{ address: addressOf(host), service }] : [],
      );
      const right = ({ host, to }: Led) =>
        known.some((one) => one.address === `https://${host}` && one.service === to);
      return [
        ...led
          .filter((one) => !right(one))
          .map(({ by, host, to }) => problem(by, `host ${host} leads to ${to}, but PUBLIC_URL is "${url}"`)),
        ...known
          .filter(({ service }) => !led.some(({ to }) => to === service))
          .map(({ address, service }) => `${kind}: ${address} leads nowhere, not to ${service}`),
      ];
    });
  },
};
