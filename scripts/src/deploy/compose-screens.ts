import { readDotenv } from './dotenv-text.ts';

interface Shown {
  production?: boolean | undefined;
  observability?: boolean | undefined;
}

/** Where a service is found: paths of one address, or host names of a domain. */
export const addressesOf = (
  text: string,
  { production }: Shown,
): ((host: string, path: string) => string) => {
  const { DOMAIN = '', PUBLIC_URL, FRONT_PORT, HTTPS_BIND = '' } = readDotenv(text);
  const port = HTTPS_BIND.split(':').at(-1) ?? '';
  if (production) {
    return (host, path) => `https://${host}.${DOMAIN}${port && port !== '443' ? `:${port}` : ''}${path}`;
  }
  return (_host, path) => `${PUBLIC_URL || `http://localhost:${FRONT_PORT || 8080}`}${path}`;
};

/** What people want to open, a line each. @param text of the file of settings */
export const screensOf = (text: string, shown: Shown): string => {
  const at = addressesOf(text, shown);
  const { PROMETHEUS_PORT, GRAFANA_PORT } = readDotenv(text);
  const lines: [address: string, what: string][] = [
    [at('www', '/'), 'start here: your own visit'],
    [at('www', '/dashboard'), 'the numbers'],
    [at('kafidx', '/kafidx'), 'the live stream'],
    [at('trk', '/t/w?wor=king'), 'the pixel'],
  ];
  if (shown.observability) {
    lines.push([`http://localhost:${PROMETHEUS_PORT || 9090}/alerts`, 'Prometheus']);
    lines.push([`http://localhost:${GRAFANA_PORT || 3000}`, 'Grafana']);
  }
  const width = Math.max(...lines.map(([address]) => address.length));
  return lines.map(([address, what]) => `${address.padEnd(width)}  ${what}\n`).join('');
};
